/** Bodies to try in Swagger UI: each variant once. */

export const FEE_EXAMPLES = {
  card: {
    summary: 'a card, by its first digits',
    value: {
      type: 'integrations',
      type_id: '',
      state: 'IL',
      bin: '517246700',
      payment_method: 'card',
      base_amount: 1000,
    },
  },
  ach: {
    summary: 'a bank account',
    value: { type: 'integrations', payment_method: 'ach', base_amount: 10_000 },
  },
};
