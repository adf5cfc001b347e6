/** Examples for Swagger UI: each variant of a body once. */

const MONTHLY = { name: 'Membership', amount: 1_000, billing_cycle_interval: 1, billing_frequency: 'monthly' };

export const CREATE_PLAN_EXAMPLES = {
  monthly: { summary: 'on the last day of each month', value: { ...MONTHLY, billing_days: '0' } },
  quarterly: {
    summary: 'every third month, four times',
    value: { ...MONTHLY, billing_cycle_interval: 3, billing_days: '10', duration: 4 },
  },
  twice: {
    summary: 'twice a month, with an add-on and a discount',
    value: {
      name: 'Gym basic',
      description: 'Twice a month',
      amount: 100,
      billing_cycle_interval: 1,
      billing_frequency: 'twice_monthly',
      billing_days: '1,15',
      duration: 0,
      add_ons: [{ id: 'b75cvl51tlv38t0o7o30', description: 'Locker rental' }],
      discounts: [{ id: 'b89flfqj8m0o735i19ig', description: 'Student rate', amount: 50 }],
    },
  },
  day: { summary: 'on the day on which somebody subscribes', value: { ...MONTHLY, charge_on_day: true } },
  daily: { summary: 'every day', value: { ...MONTHLY, billing_frequency: 'daily' } },
};

export const UPDATE_PLAN_EXAMPLES = {
  push: { summary: 'another price, for all who have the plan', value: { amount: 1_200, update_subscriptions: true } },
  price: { summary: 'another price, for who comes from now on', value: { amount: 1_200 } },
  schedule: { summary: 'other days', value: { billing_frequency: 'twice_monthly', billing_days: '1,15' } },
  items: { summary: 'no add-ons', value: { add_ons: [] } },
};
