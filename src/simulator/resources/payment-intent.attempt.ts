import { docUrl } from '../api/errors.js';
import { AUTHENTICATION_REQUIRED, type Behaviour, type Decline } from '../cards/outcome.js';
import type { Charge } from '../objects/charge.js';
import type { ErrorBody } from '../objects/common.js';
import type { PaymentIntent } from '../objects/payment-intent.js';
import type { PaymentMethod, PaymentMethodSecret } from '../objects/payment-method.js';
import type { World } from '../world.js';
import { requestAuthentication } from './authentication.js';
import { settle } from './charge.book.js';
import { AUTHORIZATION_SECONDS, declineError, makeCharge } from './charge.make.js';
import { openDispute } from './dispute.make.js';
import { emit } from './events.js';
import { later } from './jobs.js';
import { attachTo, behaviour, secretOf } from './payment-method.use.js';

/** How one attempt is made. */
export interface How {
  offSession: boolean;
  errorOnRequiresAction: boolean;
  returnUrl: string | null;
}

/** The intent after an attempt; `error` says why it was refused. */
export interface Attempted {
  intent: PaymentIntent;
  error: ErrorBody | null;
}

/** When a bank debit is known to have worked, and when an asynchronous capture has its balance transaction. */
const DEBIT_SETTLES_MS = 5_000;
const CAPTURE_SETTLES_MS = 1_000;

type Need = 'nothing' | 'authentication' | Decline;

/** Charges the method, asks for authentication, or declines, as the test card says. */
export function attempt(world: World, intent: PaymentIntent, method: PaymentMethod, how: How): Attempted {
  const card = behaviour(world, method);
  const need = needOf(card, secretOf(world, method), intent, method, how);
  const fresh: PaymentIntent = { ...intent, last_payment_error: null, next_action: null, payment_method: method.id };
  if (need === 'authentication') return { intent: askCardholder(world, fresh, how), error: null };
  if (need !== 'nothing') return declined(world, fresh, method, card, need, false);
  return charge(world, fresh, method, false);
}

/** Goes on after the cardholder authenticated. */
export function charge(world: World, intent: PaymentIntent, method: PaymentMethod, authenticated: boolean): Attempted {
  const card = behaviour(world, method);
  const decline = card.declineAfterAuthentication ?? card.decline;
  if (decline !== undefined) return declined(world, intent, method, card, decline, authenticated);
  if (authenticated && intent.setup_future_usage !== null) markSetUp(world, method);
  if (card.settles !== undefined) return { intent: debit(world, intent, method, card), error: null };
  return { intent: approve(world, intent, method, card, authenticated), error: null };
}

/** The cardholder did not authenticate: the intent waits for another method. */
export function authenticationFailed(world: World, intent: PaymentIntent, method: PaymentMethod): Attempted {
  const code = 'payment_intent_authentication_failure';
  return refused(world, intent, {
    code,
    doc_url: docUrl(code),
    message:
      'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
    payment_method: method,
    type: 'invalid_request_error',
  });
}

function needOf(
  card: Behaviour,
  secret: PaymentMethodSecret,
  intent: PaymentIntent,
  method: PaymentMethod,
  how: How,
): Need {
  const refusal = how.offSession || how.errorOnRequiresAction;
  if (card.decline !== undefined) return card.decline;
  if (!asksForAuthentication(card, secret, intent, method, how)) return card.declineAfterAuthentication ?? 'nothing';
  return refusal ? AUTHENTICATION_REQUIRED : 'authentication';
}

function asksForAuthentication(
  card: Behaviour,
  secret: PaymentMethodSecret,
  intent: PaymentIntent,
  method: PaymentMethod,
  how: How,
): boolean {
  const wanted = intent.payment_method_options.card?.request_three_d_secure;
  const asked = wanted === 'any' || wanted === 'challenge';
  if (asked && method.card?.three_d_secure_usage.supported === true && !how.offSession) return true;
  if (card.authentication === 'unless_set_up') return !secret.setUp;
  if (card.authentication === 'on_session') return !how.offSession;
  return card.authentication === 'always';
}

