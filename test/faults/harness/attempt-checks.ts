import type { AttemptResult, Payment } from '../../../src/modules/payment/record/payment.types.js';
import type { SimulatedRequest } from '../../support/simulator.js';

/** A confirm that Stripe executed under the key of an attempt of this payment. */
interface Executed {
  readonly key: string;
  readonly n: number;
  readonly status: number | null;
  readonly paymentMethodId: unknown;
}

/** What we hold an attempt for must be what Stripe executed under its key, with the method that it is recorded with. */
export function attemptTrouble(payment: Payment, requests: readonly SimulatedRequest[]): string[] {
  const executed = executedOf(payment, requests);
  const known = new Map(payment.settled.map((one) => [one.n, one.paymentMethodId]));
  if (payment.attempt !== null) known.set(payment.attempt.n, payment.attempt.paymentMethodId);
  const unknown = executed.find(({ n }) => !known.has(n));
  const other = executed.find(({ n, paymentMethodId }) => known.has(n) && known.get(n) !== paymentMethodId);
  const numbers = payment.settled.map(({ n }) => n);
  return [
    ...payment.settled.flatMap(({ n, result }) => contradiction(n, result, executed)),
    ...(unknown === undefined ? [] : [`${unknown.key} ran at Stripe and is in no record`]),
    ...(other === undefined
      ? []
      : [
          `${other.key} ran at Stripe with ${String(other.paymentMethodId)}, it is recorded with ${known.get(other.n)}`,
        ]),
    ...(new Set(numbers).size === numbers.length ? [] : [`settled an attempt twice: ${numbers.join(', ')}`]),
  ];
}

function executedOf(payment: Payment, requests: readonly SimulatedRequest[]): Executed[] {
  return requests.flatMap(({ idempotency_key: key, executed, status, params }) => {
    const [id, what, n] = key?.split(':') ?? [];
    if (key == null || !executed || id !== payment._id || what !== 'confirm') return [];
    return [{ key, n: Number(n), status, paymentMethodId: params['payment_method'] }];
  });
}

/** An executed confirm whose answer a fault replaced says nothing here: its own status is not in the log. */
function contradiction(n: number, result: AttemptResult, executed: readonly Executed[]): string[] {
  const ran = (status: number) => executed.some((one) => one.n === n && one.status === status);
  if (result === 'declined' && ran(200)) return [`attempt ${n} is declined here and was accepted at Stripe`];
  if (result === 'succeeded' && ran(402) && !ran(200))
    return [`attempt ${n} succeeded here and was declined at Stripe`];
  const notRun = result === 'refused' || result === 'not_sent';
  if (notRun && (ran(200) || ran(402))) return [`attempt ${n} is ${result} here and ran at Stripe`];
  return [];
}
