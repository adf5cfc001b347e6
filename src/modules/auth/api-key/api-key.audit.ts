import type { AuditState } from '../../audit/audit-state.js';
import type { ApiKeyRecord, NewKeyRecord, UserKeyRecord } from './api-key.schema.js';

/** An entry stays small, however many keys an account has. */
const IDS_KEPT = 200;

/** Neither the key nor a part or a hash of it: the id says which it was. */
export function auditedKey(record: NewKeyRecord | ApiKeyRecord): AuditState {
  const { accountId, type, name } = record;
  if (record.type === 'secret') return { accountId, surface: record.surfaces[0], type, name };
  return { accountId, userId: record.userId, type, name };
}

/** Entry for keys that somebody reads whole. */
export function auditedReading(whole: readonly UserKeyRecord[]): AuditState {
  return { wholeKeys: whole.length, ids: whole.slice(0, IDS_KEPT).map(({ _id }) => _id) };
}
