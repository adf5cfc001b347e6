import { createHash } from 'node:crypto';
import { ADDRESS_FIELDS, type AddressChanges, type AddressLines } from './address.types.js';

/** Returns all twelve lines, trimmed; a line that is empty or not sent is that of `before`, else empty. */
export function addressLines(said: AddressChanges, before?: AddressLines): AddressLines {
  const lines = ADDRESS_FIELDS.map((field) => [field, said[field]?.trim() || before?.[field] || '']);
  return Object.fromEntries(lines) as AddressLines;
}

export function isEmptyAddress(lines: AddressLines): boolean {
  return ADDRESS_FIELDS.every((field) => lines[field] === '');
}

/** Returns 44 characters of base64, the same whatever the case and the blanks at the ends. */
export function addressHash(lines: AddressLines): string {
  const text = ADDRESS_FIELDS.map((field) => lines[field].trim().toLowerCase()).join('\n');
  return createHash('sha256').update(text).digest('base64');
}
