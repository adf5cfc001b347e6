import { invalidRequest, missing, missingParam, StripeError } from '../../api/errors.js';
import { checkMultiple, formatted } from '../../cards/currency.js';
import { redirectMethod } from '../../cards/redirect-methods.js';
import type { Charge, Refund } from '../../objects/charge.js';
import type { Metadata } from '../../objects/common.js';
import type { World } from '../../world.js';
import { bookRefund } from '../charges/charge.book.js';
import { isChargedBack, settleInquiries } from '../disputes/dispute.finish.js';
import { emit } from '../events/events.js';
import { later } from '../jobs.js';
import { behaviour } from '../payment-methods/payment-method.use.js';
import { unexpectedState } from '../payment-intents/payment-intent.state.js';

/** How long the two special test cards take to show their outcome, and a bank to send money back. */
const CARD_SETTLES_MS = 2_000;
const BANK_SETTLES_MS = 5_000;
/** Stripe's names for a way back to a bank account. */
const BANK_TRANSFERS: Record<string, 'eu_bank_transfer' | 'us_bank_transfer'> = {
  sepa_debit: 'eu_bank_transfer',
  us_bank_account: 'us_bank_transfer',
};

/** The charge to refund: the one named, or the PaymentIntent's. */
export function chargeToRefund(
  world: World,
  params: { charge?: string | undefined; payment_intent?: string | undefined },
): Charge {
  const { charge: id, payment_intent: intentId } = params;
  if (id !== undefined && intentId !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: charge, payment_intent.', {
      param: 'payment_intent',
    });
  }
  if (id !== undefined) {
    const charge = world.tables.charge.get(id);
    if (charge === undefined) throw missing('charge', id, 'charge', 400);
    return charge;
  }
  if (intentId === undefined) throw missingParam('charge');
  const intent = world.tables.paymentIntent.get(intentId);
  if (intent === undefined) throw missing('payment_intent', intentId, 'payment_intent', 400);
  const charge = world.tables.charge.get(intent.latest_charge ?? '');
  if (charge === undefined || charge.status === 'failed') {
    throw invalidRequest(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, {
      param: 'payment_intent',
    });
  }
  if (!charge.captured && intent.status === 'requires_capture') {
    throw unexpectedState(intent, 'This PaymentIntent has not been captured: cancel it instead of refunding it.');
  }
  return charge;
}

/** Gives back `amount` of a charge, at most what is left of it. Throws Stripe's 400s. */
export function makeRefund(
  world: World,
  charge: Charge,
  asked: { amount: number | undefined; reason: string | null; metadata: Metadata },
): Refund {
  const amount = checkedAmount(world, charge, asked.amount);
  const method = world.tables.paymentMethod.get(charge.payment_method);
  const special = method === undefined ? undefined : behaviour(world, method).refund;
  const transfer = BANK_TRANSFERS[charge.payment_method_details.type];
  const refunds = redirectMethod(charge.payment_method_details.type)?.refunds;
  const pending = special === 'pending' || transfer !== undefined || refunds === 'later';
  const draft: Refund = {
    id: world.ids.next(charge.id.startsWith('py_') ? 'pyr' : 're'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: world.clock.seconds(),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: destination(charge, transfer),
    metadata: asked.metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    ...(pending ? { pending_reason: 'processing' } : {}),
    reason: asked.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: pending ? 'pending' : 'succeeded',
    transfer_reversal: null,
  };
  const refund = world.store.put(world.tables.refund, { ...draft, balance_transaction: bookRefund(world, draft).id });
  const refunded = charge.amount_refunded + amount;
  const after = world.store.put(world.tables.charge, {
    ...charge,
    amount_refunded: refunded,
    ...(asked.reason === 'fraudulent' ? { fraud_details: { user_report: 'fraudulent' } } : {}),
    refunded: refunded === charge.amount_captured,
  });
  emit(world, 'refund.created', refund);
  emit(world, 'charge.refunded', after, charge);
  if (after.refunded) settleInquiries(world, after.id);
  if (special !== undefined || pending) {
    later(world, special === undefined ? BANK_SETTLES_MS : CARD_SETTLES_MS, 'settle_refund', refund.id);
  }
  return refund;
}

function checkedAmount(world: World, charge: Charge, asked: number | undefined): number {
  const left = charge.amount_captured - charge.amount_refunded;
  if (charge.status !== 'succeeded' || !charge.captured) throw notRefundable(charge);
  if (redirectMethod(charge.payment_method_details.type)?.refunds === 'never') {
    throw invalidRequest(`Charge ${charge.id} was paid with OXXO, which does not support refunds.`, {
      code: 'charge_not_refundable',
    });
  }
  if (isChargedBack(world, charge.id)) {
    throw invalidRequest(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
    });
  }
  if (left <= 0) {
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
  }
  const amount = asked ?? left;
  if (amount < 1) {
    throw invalidRequest('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: 'amount',
    });
  }
  if (amount > left) throw tooMuch(charge, amount, left);
  checkMultiple(amount, charge.currency);
  return amount;
}

function destination(
  charge: Charge,
  transfer: 'eu_bank_transfer' | 'us_bank_transfer' | undefined,
): Refund['destination_details'] {
  if (charge.payment_method_details.type === 'customer_balance') {
    return { customer_cash_balance: {}, type: 'customer_cash_balance' };
  }
  if (transfer !== undefined) return { [transfer]: { reference: null, reference_status: null }, type: transfer };
  const { type } = charge.payment_method_details;
  if (type === 'klarna') return { klarna: { reference: null, reference_status: 'pending' }, type };
  if (redirectMethod(type) !== undefined) return { [type]: {}, type };
  return {
    card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
    type: 'card',
  };
}

/** Job: what the bank said about a refund that took its time. */
export function settleRefund(world: World, id: string): void {
  const before = world.tables.refund.get(id);
  if (before === undefined) return;
  if (before.status === 'pending') {
    const { pending_reason: _reason, ...rest } = before;
    const done = world.store.put(world.tables.refund, { ...rest, status: 'succeeded' });
    emit(world, 'refund.updated', done, before);
    emit(world, 'charge.refund.updated', done, before);
    return;
  }
  if (before.status !== 'succeeded') return;
  const failed = world.store.put(world.tables.refund, {
    ...before,
    failure_balance_transaction: bookRefund(world, before, true).id,
    failure_reason: 'expired_or_canceled_card',
    status: 'failed',
  });
  unrefund(world, failed);
  emit(world, 'refund.updated', failed, before);
  emit(world, 'refund.failed', failed);
  emit(world, 'charge.refund.updated', failed, before);
}

function unrefund(world: World, refund: Refund): void {
  const charge = world.tables.charge.get(refund.charge);
  if (charge === undefined) return;
  world.store.put(world.tables.charge, {
    ...charge,
    amount_refunded: charge.amount_refunded - refund.amount,
    refunded: false,
  });
}

function notRefundable(charge: Charge): StripeError {
  const why =
    charge.status === 'succeeded' ? 'has not been captured' : charge.status === 'failed' ? 'has failed' : 'is pending';
  return invalidRequest(`Charge ${charge.id} ${why} and cannot be refunded.`, { code: 'charge_not_refundable' });
}

function tooMuch(charge: Charge, amount: number, left: number): StripeError {
  const money = (value: number) => formatted(value, charge.currency);
  const which = left === charge.amount_captured ? 'charge' : 'unrefunded amount on charge';
  return invalidRequest(`Refund amount (${money(amount)}) is greater than ${which} (${money(left)})`, {
    param: 'amount',
  });
}
