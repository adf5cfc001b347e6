import type { Payment } from '../../../src/modules/payment/record/payment.types.js';
import type { SeenRequest } from './stripe-log.js';
import type { PaymentWrite } from './write-log.js';

/** I8, from what went over the wire: each version was made by one write, and none that was acknowledged is gone. */
export function versionTrouble(payment: Payment, writes: readonly PaymentWrite[]): string[] {
  const made = new Map<number, string>();
  const trouble: string[] = [];
  for (const { version, writeId, app, outcome } of appliedTo(payment, writes)) {
    const first = made.get(version);
    if (first !== undefined && first !== writeId) trouble.push(`version ${version} was written twice, by ${app} again`);
    if (outcome === 'applied') made.set(version, writeId);
  }
  const newest = Math.max(0, ...made.keys());
  if (newest > payment.v) trouble.push(`went back from version ${newest} to ${payment.v}`);
  return trouble;
}

/** R1, write ahead: nothing is asked of Stripe that the store does not already say we may have asked. */
export function askedBeforeWritten(
  payment: Payment,
  writes: readonly PaymentWrite[],
  requests: readonly SeenRequest[],
): string[] {
  const written = new Map<number, number>();
  for (const { change, at } of appliedTo(payment, writes))
    if (change.state === 'CONFIRMING' && change.attempt) written.set(change.attempt.n, at);
  const early = requests.find(({ idempotency_key: key, realAt }) => {
    const [id, what, n] = key?.split(':') ?? [];
    if (id !== payment._id || what !== 'confirm' || realAt === null) return false;
    // Without an acknowledgement on record (its answer was lost, and the writer read back that it ran) there is no time.
    return realAt < (written.get(Number(n)) ?? 0);
  });
  return early === undefined ? [] : [`${early.idempotency_key} was sent before it was written`];
}

function appliedTo(payment: Payment, writes: readonly PaymentWrite[]): PaymentWrite[] {
  return writes.filter(({ paymentId, outcome }) => paymentId === payment._id && outcome === 'applied');
}
