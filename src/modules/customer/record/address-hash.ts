import { createHash } from 'node:crypto';
import { ADDRESS_FIELDS, type AddressChanges, type AddressLines } from './address.types.js';

/** All twelve, trimmed; what is empty counts as not said, and is as in `before` or empty. */
export function addressLines(said: AddressChanges, before?: AddressLines): AddressLines {
  const lines = ADDRESS_FIELDS.map((field) => [field, said[field]?.trim() || before?.[field] || '']);
  return Object.fromEntries(lines) as AddressLines;
}

export function isEmptyAddress(lines: AddressLines): boolean {
  return ADDRESS_FIELDS.every((field) => lines[field] === '');
}

/** 44 characters, the same whatever the case and the blanks around. */
export function addressHash(lines: AddressLines): string {
  const text = ADDRESS_FIELDS.map((field) => lines[field].trim().toLowerCase()).join('\n');
  return createHash('sha256').update(text).digest('base64');
}
