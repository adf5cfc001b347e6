import type { Payment } from '../../src/modules/payment/record/payment.types.js';
import { attemptTrouble } from './harness/attempt-checks.js';
import { PAYMENT_POINTS } from './harness/payment-points.js';
import { OUT_OF_REACH, ROUTES } from './harness/points/routes.js';
import type { SeenRequest } from './harness/stripe-log.js';
import { askedBeforeWritten, versionTrouble } from './harness/write-checks.js';
import type { PaymentWrite } from './harness/write-log.js';

/* What the storm's audit concludes from single facts; that it finds broken apps is what the mutants show. */

const attempt = (n: number, paymentMethodId = 'pm_a') => ({ n, generation: 0, paymentMethodId, returnUrl: '' });

function payment(more: Partial<Payment>): Payment {
  return { _id: 'p1', v: 3, attempt: null, settled: [], ...more } as Payment;
}

function write(version: number, writeId: string, more: Partial<PaymentWrite> = {}): PaymentWrite {
  return { app: 'A', paymentId: 'p1', version, writeId, change: {}, at: 1_000, outcome: 'applied', ...more };
}

function confirm(n: number, more: Partial<SeenRequest> = {}): SeenRequest {
  const params = { payment_method: 'pm_a' };
  return { idempotency_key: `p1:confirm:${n}:0`, executed: true, status: 200, params, realAt: 2_000, ...more } as never;
}

describe('versions', () => {
  it('each by one write, the newest in the record: nothing to say', () => {
    expect(versionTrouble(payment({ v: 3 }), [write(1, 'a'), write(2, 'b'), write(3, 'c')])).toEqual([]);
  });

  it('a write that missed, or got no answer, made no version', () => {
    const lost = [
      write(2, 'x', { outcome: 'missed' }),
      write(2, 'y', { outcome: null }),
      write(9, 'z', { outcome: null }),
    ];
    expect(versionTrouble(payment({ v: 2 }), [write(1, 'a'), ...lost, write(2, 'b')])).toEqual([]);
  });

  it('two writes of one version', () => {
    expect(versionTrouble(payment({ v: 2 }), [write(2, 'a'), write(2, 'b', { app: 'C' })])).toEqual([
      'version 2 was written twice, by C again',
    ]);
  });

  it('an acknowledged version that is gone', () => {
    expect(versionTrouble(payment({ v: 2 }), [write(3, 'a')])).toEqual(['went back from version 3 to 2']);
  });
});

describe('write ahead', () => {
  const started = (at: number) => write(2, 'a', { at, change: { state: 'CONFIRMING', attempt: attempt(1) as never } });

  it('written, then sent', () => {
    expect(askedBeforeWritten(payment({}), [started(1_999)], [confirm(1)])).toEqual([]);
  });

  it('sent, then written', () => {
    expect(askedBeforeWritten(payment({}), [started(2_001)], [confirm(1)])).toEqual([
      'p1:confirm:1:0 was sent before it was written',
    ]);
  });

  it.each<[string, PaymentWrite[], SeenRequest]>([
    ['nobody knows when it was written', [write(2, 'a', { outcome: null })], confirm(1)],
    ['nobody knows when it was sent', [started(2_001)], confirm(1, { realAt: null })],
  ])('%s: nothing is concluded', (_what, writes, request) => {
    expect(askedBeforeWritten(payment({}), writes, [request])).toEqual([]);
  });
});

describe('attempts', () => {
  const settled = (result: string) =>
    [{ n: 1, paymentMethodId: 'pm_a', result, at: new Date(), decline: null }] as never;

  it.each<[string, Partial<Payment>, SeenRequest[]]>([
    ['attempt 1 is declined here and was accepted at Stripe', { settled: settled('declined') }, [confirm(1)]],
    ['attempt 1 is not_sent here and ran at Stripe', { settled: settled('not_sent') }, [confirm(1)]],
    [
      'attempt 1 succeeded here and was declined at Stripe',
      { settled: settled('succeeded') },
      [confirm(1, { status: 402 })],
    ],
    ['p1:confirm:1:0 ran at Stripe and is in no record', {}, [confirm(1)]],
    [
      'p1:confirm:1:0 ran at Stripe with pm_a, it is recorded with pm_b',
      { attempt: attempt(1, 'pm_b') as never },
      [confirm(1)],
    ],
    ['settled an attempt twice: 1, 1', { settled: [...settled('declined'), ...settled('declined')] }, []],
  ])('%s', (what, record, requests) => {
    expect(attemptTrouble(payment(record), requests)).toEqual([what]);
  });

  it('what Stripe executed is what is recorded', () => {
    const record = payment({ settled: settled('succeeded'), attempt: attempt(1) as never });
    expect(attemptTrouble(record, [confirm(1), confirm(1, { executed: false, status: null })])).toEqual([]);
  });
});

it('every failpoint of the payment paths has a route to it, or a reason why there is none', () => {
  const reached = new Set(ROUTES.flatMap(({ points }) => points));
  expect(PAYMENT_POINTS.filter((name) => !reached.has(name) && OUT_OF_REACH[name] === undefined)).toEqual([]);
});
