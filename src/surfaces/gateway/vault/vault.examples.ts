import { DEFAULT_PAYMENT_EXAMPLES } from './payment-method.examples.js';

/** Examples for Swagger UI: each variant of a body once. */

const ADDRESS = {
  first_name: 'John',
  last_name: 'Smith',
  company: 'Some Business',
  line_1: '123 Some St',
  city: 'Wheaton',
  state: 'IL',
  postal_code: '60187',
  country: 'US',
  email: 'user@example.com',
  phone: '3216540987',
  fax: '3216540987',
};

export const CREATE_EXAMPLES = {
  address: {
    summary: 'an address for bills and shipping',
    value: { description: 'Wholesale buyer', flags: ['surcharge_exempt'], default_billing_address: ADDRESS },
  },
  addresses: {
    summary: 'an address for each',
    value: {
      default_billing_address: ADDRESS,
      default_shipping_address: { ...ADDRESS, line_1: '4 Other St' },
    },
  },
  chosen: { summary: 'an id of one’s own', value: { id: 'customer42', description: 'Wholesale buyer' } },
  ...DEFAULT_PAYMENT_EXAMPLES,
  empty: { summary: 'nothing but a generated id', value: {} },
};

export const SEARCH_EXAMPLES = {
  email: {
    summary: 'by e-mail',
    value: { email: { operator: '=', value: 'user@example.com' }, limit: 10, offset: 0 },
  },
  not: {
    summary: 'by what none of the addresses is',
    value: { last_name: { value: 'Smith' }, state: { operator: '!=', value: 'IL' } },
  },
  dates: {
    summary: 'by dates',
    value: {
      created_at: { start_date: '2024-01-01T00:00:00Z', end_date: '2024-12-31T23:59:59Z' },
      updated_at: { start_date: '2024-06-01T00:00:00Z' },
    },
  },
  all: { summary: 'all, the second hundred', value: { limit: 100, offset: 100 } },
};

export const UPDATE_EXAMPLES = {
  texts: { summary: 'description and notes; empty clears', value: { description: 'vip', notes: '' } },
  flags: { summary: 'all flags taken away', value: { flags: [] } },
  addresses: {
    summary: 'other default addresses',
    value: {
      defaults: { billing_address_id: 'bl6nqk69ku6897l45fp0', shipping_address_id: 'bl6nqk69ku6897l45fp0' },
    },
  },
  method: {
    summary: 'another default method',
    value: { defaults: { payment_method_id: 'bl6nqk69ku6897l45fq0', payment_method_type: 'card' } },
  },
};

export const ADDRESS_EXAMPLES = {
  whole: { summary: 'a whole address', value: ADDRESS },
  email: { summary: 'only an e-mail', value: { email: 'user@example.com' } },
};

export const ADDRESS_UPDATE_EXAMPLES = {
  line: { summary: 'one line, the others stay', value: { line_2: 'Suite 4' } },
  whole: { summary: 'every line', value: { ...ADDRESS, line_2: 'Suite 4' } },
};
