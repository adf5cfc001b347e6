import { ValidateBy } from 'class-validator';
import type { MetadataEntry } from '../../../modules/customer/record/vault-customer.types.js';
import { entryHoldsCardNumber } from '../../../platform/common/identifier-key.js';
import { isStorable } from '../../shared/field-rules.js';

/** Stripe's own limits (contract komoju 5). */
const MAX_KEYS = 50;
const LONGEST_KEY = 40;
export const LONGEST_VALUE = 500;

/** A scalar (decision K15), in whatever type JSON has it. */
type Scalar = string | number | boolean;
const SCALARS = ['string', 'number', 'boolean'];

function problemOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be a map of texts';
  const entries = Object.entries(value);
  if (entries.length > MAX_KEYS) return `must have at most ${MAX_KEYS} keys`;
  for (const [key, scalar] of entries as [string, unknown][]) {
    if (key === '' || key.length > LONGEST_KEY) return `must have keys of 1 to ${LONGEST_KEY} characters`;
    if (!SCALARS.includes(typeof scalar)) return 'must have texts, numbers and booleans as values';
    const text = String(scalar);
    if (text.length > LONGEST_VALUE) return `must have values of at most ${LONGEST_VALUE} characters`;
    if (!isStorable(key) || !isStorable(text)) return 'must not contain NUL or broken characters';
    if (entryHoldsCardNumber(key, text)) return 'must not contain a card number';
  }
  return null;
}

export const IsMetadata = (): PropertyDecorator =>
  ValidateBy({
    name: 'isMetadata',
    validator: {
      validate: (value) => problemOf(value) === null,
      defaultMessage: (about) => `$property ${problemOf(about?.value) ?? ''}`,
    },
  });

/** A checked map as the record keeps it; the empty text is none. */
export function toEntries(metadata: Readonly<Record<string, Scalar>> | ''): MetadataEntry[] {
  return Object.entries(metadata).map(([name, value]) => ({ name, value: String(value) }));
}

export function toMap(entries: readonly MetadataEntry[] = []): Record<string, string> {
  return Object.fromEntries(entries.map(({ name, value }) => [name, value]));
}
