const ADDRESS = [
  'first_name',
  'last_name',
  'company',
  'address_line_1',
  'address_line_2',
  'city',
  'state',
  'postal_code',
  'country',
  'phone',
  'fax',
  'email',
] as const;

/** Contract gateway 7.1. */
export const FILE_COLUMNS = [
  'transaction_type',
  'cc_number',
  'cc_expiration',
  'cc_cvc',
  'ach_account_number',
  'ach_routing_number',
  'ach_account_type',
  'ach_sec_code',
  'customer_id',
  'amount',
  'shipping_amount',
  'tax_amount',
  'discount_amount',
  'order_id',
  'po_number',
  'description',
  'tax_exempt',
  'email_address',
  'processor_id',
  ...ADDRESS.map((line) => `billing_${line}` as const),
  ...ADDRESS.map((line) => `shipping_${line}` as const),
  'transaction_id',
] as const;

export type FileColumn = (typeof FILE_COLUMNS)[number];

export const REQUIRED_COLUMNS = ['transaction_type', 'amount'] as const satisfies readonly FileColumn[];

const KNOWN: ReadonlySet<string> = new Set(FILE_COLUMNS);

export const isFileColumn = (name: string): name is FileColumn => KNOWN.has(name);
