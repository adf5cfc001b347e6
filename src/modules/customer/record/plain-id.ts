import { createHash } from 'node:crypto';
import { XID_PATTERN } from '../../../platform/common/xid.js';

const CHECK_LENGTH = 5;
const PLAIN_ID = /^([0-9a-v]{20})([0-9a-z]{5})$/;

/**
 * Returns the id of a record in 25 letters and digits, for languages whose ids have that form: the record's own and five that
 * follow from it. Every record has one, whichever surface made it, and the look-up is that by `_id`.
 */
export function plainIdOf(recordId: string): string {
  if (!XID_PATTERN.test(recordId)) throw new Error('a record of the vault without an xid');
  return recordId + checkOf(recordId);
}

/** Returns the record's id; null for a text that is nobody's id, so that each record has one and no more. */
export function recordIdOf(plainId: string): string | null {
  const [, recordId = '', check] = PLAIN_ID.exec(plainId) ?? [];
  return check !== undefined && checkOf(recordId) === check ? recordId : null;
}

/** Golden: stored by clients, so it must stay as it is. */
function checkOf(recordId: string): string {
  const number = createHash('sha256').update(recordId).digest().readUIntBE(0, 6) % 36 ** CHECK_LENGTH;
  return number.toString(36).padStart(CHECK_LENGTH, '0');
}
