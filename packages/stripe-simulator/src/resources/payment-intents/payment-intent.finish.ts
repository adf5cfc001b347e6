import { redirectMethod } from '../../cards/redirect-methods.js';
import type { Charge } from '../../objects/charge.js';
import type { Authentication, PaymentIntent } from '../../objects/payment-intent.js';
import type { PaymentMethod } from '../../objects/payment-method.js';
import type { World } from '../../world.js';
import { currentAuthentication, returnAddress } from '../authentication.js';
import { settle } from '../charges/charge.book.js';
import { emit } from '../events/events.js';
import { authenticationFailed, charge as chargeMethod } from './payment-intent.attempt.js';
import type { Attempted } from './payment-intent.outcome.js';
import { checkNoVoucher, voucherExpired } from './payment-intent.redirect.js';
import { checkCancelable, partlyCaptured } from './payment-intent.state.js';

/** What came of a cardholder's answer. `address` is where the browser goes; null without a return URL. */
export interface Answered {
  intent: PaymentIntent;
  status: 'succeeded' | 'failed' | 'pending';
  address: string | null;
}

/** The cardholder answered the authentication `source`; undefined if that one is void or was answered before. */
export function answerAuthentication(world: World, source: string, complete: boolean): Answered | undefined {
  const authentication = world.tables.authentication.get(source);
  const intent = authentication === undefined ? undefined : world.tables.paymentIntent.get(authentication.intent);
  if (authentication === undefined || intent?.status !== 'requires_action') return undefined;
  if (currentAuthentication(world, intent.id)?.id !== source) return undefined;
  const method = world.tables.paymentMethod.get(intent.payment_method ?? '');
  if (method === undefined) return undefined;
  const attempted: Attempted = !complete
    ? failed(world, intent, method)
    : intent.confirmation_method === 'manual' && redirectMethod(method.type) === undefined
      ? { intent: awaitConfirmation(world, intent, method, authentication), error: null }
      : chargeMethod(world, { ...intent, next_action: null }, method, true);
  const status =
    attempted.error !== null ? 'failed' : attempted.intent.status === 'processing' ? 'pending' : 'succeeded';
  return { intent: attempted.intent, status, address: returnAddress(authentication, attempted.intent, status) };
}

/**
 * A voucher expires at once. The other pages' failure is the one that Stripe's error codes name for a failure "manually
 * triggered when testing": https://docs.stripe.com/payments/oxxo/accept-a-payment#error-codes
 */
function failed(world: World, intent: PaymentIntent, method: PaymentMethod): Attempted {
  return method.oxxo === undefined ? authenticationFailed(world, intent, method) : voucherExpired(world, intent);
}

/** Job: the payer paid a voucher in the shop. */
export function payVoucher(world: World, source: string): void {
  answerAuthentication(world, source, true);
}

/** With manual confirmation the server has the last word: the intent is charged when it confirms again. */
function awaitConfirmation(
  world: World,
  intent: PaymentIntent,
  method: PaymentMethod,
  authentication: Authentication,
): PaymentIntent {
  world.store.put(world.tables.authentication, { ...authentication, completed: method.id });
  return world.store.put(world.tables.paymentIntent, { ...intent, next_action: null, status: 'requires_confirmation' });
}

/** Ends an intent that has not succeeded; an authorization is released. */
export function cancelIntent(world: World, intent: PaymentIntent, reason: string | null): PaymentIntent {
  checkCancelable(intent);
  checkNoVoucher(world, intent);
  const held = world.tables.charge.get(intent.latest_charge ?? '');
  if (intent.status === 'requires_capture' && intent.amount_received > 0) throw partlyCaptured(intent);
  if (intent.status === 'requires_capture' && held !== undefined) release(world, held, reason === 'automatic');
  if (intent.status === 'processing' && held !== undefined) {
    world.store.put(world.tables.charge, { ...held, status: 'failed', paid: false, captured: false });
  }
  const canceled = world.store.put(world.tables.paymentIntent, {
    ...intent,
    amount_capturable: 0,
    canceled_at: world.clock.seconds(),
    cancellation_reason: reason,
    next_action: null,
    status: 'canceled',
  });
  emit(world, 'payment_intent.canceled', canceled);
  return canceled;
}

function release(world: World, held: Charge, expired: boolean): void {
  const released = world.store.put(world.tables.charge, { ...held, amount_refunded: held.amount, refunded: true });
  emit(world, expired ? 'charge.expired' : 'charge.refunded', released, held);
}

/** Job: an asynchronous capture has reached the balance. */
export function settleCapture(world: World, id: string): void {
  const made = world.tables.charge.get(id);
  if (made === undefined || made.balance_transaction !== null) return;
  const transaction = settle(world, made, made.amount_captured);
  const settled = world.store.put(world.tables.charge, { ...made, balance_transaction: transaction.id });
  emit(world, 'charge.updated', settled, made);
}
