/** Bodies to try in Swagger UI: each variant once. */

export const BATCH_SEARCH_EXAMPLES = {
  all: { summary: 'all, newest first', value: { limit: 10, offset: 0 } },
  month: {
    summary: 'those of a month',
    value: { batch_date: { start_date: '2024-02-01T00:00:00Z', end_date: '2024-02-29T23:59:59Z' }, limit: 100 },
  },
  one: {
    summary: 'one, by its id',
    value: { settlement_batch_id: { operator: '=', value: 'b7kgflt1tlv51er0fb00' } },
  },
};
