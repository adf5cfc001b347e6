import { docUrl, StripeError } from '../../api/errors.js';
import { blockAfter } from '../../cards/bank-accounts.js';
import type { Decline, Settlement } from '../../cards/outcome.js';
import type { Charge } from '../../objects/charge.js';
import type { Mandate } from '../../objects/mandate.js';
import type { PaymentIntent } from '../../objects/payment-intent.js';
import type { PaymentMethod } from '../../objects/payment-method.js';
import type { World } from '../../world.js';
import { settle } from '../charges/charge.book.js';
import { makeCharge } from '../charges/charge.make.js';
import { openDispute } from '../disputes/dispute.make.js';
import { emit } from '../events/events.js';
import { later } from '../jobs.js';
import { suspend, useUp } from '../mandates/mandates.js';
import { ended, judge, markVerified, type SentValues, sendMicrodeposits } from '../microdeposits/microdeposits.js';
import { keepOrUseUp, refuse, succeed } from './payment-intent.outcome.js';
import { unexpectedState } from './payment-intent.state.js';
import { behaviour } from '../payment-methods/payment-method.use.js';

/** When a debit is known to have worked: Stripe's days are seconds here, its "at least three minutes" are three. */
const SETTLES_MS = 5_000;
const SETTLES_DELAYED_MS = 180_000;

/** Hands the debit to the bank, whose answer takes its time. */
export function debit(
  world: World,
  intent: PaymentIntent,
  method: PaymentMethod,
  settlement: Settlement,
  mandate: string | null,
): PaymentIntent {
  const made = makeCharge(world, intent, {
    method,
    behaviour: behaviour(world, method),
    decline: null,
    authenticated: false,
    status: 'pending',
    captured: true,
    mandate,
  });
  emit(world, 'charge.pending', made);
  keepOrUseUp(world, intent, method);
  const processing = world.store.put(world.tables.paymentIntent, {
    ...intent,
    latest_charge: made.id,
    next_action: null,
    status: 'processing',
  });
  emit(world, 'payment_intent.processing', processing);
  const wait = settlement.when === 'delayed' ? SETTLES_DELAYED_MS : SETTLES_MS;
  if (settlement.when !== 'never') later(world, wait, 'settle_debit', intent.id);
  return processing;
}

/** Job: the bank answered a debit. */
export function settleDebit(world: World, id: string): void {
  const intent = world.tables.paymentIntent.get(id);
  const pending = world.tables.charge.get(intent?.latest_charge ?? '');
  const method = world.tables.paymentMethod.get(pending?.payment_method ?? '');
  if (intent?.status !== 'processing' || pending?.status !== 'pending' || method === undefined) return;
  const { settles, dispute } = behaviour(world, method);
  if (settles !== undefined && settles.failure !== null) {
    failDebit(world, intent, pending, method, settles.failure);
    return;
  }
  const paid = world.store.put(world.tables.charge, {
    ...pending,
    amount_captured: pending.amount,
    balance_transaction: settle(world, pending, pending.amount).id,
    paid: true,
    status: 'succeeded',
  });
  emit(world, 'charge.succeeded', paid);
  succeed(world, intent, paid);
  useUp(world, paid.payment_method_details.us_bank_account?.mandate);
  if (dispute !== undefined) openDispute(world, paid.id);
}

function failDebit(
  world: World,
  intent: PaymentIntent,
  pending: Charge,
  method: PaymentMethod,
  failure: Decline,
): void {
  const { code, decline_code, message } = failure;
  const failed = world.store.put(world.tables.charge, {
    ...pending,
    failure_code: failure.decline_code ?? code,
    failure_message: message,
    status: 'failed',
  });
  emit(world, 'charge.failed', failed);
  refuse(world, intent, {
    charge: failed.id,
    code,
    ...(decline_code === undefined ? {} : { decline_code }),
    doc_url: docUrl(code),
    message,
    payment_method: block(world, method, failure),
    type: 'invalid_request_error',
  });
}

/** Some failures mean that the account can never be debited. */
function block(world: World, method: PaymentMethod, failure: Decline): PaymentMethod {
  const blocked = blockAfter(failure);
  const { us_bank_account: account } = method;
  if (blocked === undefined || account === undefined) return method;
  return world.store.put(world.tables.paymentMethod, {
    ...method,
    us_bank_account: { ...account, status_details: { blocked } },
  });
}

/** The payer must tell what arrived on the account before it is debited. */
export function askForMicrodeposits(
  world: World,
  intent: PaymentIntent,
  method: PaymentMethod,
  mandate: Mandate | null,
): PaymentIntent {
  if (mandate !== null) suspend(world, mandate);
  const asked = world.store.put(world.tables.paymentIntent, {
    ...intent,
    next_action: sendMicrodeposits(world, intent.id, method, mandate?.id ?? null),
    status: 'requires_action',
  });
  emit(world, 'payment_intent.requires_action', asked);
  return asked;
}

/** The payer told what arrived. Throws Stripe's 400 for wrong values; when they were the last, the intent is open again. */
export function verifyIntent(world: World, intent: PaymentIntent, sent: SentValues): PaymentIntent {
  const { row, method } = waiting(world, intent);
  const verdict = row === undefined || method === undefined ? undefined : judge(world, row, method, sent);
  if (verdict === undefined || row === undefined || method === undefined) {
    throw unexpectedState(
      intent,
      `You cannot verify microdeposits of this PaymentIntent because it has a status of ${intent.status} and does not wait for them.`,
    );
  }
  if (verdict !== 'verified') {
    const { intent: open, error } = refuse(world, intent, verdict);
    throw new StripeError(400, { ...verdict, ...error, payment_intent: open });
  }
  markVerified(world, method, row.mandate);
  const settlement = behaviour(world, method).settles ?? { failure: null };
  return debit(world, { ...intent, next_action: null }, method, settlement, row.mandate);
}

/** Job: the time for the payer's answer is over, or the deposits came back. */
export function endIntentMicrodeposits(world: World, intent: PaymentIntent): void {
  const { row, method } = waiting(world, intent);
  const error = row === undefined || method === undefined ? undefined : ended(world, row, method);
  if (error !== undefined) refuse(world, intent, error);
}

function waiting(world: World, intent: PaymentIntent) {
  const open = intent.status === 'requires_action' && intent.next_action?.type === 'verify_with_microdeposits';
  const row = open ? world.tables.microdeposits.get(intent.id) : undefined;
  return { row, method: world.tables.paymentMethod.get(row?.method ?? '') };
}
