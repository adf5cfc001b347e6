import type { ProviderEntry } from '../../platform/stripe/provider.types.js';
import type { BookedPayment } from '../payment/record/payment.repository.js';
import { isFinal, takenMinor } from '../payment/record/payment-states.js';
import { identityOf } from '../payment/upkeep/imported-payment.js';
import { dayOf, isWithin } from './day-range.js';
import { bookFacts, stripeFacts } from './facts.js';
import { gapsOf, isRefundedTwin, movementsOf } from './movements.js';
import { refundDifferences } from './refund-judgement.js';
import type { Difference, DifferenceCure, DifferenceKind, JudgingContext, Pairing } from './reconciliation.types.js';

type Verdict = readonly [DifferenceKind, DifferenceCure];

/**
 * How the two sides of one PaymentIntent differ; nothing when they agree. The gaps of its differences add up to what it
 * does to the table.
 */
export function judge(pairing: Pairing, context: JudgingContext): readonly Difference[] {
  const { span } = context;
  const { named } = pairing;
  if (named === null) return judgeUnnamed(pairing, context);
  const refunds = refundDifferences(pairing, span);
  if (!mainDays(pairing).some((at) => isWithin(span, at))) return refunds;
  const captured = movementsOf(pairing, span).filter(({ type }) => type === 'captured');
  const verdicts = verdictsOnNamed(pairing.entry, named);
  // The first says it all; what else is wrong moves no further sum.
  return [...verdicts.map((verdict, i) => difference(pairing, verdict, i === 0 ? gapsOf(captured) : [])), ...refunds];
}

/** Returns when the payment was paid according to either side; if neither says so, when it was made. */
function mainDays({ entry, named }: Pairing): readonly Date[] {
  const paid = [
    ...(entry?.capture ? [entry.capture.at] : []),
    ...(named?.state === 'SUCCEEDED' ? [named.finalAt ?? named.createdAt] : []),
  ];
  return paid.length > 0 ? paid : [entry?.payment.createdAt ?? named?.createdAt ?? new Date(0)];
}

function verdictsOnNamed(entry: ProviderEntry | null, named: BookedPayment): readonly Verdict[] {
  if (entry === null) return [['not_at_stripe', 'person']];
  const { payment, capture } = entry;
  const owner = payment.metadata['payment_id'];
  if (owner !== undefined && owner !== named._id) return [['wrong_payment', 'person']];
  const amountMinor = capture?.amountMinor ?? payment.amountMinor;
  return [
    ...verdictsOnState(entry, named),
    ...is(payment.currency !== named.currency, 'currency'),
    ...is(payment.currency === named.currency && amountMinor !== takenMinor(named), 'amount'),
    ...is((payment.customerId ?? '') !== named.customerId, 'customer'),
  ];
}

function is(different: boolean, kind: DifferenceKind): readonly Verdict[] {
  return different ? [[kind, 'repair']] : [];
}

/** Open is open: which kind of open is the resolver's business, and moves no money. */
function verdictsOnState({ payment, capture }: ProviderEntry, named: BookedPayment): readonly Verdict[] {
  if (capture !== null) return named.state === 'SUCCEEDED' ? [] : [['paid_at_stripe', 'repair']];
  if (named.state === 'SUCCEEDED') return [['not_paid_at_stripe', 'person']];
  const canceled = payment.status === 'canceled';
  if (canceled && !isFinal(named)) return [['canceled_at_stripe', 'repair']];
  return !canceled && isFinal(named) ? [['open_at_stripe', 'person']] : [];
}

/** Ours, and no payment names it. */
function judgeUnnamed(pairing: Pairing, context: JudgingContext): readonly Difference[] {
  if (isRefundedTwin(pairing)) return [];
  const gaps = gapsOf(movementsOf(pairing, context.span));
  const here = gaps.length > 0 || mainDays(pairing).some((at) => isWithin(context.span, at));
  const verdict = here ? verdictOnUnnamed(pairing, context) : null;
  return verdict === null ? [] : [difference(pairing, verdict, gaps)];
}

function verdictOnUnnamed({ entry, own }: Pairing, { deploymentId, orphansBefore }: JudgingContext): Verdict | null {
  if (entry === null) return null;
  const { payment, capture } = entry;
  if (capture === null && payment.status === 'canceled') return null;
  if (identityOf(payment, deploymentId) === null) return ['inconsistent', 'person'];
  if (capture !== null) return verdictOnPaid(own);
  const mayStillStoreIt = own !== null && own.providerPaymentId === undefined && !isFinal(own);
  if (mayStillStoreIt || payment.createdAt >= orphansBefore) return null;
  const confirmed = payment.status !== 'requires_payment_method' && payment.status !== 'requires_confirmation';
  return ['orphan', confirmed && own === null ? 'repair' : 'sweep'];
}

/** The repair takes it over where that needs no cancel: one that may still be paid has to be ended first. */
function verdictOnPaid(own: BookedPayment | null): Verdict {
  if (own === null) return ['missing', 'repair'];
  if (own.state === 'SUCCEEDED')
    return own.providerPaymentId === undefined ? ['paid_elsewhere', 'person'] : ['paid_twice', 'person'];
  return ['paid_elsewhere', isFinal(own) || own.providerPaymentId === undefined ? 'repair' : 'sweep'];
}

function difference(pairing: Pairing, [kind, cure]: Verdict, gaps: Difference['gaps']): Difference {
  const { entry, named, own } = pairing;
  const record = named ?? own;
  const [day] = mainDays(pairing);
  return {
    kind,
    cure,
    day: dayOf(day ?? new Date(0)),
    paymentId: record?._id ?? entry?.payment.metadata['payment_id'] ?? null,
    providerPaymentId: entry?.payment.id ?? named?.providerPaymentId ?? null,
    related: related(kind, pairing),
    atStripe: stripeFacts(entry),
    inBooks: bookFacts(record),
    gaps,
  };
}

/** The PaymentIntent or payment that it is mixed up with. */
function related(kind: DifferenceKind, { entry, own }: Pairing): readonly string[] {
  if (kind === 'wrong_payment') return [entry?.payment.metadata['payment_id'] ?? ''];
  return own?.providerPaymentId === undefined ? [] : [own.providerPaymentId];
}
