import { docUrl, invalidRequest } from '../../api/errors.js';
import { AUTHENTICATION_REQUIRED, type Behaviour, type Decline } from '../../cards/outcome.js';
import { redirectMethod } from '../../cards/redirect-methods.js';
import type { Charge } from '../../objects/charge.js';
import type { Mandate } from '../../objects/mandate.js';
import type { PaymentIntent } from '../../objects/payment-intent.js';
import type { PaymentMethod, PaymentMethodSecret } from '../../objects/payment-method.js';
import type { World } from '../../world.js';
import { currentAuthentication, requestAuthentication } from '../authentication.js';
import { payFromBalance } from '../cash-balances/cash-balance.js';
import { settle } from '../charges/charge.book.js';
import { type Attempt, authorizationSeconds } from '../charges/charge.details.js';
import { declineError, makeCharge } from '../charges/charge.make.js';
import { openDispute } from '../disputes/dispute.make.js';
import { emit } from '../events/events.js';
import { later } from '../jobs.js';
import { needsMicrodeposits } from '../microdeposits/microdeposits.js';
import { askForMicrodeposits, debit } from './payment-intent.debit.js';
import { type Attempted, futureUsage, keepOrUseUp, refuse, succeed } from './payment-intent.outcome.js';
import { sendPayer } from './payment-intent.redirect.js';
import { behaviour, secretOf } from '../payment-methods/payment-method.use.js';

/** How one attempt is made. */
export interface How {
  offSession: boolean;
  errorOnRequiresAction: boolean;
  returnUrl: string | null;
  mandate: Mandate | null;
}

/** A card at a reader: what the attempt shows of it, and why it is declined. */
export type InPerson = Pick<Attempt, 'reader' | 'verification'> & { decline: Decline | null };

/** When an asynchronous capture has its balance transaction. */
const CAPTURE_SETTLES_MS = 1_000;

type Need = 'nothing' | 'authentication' | Decline;

/** Charges the method, asks for authentication, or declines, as the test card says. */
export function attempt(world: World, intent: PaymentIntent, method: PaymentMethod, how: How): Attempted {
  const card = behaviour(world, method);
  const fresh: PaymentIntent = { ...intent, last_payment_error: null, next_action: null, payment_method: method.id };
  if (method.customer_balance !== undefined) return { intent: payFromBalance(world, fresh, method), error: null };
  if (redirectMethod(method.type) !== undefined) {
    if (how.offSession || how.errorOnRequiresAction) throw actionRequired('The payer pays on another page.');
    return { intent: sendPayer(world, fresh, method, how.returnUrl), error: null };
  }
  checkBankAccount(method);
  if (needsMicrodeposits(world, method, intent.payment_method_options.us_bank_account?.verification_method)) {
    if (how.offSession || how.errorOnRequiresAction)
      throw actionRequired('Verify the bank account with microdeposits first.');
    return { intent: askForMicrodeposits(world, fresh, method, how.mandate), error: null };
  }
  // With manual confirmation the cardholder authenticated before this second confirm.
  const authenticated = takeAuthentication(world, intent.id, method.id);
  const need = authenticated ? 'nothing' : needOf(card, secretOf(world, method), intent, method, how);
  if (need === 'authentication') return { intent: askCardholder(world, fresh, how), error: null };
  if (need !== 'nothing') return declined(world, fresh, { method, behaviour: card, authenticated: false }, need);
  return charge(world, fresh, method, authenticated, how.mandate);
}

/** Whether the cardholder has authenticated this method already; counts once. */
function takeAuthentication(world: World, intent: string, method: string): boolean {
  const current = currentAuthentication(world, intent);
  if (current?.completed !== method) return false;
  const { completed: _method, ...rest } = current;
  world.store.put(world.tables.authentication, rest);
  return true;
}

/** Charges a card that was held to a reader. */
export function chargeInPerson(
  world: World,
  intent: PaymentIntent,
  method: PaymentMethod,
  { decline, ...shown }: InPerson,
): Attempted {
  const fresh: PaymentIntent = { ...intent, last_payment_error: null, next_action: null, payment_method: method.id };
  const about = { method, behaviour: behaviour(world, method), authenticated: false, ...shown };
  if (decline !== null) return declined(world, fresh, about, decline);
  return { intent: approve(world, fresh, about), error: null };
}

