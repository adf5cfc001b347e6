import type { Payment } from '../../../src/modules/payment/record/payment.types.js';
import type { LedgerEntry } from '../../support/simulator.js';
import { attemptTrouble } from './attempt-checks.js';
import type { Told } from './shopper.js';
import type { SeenRequest } from './stripe-log.js';
import { askedBeforeWritten, versionTrouble } from './write-checks.js';
import type { PaymentWrite } from './write-log.js';

/** Everything that the invariants are about, read when all has come to rest. */
export interface Books {
  readonly payments: readonly Payment[];
  readonly charges: readonly LedgerEntry[];
  /** Stripe's status by PaymentIntent. */
  readonly statuses: ReadonlyMap<string, string>;
  readonly requests: readonly SeenRequest[];
  /** Every write to a payment, in the order in which they were sent. */
  readonly writes: readonly PaymentWrite[];
  readonly told: readonly Told[];
  /** Ids of the receipts that went out, as file names. */
  readonly receipts: readonly string[];
  readonly now: number;
}

export interface Problem {
  readonly invariant: string;
  readonly what: string;
  readonly payment: Payment | undefined;
  /** Names for the timeline. */
  readonly about: readonly string[];
}

const FINAL = new Set(['SUCCEEDED', 'CANCELED', 'REJECTED']);
/** What our state may be for what Stripe says, once nothing is unsettled. */
const STATES: Readonly<Record<string, readonly string[]>> = {
  requires_payment_method: ['PI_CREATED', 'DECLINED'],
  requires_confirmation: ['PI_CREATED', 'DECLINED'],
  requires_action: ['REQUIRES_ACTION'],
  processing: ['PROCESSING'],
  requires_capture: ['REQUIRES_CAPTURE'],
  succeeded: ['SUCCEEDED'],
  canceled: ['CANCELED'],
};
const OVERDUE_MS = 20_000;
const ALLOWED = new Set([200, 201, 202, 400, 402, 409, 429, 502, 503]);

/** I1 to I4, I7 and I8 of the protocol, its rule R1, and ruling 18. */
export function audit(books: Books): Problem[] {
  return [...books.payments.flatMap((payment) => ofPayment(books, payment)), ...orphans(books), ...ofAnswers(books)];
}

function ofPayment(books: Books, payment: Payment): Problem[] {
  const problems: Problem[] = [];
  const about = [payment._id, payment.cuid, payment.providerPaymentId ?? payment._id];
  const say = (invariant: string, what: string) =>
    void problems.push({ invariant, what: `${payment._id} ${what}`, payment, about });
  const charges = books.charges.filter(
    ({ payment_intent, metadata }) =>
      payment_intent === payment.providerPaymentId || metadata['payment_id'] === payment._id,
  );
  const paid = payment.state === 'SUCCEEDED';

  const twins = books.payments.filter(({ scope, cuid }) => scope === payment.scope && cuid === payment.cuid);
  if (twins.length > 1) say('I1', `is one of ${twins.length} payments of its cuid`);
  if (charges.length > 1) say('I1', `was charged ${charges.length} times`);
  if (paid !== charges.length > 0) say('I2', `is ${payment.state} with ${charges.length} charges`);
  const [charge] = charges;
  if (
    paid &&
    charge !== undefined &&
    (charge.amount !== payment.amountMinor || charge.payment_intent !== payment.providerPaymentId)
  )
    say('I2', `was charged ${charge.amount} on ${charge.payment_intent}`);
  const due = payment.nextCheckAt?.getTime() ?? books.now;
  if (!FINAL.has(payment.state) && books.now - due > OVERDUE_MS)
    say('I3', `is ${payment.state}, due since ${(books.now - due) / 1000} s`);
  if ((payment.state === 'NEW' || payment.state === 'CONFIRMING') && due <= books.now)
    say('R18', `is still ${payment.state}`);
  const status = payment.providerPaymentId === undefined ? undefined : books.statuses.get(payment.providerPaymentId);
  if (status !== undefined && payment.state !== 'CONFIRMING' && STATES[status]?.includes(payment.state) !== true)
    say('R18', `is ${payment.state}, Stripe says ${status}`);
  const effects = payment.effects.filter(({ id }) => id === `${payment._id}:succeeded`);
  if (effects.length !== (paid ? 1 : 0) || effects.length !== payment.effects.length)
    say('I7', `has ${payment.effects.length} effects`);
  if (effects.some(({ doneAt }) => doneAt === null)) say('I7', 'has an effect that is not done');
  if (paid && !books.receipts.includes(`${payment._id}_succeeded`)) say('I7', 'has no receipt');
  for (const what of versionTrouble(payment, books.writes)) say('I8', what);
  for (const what of askedBeforeWritten(payment, books.writes, books.requests)) say('R1', what);
  for (const what of [...attemptTrouble(payment, books.requests), ...toldTrouble(books, payment, charges.length > 0)])
    say('I4', what);
  return problems;
}

function toldTrouble({ told }: Books, payment: Payment, charged: boolean): string[] {
  const mine = told.filter(({ cuid }) => cuid === payment.cuid);
  const trouble = mine.flatMap((answer) => {
    if (answer.says === 'succeeded' && !charged) return ['told succeeded, not charged'];
    if (answer.kind === 'confirm' && answer.says === 'canceled' && charged) return ['told canceled, charged'];
    if (
      answer.status === 402 &&
      !payment.settled.some(
        ({ result, paymentMethodId }) => result === 'declined' && paymentMethodId === answer.paymentMethodId,
      )
    )
      return [`told that ${answer.paymentMethodId} was declined; no attempt with it was`];
    if (answer.id !== undefined && answer.id !== payment.providerPaymentId)
      return [`told another PaymentIntent, ${answer.id}`];
    return [];
  });
  const secrets = new Set(mine.flatMap(({ clientSecret }) => clientSecret ?? []));
  if (secrets.size > 1) trouble.push('told two client secrets');
  return [...new Set(trouble)];
}

/** Money that no record knows of. */
function orphans({ charges, payments }: Books): Problem[] {
  const known = new Set(payments.map(({ providerPaymentId }) => providerPaymentId));
  return charges
    .filter(({ payment_intent }) => !known.has(payment_intent))
    .map(({ payment_intent, metadata }) => ({
      invariant: 'I2',
      what: `${payment_intent} was charged and is in no record`,
      payment: undefined,
      about: [payment_intent, metadata['cuid'] ?? ''],
    }));
}

function ofAnswers({ told, payments }: Books): Problem[] {
  return told
    .filter(({ status }) => !ALLOWED.has(status))
    .map(({ cuid, kind, status }) => ({
      invariant: 'I4',
      what: `${kind} of ${cuid} answered ${status}`,
      payment: payments.find((one) => one.cuid === cuid),
      about: [cuid],
    }));
}
