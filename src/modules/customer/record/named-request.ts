import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../platform/common/canonical-json.js';
import type { VaultCaller } from './vault-caller.js';

/** A request that its client may repeat, as the record keeps it. */
export interface NamedRequest {
  /** Hash of the client's key. */
  readonly key: string;
  /** Hash of the key and of what was asked. */
  readonly request: string;
}

/**
 * Names a request by the key that its client chose.
 * @param asked without card numbers: the hash stays in the record
 */
export function namedRequest({ accountId }: VaultCaller, key: string, asked: unknown): NamedRequest {
  return { key: hashOf({ accountId, key }), request: hashOf({ accountId, key, asked }) };
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
