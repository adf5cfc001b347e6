import type { AuditState } from '../../audit/audit-state.js';
import type { ApiKeyRecord } from './api-key.schema.js';

/** An entry stays small, however many keys an account has. */
const IDS_KEPT = 200;

/** Neither the key nor a part or a hash of it: the id says which it was. */
export function auditedKey({ accountId, userId, type, name }: Omit<ApiKeyRecord, 'v' | 'w'>): AuditState {
  return { accountId, userId, type, name };
}

/** Which keys somebody reads whole. */
export function auditedReading(whole: readonly ApiKeyRecord[]): AuditState {
  return { wholeKeys: whole.length, ids: whole.slice(0, IDS_KEPT).map(({ _id }) => _id) };
}
