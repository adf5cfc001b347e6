/**
 * What a field can be asked: `token` equality, `numeric` equality and comparisons, `string` words in order and substrings.
 * All text is compared without regard to case.
 */
export type FieldType = 'numeric' | 'string' | 'token';

export type Resource = 'charges' | 'customers' | 'payment_intents';

const CARD_FIELDS = ['brand', 'exp_month', 'exp_year', 'fingerprint', 'last4'];
const CARD_SOURCES = ['card', 'card_present', 'interac_present'];

/** https://docs.stripe.com/search#supported-query-fields-for-each-resource; metadata is a token everywhere. */
const FIELDS: Record<Resource, Map<string, FieldType>> = {
  charges: new Map<string, FieldType>([
    ['amount', 'numeric'],
    ['billing_details.address.postal_code', 'token'],
    ['created', 'numeric'],
    ['currency', 'token'],
    ['customer', 'token'],
    ['disputed', 'token'],
    ['metadata', 'token'],
    ...CARD_SOURCES.flatMap((source) =>
      CARD_FIELDS.map((field): [string, FieldType] => [`payment_method_details.${source}.${field}`, 'token']),
    ),
    ['refunded', 'token'],
    ['status', 'token'],
  ]),
  customers: new Map<string, FieldType>([
    ['created', 'numeric'],
    ['email', 'string'],
    ['metadata', 'token'],
    ['name', 'string'],
    ['phone', 'string'],
  ]),
  payment_intents: new Map<string, FieldType>([
    ['amount', 'numeric'],
    ['created', 'numeric'],
    ['currency', 'token'],
    ['customer', 'token'],
    ['metadata', 'token'],
    ['status', 'token'],
  ]),
};

export function fieldType(resource: Resource, field: string): FieldType | undefined {
  return FIELDS[resource].get(field);
}

/** How to read a field of a row; what is absent is null or undefined. */
export function readerOf(resource: Resource, field: string, key: string | null): (row: object) => unknown {
  if (resource === 'charges' && field === 'refunded') return refundedToken;
  const path = key === null ? field.split('.') : ['metadata', key];
  return (row) => {
    let at: unknown = row;
    for (const name of path) at = isHash(at) && Object.hasOwn(at, name) ? at[name] : undefined;
    return at;
  };
}

/** "true" for fully, "false" for partially refunded charges; absent for those never refunded. */
function refundedToken(charge: object): string | null {
  if (!('amount_refunded' in charge) || charge.amount_refunded === 0) return null;
  return 'refunded' in charge && charge.refunded === true ? 'true' : 'false';
}

function isHash(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
