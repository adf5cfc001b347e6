import type { ApiKey, ApiKeyType } from '../../../modules/auth/api-key/api-key.types.js';
import type { ApiKeyBody } from './api-key.dto.js';

/** `type` is one of KEY_TYPES. */
export function toKeyType(type: string): ApiKeyType {
  return type === 'api' || type === 'private' ? 'api' : 'public';
}

export function toApiKeyBody(key: ApiKey): ApiKeyBody {
  return {
    id: key.id,
    user_id: key.userId,
    type: key.type,
    name: key.name,
    api_key: key.key,
    created_at: key.createdAt.toISOString(),
    updated_at: key.updatedAt.toISOString(),
  };
}
