/** Examples for Swagger UI: each variant of a body once. */

export const CREATE_ADD_ON_EXAMPLES = {
  amount: {
    summary: 'a fixed sum',
    value: { name: 'Locker', description: 'Locker rental', amount: 100, percentage: null, duration: 0 },
  },
  percentage: { summary: '10 % of the amount', value: { name: 'Energy share', percentage: 10_000 } },
  while: { summary: 'for the first three billings', value: { name: 'Instalment', amount: 2_500, duration: 3 } },
};

export const CREATE_DISCOUNT_EXAMPLES = {
  amount: {
    summary: 'a fixed sum',
    value: { name: 'Loyalty', description: 'Returning customers', amount: 100, percentage: null, duration: 0 },
  },
  percentage: { summary: '43.44 % of the amount', value: { name: 'Student', percentage: 43_440 } },
  while: { summary: 'the first billing only', value: { name: 'Welcome', percentage: 100_000, duration: 1 } },
};

export const UPDATE_ITEM_EXAMPLES = {
  amount: { summary: 'another sum', value: { amount: 150 } },
  percentage: { summary: 'a percentage instead of a sum', value: { percentage: 500 } },
  texts: { summary: 'name, and no description', value: { name: 'Locker', description: '' } },
};