/** Goes on after the cardholder authenticated. */
export function charge(
  world: World,
  intent: PaymentIntent,
  method: PaymentMethod,
  authenticated: boolean,
  mandate: Mandate | null = null,
): Attempted {
  const card = behaviour(world, method);
  const about = { method, behaviour: card, authenticated, mandate: mandate?.id ?? null };
  const decline = card.declineAfterAuthentication ?? card.decline;
  if (decline !== undefined) return declined(world, intent, about, decline);
  if (authenticated && futureUsage(intent, method) !== null) markSetUp(world, method);
  if (card.settles !== undefined) {
    return { intent: debit(world, intent, method, card.settles, about.mandate), error: null };
  }
  return { intent: approve(world, intent, about), error: null };
}

/** The cardholder did not authenticate: the intent waits for another method. */
export function authenticationFailed(world: World, intent: PaymentIntent, method: PaymentMethod): Attempted {
  const code = 'payment_intent_authentication_failure';
  return refuse(world, intent, {
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

/** An attempt without its outcome. */
type About = Omit<Attempt, 'captured' | 'decline' | 'status'>;

function declined(world: World, intent: PaymentIntent, about: About, decline: Decline): Attempted {
  const made = makeCharge(world, intent, { ...about, decline, status: 'failed', captured: false });
  emit(world, 'charge.failed', made);
  return refuse(world, { ...intent, latest_charge: made.id }, declineError(decline, made, about.method));
}

function approve(world: World, intent: PaymentIntent, about: About): PaymentIntent {
  const { method, behaviour: card } = about;
  const manual = capturesLater(intent, method);
  let made = makeCharge(world, intent, { ...about, decline: null, status: 'succeeded', captured: !manual });
  // Money that is available at once, or disputed at once, does not wait for an asynchronous capture.
  const atOnce = card.bypassesPending === true || card.dispute !== undefined;
  if (!manual && (intent.capture_method === 'automatic' || atOnce)) {
    const transaction = settle(world, made, made.amount);
    made = world.store.put(world.tables.charge, { ...made, balance_transaction: transaction.id });
  }
  emit(world, 'charge.succeeded', made);
  keepOrUseUp(world, intent, method);
  if (manual) return authorized(world, intent, made, authorizationSeconds(about));
  if (made.balance_transaction === null) later(world, CAPTURE_SETTLES_MS, 'settle_capture', made.id);
  const done = succeed(world, intent, made);
  if (card.dispute !== undefined) openDispute(world, made.id);
  return done;
}

/** Interac is captured at once whatever is asked: the network knows no authorizations. */
function capturesLater(intent: PaymentIntent, method: PaymentMethod): boolean {
  if (method.type === 'interac_present') return false;
  const { card, card_present, klarna } = intent.payment_method_options;
  const own = { card, card_present, klarna }[method.type]?.capture_method;
  return intent.capture_method === 'manual' || own === 'manual' || own === 'manual_preferred';
}

function authorized(world: World, intent: PaymentIntent, made: Charge, seconds: number): PaymentIntent {
  const waiting = world.store.put(world.tables.paymentIntent, {
    ...intent,
    amount_capturable: intent.amount,
    latest_charge: made.id,
    next_action: null,
    status: 'requires_capture',
  });
  emit(world, 'payment_intent.amount_capturable_updated', waiting);
  later(world, seconds * 1000, 'expire_authorization', intent.id);
  return waiting;
}

/** A bank account whose debits came back as impossible is refused before anything is tried. */
function checkBankAccount(method: PaymentMethod): void {
  if (method.us_bank_account?.status_details.blocked === undefined) return;
  throw invalidRequest(
    'This bank account has failed verification in the past and can not be used. Contact us if you wish to attempt to use these bank account credentials.',
    { code: 'payment_method_bank_account_blocked', param: 'payment_method' },
  );
}

function actionRequired(what: string) {
  return invalidRequest(`The provided payment method requires customer actions to complete. ${what}`, {
    code: 'payment_intent_action_required',
    param: 'payment_method',
  });
}

export function markSetUp(world: World, method: PaymentMethod): void {
  world.store.put(world.tables.paymentMethodSecret, { ...secretOf(world, method), setUp: true });
}
