/** What Stripe asks of parameters and the SDK's types do not say. By the parameter's own name. */

/**
 * Text that `''` unsets although the types do not say so.
 * https://docs.stripe.com/api/customers/update: "can be unset by updating the value to null".
 */
export const CLEARABLE = [
  'carrier',
  'city',
  'country',
  'description',
  'email',
  'footer',
  'line1',
  'line2',
  'name',
  'phone',
  'postal_code',
  'receipt_email',
  'state',
  'statement_descriptor',
  'statement_descriptor_suffix',
  'tracking_number',
] as const;

export type Clearable = (typeof CLEARABLE)[number];

const clearable: ReadonlySet<string> = new Set(CLEARABLE);

export function isClearable(name: string): boolean {
  return clearable.has(name);
}

/** Longest text, where it is not `MAX_TEXT`. https://docs.stripe.com/api */
const LONGEST = new Map([
  ['business_name', 150],
  ['email', 512],
  ['individual_name', 150],
  ['statement_descriptor', 22],
  ['statement_descriptor_suffix', 22],
]);

const MAX_TEXT = 5000;

export function longest(name: string): number {
  return LONGEST.get(name) ?? MAX_TEXT;
}

/** Numbers that may have a fraction; all others are whole. */
const FRACTIONS = new Set([
  'amount_percent',
  'application_fee_percent',
  'height',
  'length',
  'percent_off',
  'percent_ownership',
  'percentage',
  'weight',
  'width',
]);

export function mayBeFraction(name: string): boolean {
  return FRACTIONS.has(name);
}

/** Hashes whose names the sender chooses, with Stripe's limits. https://docs.stripe.com/api/metadata */
export const METADATA = { maxKey: 40, maxValue: 500 };
