import type Stripe from 'stripe';
import { toProviderRefund } from './stripe-refunds.js';

/** The fields that are read, as Stripe sends them. */
function refund(over: Partial<Stripe.Refund>): Stripe.Refund {
  const { charge, payment_intent: intent } = { charge: 'ch_1', payment_intent: 'pi_1' };
  const fields = { id: 're_1', amount: 500, currency: 'usd', created: 1, status: 'succeeded', metadata: {} };
  return { ...fields, charge, payment_intent: intent, balance_transaction: 'txn_1', ...over } as Stripe.Refund;
}

describe('toProviderRefund', () => {
  it.each([
    ['that succeeded', {}, true],
    ['that is not booked yet', { status: 'pending', balance_transaction: null }, true],
    ['that failed', { status: 'failed' }, false],
    ['that was canceled', { status: 'canceled', balance_transaction: null }, false],
    ['of what was held and never captured', { balance_transaction: null }, false],
  ])('a refund %s counts as money that left: %p is %p', (_what, over, counts) => {
    expect(toProviderRefund(refund(over)).counts).toBe(counts);
  });
});
