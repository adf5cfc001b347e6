/** Examples for Swagger UI: each kind of criterion once. */

export const SEARCH_EXAMPLES = {
  order: { summary: 'by order', value: { order_id: { operator: '=', value: 'someOrderID' } } },
  contract: {
    summary: 'by amount, month and state',
    value: {
      status: { operator: '!=', value: 'declined' },
      amount: { operator: '>', value: 1000 },
      created_at: { start_date: '2024-01-01T00:00:00Z', end_date: '2024-01-31T23:59:59Z' },
      billing_address: { state: { operator: '=', value: 'IL' } },
      limit: 10,
      offset: 0,
    },
  },
  flat: { summary: 'an address by a flat key', value: { 'billing_address.last_name': { value: 'Smith' } } },
  open: {
    summary: 'bank debits that are not settled yet',
    value: { payment_type: { value: 'echeck' }, status: { value: 'pending_settlement' } },
  },
  count: { summary: 'only how many there are', value: { type: { value: 'refund' }, limit: 0 } },
  all: { summary: 'all, the second hundred', value: { limit: 100, offset: 100 } },
};
