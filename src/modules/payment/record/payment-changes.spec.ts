import fc from 'fast-check';
import { PROVIDER_PAYMENT_STATUSES, type ProviderPayment } from '../../../platform/stripe/provider.types.js';
import { afterAccepted, afterDeclined, afterNotRun, afterReading, startingAttempt } from './payment-changes.js';
import { isFinal, mayBecome } from './payment-states.js';
import { PAYMENT_STATES, type Payment, type PaymentChange } from './payment.types.js';

const NOW = new Date('2030-01-01T00:00:00Z');

const payment = (over: Partial<Payment>): Payment => ({
  _id: 'p',
  v: 1,
  w: 'w',
  scope: 's',
  userId: 'u',
  cuid: 'c',
  fingerprint: 'f',
  amountMinor: 2000,
  currency: 'usd',
  customerId: 'cus_1',
  description: null,
  metadata: {},
  state: 'PI_CREATED',
  providerPaymentId: 'pi_1',
  providerStatus: 'requires_payment_method',
  nextAction: null,
  paymentMethodId: null,
  createGeneration: 0,
  cancelGeneration: 0,
  cancelRequested: false,
  attempt: { n: 1, generation: 0, paymentMethodId: 'pm_1', returnUrl: 'https://x', startedAt: NOW },
  settled: [],
  activeAt: NOW,
  nextCheckAt: NOW,
  backoffMs: 1,
  leaseUntil: null,
  effects: [],
  effectsDueAt: null,
  createdAt: NOW,
  finalAt: null,
  ...over,
});

const provider = (status: ProviderPayment['status']): ProviderPayment => ({
  id: 'pi_1',
  status,
  amountMinor: 2000,
  currency: 'usd',
  customerId: 'cus_1',
  paymentMethodId: 'pm_1',
  description: null,
  clientSecret: null,
  nextAction: null,
  redirectUrl: null,
  latestChargeId: null,
  receivedMinor: status === 'succeeded' ? 2000 : 0,
  lastDecline: null,
  metadata: {},
  livemode: false,
  createdAt: NOW,
});

const anyState = fc.constantFrom(...PAYMENT_STATES);
const anyStatus = fc.constantFrom(...PROVIDER_PAYMENT_STATUSES);
const attempt = payment({}).attempt ?? fail('an attempt');

