import { createHash } from 'node:crypto';

/** CUID v1: `c`, then 24 lower-case letters or digits. An identifier, never a secret. */
export const CUID_PATTERN = /^c[a-z0-9]{24}$/;

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * A derived identity: the same parts give the same 26 characters (130 bits) for ever and on every instance.
 * A repeat after a lost write or a store rollback therefore meets its own record, its own provider key and its own metadata.
 */
export function derivedId(...parts: readonly string[]): string {
  const digest = createHash('sha256').update(parts.join('|')).digest();
  let bits = 0n;
  for (const byte of digest.subarray(0, 17)) bits = (bits << 8n) | BigInt(byte);
  let id = '';
  for (let i = 0; i < 26; i++) id += BASE32[Number((bits >> BigInt(131 - i * 5)) & 31n)];
  return id;
}