function askCardholder(world: World, intent: PaymentIntent, how: How): PaymentIntent {
  const asked: PaymentIntent = {
    ...intent,
    next_action: requestAuthentication(world, intent, how.returnUrl),
    status: 'requires_action',
  };
  world.store.put(world.tables.paymentIntent, asked);
  emit(world, 'payment_intent.requires_action', asked);
  return asked;
}

function declined(
  world: World,
  intent: PaymentIntent,
  method: PaymentMethod,
  card: Behaviour,
  decline: Decline,
  authenticated: boolean,
): Attempted {
  const made = makeCharge(world, intent, {
    method,
    behaviour: card,
    decline,
    authenticated,
    status: 'failed',
    captured: false,
  });
  emit(world, 'charge.failed', made);
  return refused(world, { ...intent, latest_charge: made.id }, declineError(decline, made, method));
}

function refused(world: World, intent: PaymentIntent, error: ErrorBody): Attempted {
  const open = world.store.put(world.tables.paymentIntent, {
    ...intent,
    last_payment_error: error,
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  });
  emit(world, 'payment_intent.payment_failed', open);
  return { intent: open, error };
}

function approve(
  world: World,
  intent: PaymentIntent,
  method: PaymentMethod,
  card: Behaviour,
  authenticated: boolean,
): PaymentIntent {
  const manual = intent.capture_method === 'manual' || intent.payment_method_options.card?.capture_method === 'manual';
  let made = makeCharge(world, intent, {
    method,
    behaviour: card,
    decline: null,
    authenticated,
    status: 'succeeded',
    captured: !manual,
  });
  // Money that is available at once, or disputed at once, does not wait for an asynchronous capture.
  const atOnce = card.bypassesPending === true || card.dispute !== undefined;
  if (!manual && (intent.capture_method === 'automatic' || atOnce)) {
    const transaction = settle(world, made, made.amount);
    made = world.store.put(world.tables.charge, { ...made, balance_transaction: transaction.id });
  }
  emit(world, 'charge.succeeded', made);
  keepOrUseUp(world, intent, method);
  if (manual) return authorized(world, intent, made);
  if (made.balance_transaction === null) later(world, CAPTURE_SETTLES_MS, 'settle_capture', made.id);
  const done = succeed(world, intent, made);
  if (card.dispute !== undefined) openDispute(world, made.id);
  return done;
}

/** Money is there: the end of the intent. */
export function succeed(world: World, intent: PaymentIntent, made: Charge): PaymentIntent {
  const done = world.store.put(world.tables.paymentIntent, {
    ...intent,
    amount_capturable: 0,
    amount_received: made.amount_captured,
    latest_charge: made.id,
    next_action: null,
    status: 'succeeded',
  });
  emit(world, 'payment_intent.succeeded', done);
  return done;
}

function authorized(world: World, intent: PaymentIntent, made: Charge): PaymentIntent {
  const waiting = world.store.put(world.tables.paymentIntent, {
    ...intent,
    amount_capturable: intent.amount,
    latest_charge: made.id,
    next_action: null,
    status: 'requires_capture',
  });
  emit(world, 'payment_intent.amount_capturable_updated', waiting);
  later(world, AUTHORIZATION_SECONDS * 1000, 'expire_authorization', intent.id);
  return waiting;
}

function debit(world: World, intent: PaymentIntent, method: PaymentMethod, account: Behaviour): PaymentIntent {
  const made = makeCharge(world, intent, {
    method,
    behaviour: account,
    decline: null,
    authenticated: false,
    status: 'pending',
    captured: true,
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
  later(world, DEBIT_SETTLES_MS, 'settle_debit', intent.id);
  return processing;
}

/** A method kept for later is attached to the customer; any other unattached one has been used for the last time. */
function keepOrUseUp(world: World, intent: PaymentIntent, method: PaymentMethod): void {
  if (method.customer !== null) return;
  if (intent.setup_future_usage !== null && intent.customer !== null) {
    attachTo(world, method, intent.customer);
    return;
  }
  world.store.put(world.tables.paymentMethodSecret, { ...secretOf(world, method), consumed: true });
}

export function markSetUp(world: World, method: PaymentMethod): void {
  world.store.put(world.tables.paymentMethodSecret, { ...secretOf(world, method), setUp: true });
}