describe('what a fact means for the document', () => {
  it('never leads where the state table does not allow, and never out of SUCCEEDED', () => {
    const outcomes = PAYMENT_STATES.filter((state) => state !== 'NEW').flatMap((state) =>
      PROVIDER_PAYMENT_STATUSES.map(
        (status) => [state, afterReading(payment({ state }), provider(status), NOW)] as const,
      ),
    );
    expect(outcomes.filter(([state, change]) => !mayBecome(state, change.state ?? state))).toEqual([]);
    expect(outcomes.filter(([state, change]) => state === 'SUCCEEDED' && Object.keys(change).length > 0)).toEqual([]);
  });

  it('a GET ends an unsettled attempt only when it is final', () => {
    for (const status of PROVIDER_PAYMENT_STATUSES) {
      const change = afterReading(payment({ state: 'CONFIRMING' }), provider(status), NOW);
      const final = status === 'succeeded' || status === 'canceled';
      expect([status, change.state !== undefined, change.settled]).toEqual([status, final, undefined]);
    }
  });

  it('writes the succeeded effect exactly with the change to SUCCEEDED', () => {
    fc.assert(
      fc.property(anyState, anyStatus, (state, status) => {
        const changes: PaymentChange[] = [
          afterReading(payment({ state }), provider(status), NOW),
          ...(state === 'CONFIRMING' ? [afterAccepted(payment({ state }), attempt, provider(status), NOW, NOW)] : []),
        ];
        for (const change of changes) {
          const succeeded = (change.effects ?? []).filter(({ type }) => type === 'payment.succeeded');
          expect(succeeded).toHaveLength(change.state === 'SUCCEEDED' ? 1 : 0);
        }
      }),
    );
  });

  it('an effect that the payment has is not written a second time', () => {
    const effects = [{ id: `${payment({})._id}:succeeded`, type: 'payment.succeeded', doneAt: NOW } as const];
    const change = afterReading(payment({ state: 'CANCELED', effects }), provider('succeeded'), NOW);
    expect([change.state, change.effects, change.effectsDueAt]).toEqual(['SUCCEEDED', undefined, undefined]);
  });

  it('settling always adds exactly one result, of the attempt it is about', () => {
    const confirming = payment({ state: 'CONFIRMING' });
    const decline = { code: 'card_declined', declineCode: 'lost_card', message: 'no', ofCard: true };
    for (const change of [
      afterAccepted(confirming, attempt, provider('requires_action'), NOW, NOW),
      afterAccepted(confirming, attempt, provider('succeeded'), NOW, NOW),
      afterDeclined(confirming, attempt, decline, null, NOW, NOW),
      afterDeclined(confirming, attempt, decline, provider('canceled'), NOW, NOW),
      afterNotRun(confirming, attempt, 'refused', NOW, NOW),
      afterNotRun(confirming, attempt, 'not_sent', NOW, NOW),
    ]) {
      expect(change.settled).toHaveLength(1);
      expect(change.settled?.[0]?.n).toBe(1);
      expect(change.state).not.toBe('CONFIRMING');
    }
  });

  it('a decline leaves the payment open, unless Stripe has canceled it', () => {
    const decline = { code: 'card_declined', declineCode: null, message: 'no', ofCard: true };
    const confirming = payment({ state: 'CONFIRMING' });
    expect(afterDeclined(confirming, attempt, decline, provider('requires_payment_method'), NOW, NOW).state).toBe(
      'DECLINED',
    );
    expect(afterDeclined(confirming, attempt, decline, provider('canceled'), NOW, NOW).state).toBe('CANCELED');
  });

  it('numbers attempts without gaps and starts each at generation 0', () => {
    const times = { recheckAt: NOW, backoffMs: 1, leaseUntil: NOW };
    const next = startingAttempt(payment({}), { paymentMethodId: 'pm_2', returnUrl: 'https://x' }, NOW, times);
    expect(next.attempt).toMatchObject({ n: 2, generation: 0, paymentMethodId: 'pm_2' });
    expect(
      startingAttempt(payment({ attempt: null }), { paymentMethodId: 'pm_2', returnUrl: 'x' }, NOW, times).attempt?.n,
    ).toBe(1);
  });

  it('final states stay: nothing starts from them', () => {
    const finals = PAYMENT_STATES.filter((state) => isFinal({ state }));
    expect(finals).toEqual(['SUCCEEDED', 'CANCELED', 'REJECTED']);
    expect(finals.filter((state) => mayBecome(state, 'CONFIRMING'))).toEqual([]);
  });
});

function fail(what: string): never {
  throw new Error(`expected ${what}`);
}

describe('afterReading', () => {
  const settled = [{ n: 1, paymentMethodId: 'pm_1', result: 'action', at: NOW, decline: null }] as const;
  const attempt = { n: 2, generation: 0, paymentMethodId: 'pm_2', returnUrl: 'https://x', startedAt: NOW };

  it('leaves an attempt unsettled when a debit came back that may have been an earlier one', () => {
    const seen = payment({ state: 'CONFIRMING', providerStatus: 'processing', attempt, settled });
    const after = { ...seen, ...afterReading(seen, provider('requires_payment_method'), NOW) };
    expect([after.state, after.settled]).toEqual(['CONFIRMING', settled]);
  });

  it('goes on looking at a dispute that was known before the success was', () => {
    const told = { amountMinor: 1, currency: 'usd', reason: 'fraudulent', at: NOW };
    const paid = (status: 'needs_response' | 'lost') => {
      const seen = payment({ disputes: [{ id: 'dp_1', status, ...told }] });
      return { ...seen, ...afterReading(seen, provider('succeeded'), NOW) };
    };
    expect(paid('needs_response').nextCheckAt).toEqual(NOW);
    expect(paid('lost').nextCheckAt).toBeNull();
  });
});
