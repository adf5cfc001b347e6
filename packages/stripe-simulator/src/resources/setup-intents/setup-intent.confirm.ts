import { docUrl, invalidRequest, StripeError } from '../../api/errors.js';
import type { Caller } from '../../api/auth.js';
import type { Behaviour } from '../../cards/outcome.js';
import type { PaymentMethod } from '../../objects/payment-method.js';
import type { SetupIntent } from '../../objects/setup-intent.js';
import type { World } from '../../world.js';
import { currentAuthentication, requestAuthentication, returnAddress } from '../authentication.js';
import { declineError } from '../charges/charge.make.js';
import { emit } from '../events/events.js';
import { type Consent, type Extent, mandateFor } from '../mandates/mandates.js';
import { needsMicrodeposits } from '../microdeposits/microdeposits.js';
import { behaviour } from '../payment-methods/payment-method.use.js';
import { beginAttempt, noteAttempt } from './setup-attempts.js';
import { completeSetup, refuseSetup, unexpectedState } from './setup-intent.outcome.js';
import { askForSetupMicrodeposits } from './setup-intent.verify.js';

const OPEN: readonly SetupIntent['status'][] = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

const PARTICIPLES = { cancel: 'canceled', confirm: 'confirmed', update: 'updated' };

interface Confirmation extends Consent {
  single_use?: Exclude<Extent, 'multi_use'> | undefined;
  return_url?: string | undefined;
  use_stripe_sdk?: boolean | undefined;
}

/** Stripe's 400 for a SetupIntent that is finished. */
export function checkOpen(intent: SetupIntent, verb: 'cancel' | 'confirm' | 'update'): void {
  if (OPEN.includes(intent.status)) return;
  throw unexpectedState(
    intent,
    `You cannot ${verb} this SetupIntent because it has a status of ${intent.status}. Only a SetupIntent with one of the following statuses may be ${PARTICIPLES[verb]}: ${OPEN.join(', ')}.`,
  );
}

/** Saves a method for later payments, asks the cardholder first, or refuses it with a 402. */
export function confirmSetup(world: World, intent: SetupIntent, sent: Confirmation, caller: Caller): SetupIntent {
  checkOpen(intent, 'confirm');
  const method = world.tables.paymentMethod.get(intent.payment_method ?? '');
  if (method === undefined) {
    throw unexpectedState(
      intent,
      "You cannot confirm this SetupIntent because it's missing a payment method. Update the SetupIntent with a payment method and then confirm it again.",
    );
  }
  checkReturnUrl(intent, sent, caller);
  const fresh = begin(world, intent, method, sent, caller);
  const card = behaviour(world, method);
  if (card.decline !== undefined && card.attaches !== true) {
    const error = declineError(card.decline, null, method);
    throw new StripeError(402, { ...error, setup_intent: refuseSetup(world, fresh, error) });
  }
  if (needsMicrodeposits(world, method, intent.payment_method_options.us_bank_account?.verification_method)) {
    return askForSetupMicrodeposits(world, fresh, method);
  }
  return asksForAuthentication(card, fresh)
    ? ask(world, fresh, sent.return_url ?? null)
    : completeSetup(world, fresh, method);
}

/** The intent with its new attempt, and with the mandate if the payer gave one. Throws if a bank debit lacks it. */
function begin(
  world: World,
  intent: SetupIntent,
  method: PaymentMethod,
  sent: Confirmation,
  caller: Caller,
): SetupIntent {
  const extent = sent.single_use ?? 'multi_use';
  const mandate = mandateFor(world, intent, method, sent, { extent, fromBrowser: caller === 'publishable' });
  return {
    ...intent,
    last_setup_error: null,
    latest_attempt: beginAttempt(world, intent, method).id,
    mandate: mandate?.type === 'multi_use' ? mandate.id : null,
    next_action: null,
    single_use_mandate: mandate?.type === 'single_use' ? mandate.id : null,
  };
}

/** The cardholder answered the authentication `source`; undefined if it is void or was answered before. */
export function answerSetupAuthentication(world: World, source: string, completed: boolean) {
  const authentication = world.tables.authentication.get(source);
  const intent = authentication === undefined ? undefined : world.tables.setupIntent.get(authentication.intent);
  if (authentication === undefined || intent?.status !== 'requires_action') return undefined;
  if (currentAuthentication(world, intent.id)?.id !== source) return undefined;
  const method = world.tables.paymentMethod.get(intent.payment_method ?? '');
  if (method === undefined) return undefined;
  const after = completed
    ? completeSetup(world, intent, method, { authenticated: true })
    : notAuthenticated(world, intent, method);
  const status = completed ? ('succeeded' as const) : ('failed' as const);
  return { intent: after, status, address: returnAddress(authentication, after, status) };
}

export function cancelSetup(world: World, intent: SetupIntent, reason: string | null): SetupIntent {
  checkOpen(intent, 'cancel');
  if (intent.status === 'requires_action') noteAttempt(world, intent, 'abandoned');
  const canceled = world.store.put(world.tables.setupIntent, {
    ...intent,
    cancellation_reason: reason,
    next_action: null,
    status: 'canceled',
  });
  emit(world, 'setup_intent.canceled', canceled);
  return canceled;
}

function asksForAuthentication(card: Behaviour, intent: SetupIntent): boolean {
  const wanted = intent.payment_method_options.card?.request_three_d_secure;
  return card.authentication !== undefined || wanted === 'any' || wanted === 'challenge';
}

function ask(world: World, intent: SetupIntent, returnUrl: string | null): SetupIntent {
  noteAttempt(world, intent, 'requires_action');
  const asked = world.store.put(world.tables.setupIntent, {
    ...intent,
    next_action: requestAuthentication(world, intent, returnUrl),
    status: 'requires_action',
  });
  emit(world, 'setup_intent.requires_action', asked);
  return asked;
}

function notAuthenticated(world: World, intent: SetupIntent, method: PaymentMethod): SetupIntent {
  const code = 'setup_intent_authentication_failure';
  return refuseSetup(world, intent, {
    code,
    doc_url: docUrl(code),
    message: AUTHENTICATION_FAILED,
    payment_method: method,
    type: 'invalid_request_error',
  });
}

const AUTHENTICATION_FAILED =
  'We are unable to authenticate your payment method. Please choose a different payment method and try again.';

function checkReturnUrl(intent: SetupIntent, sent: Confirmation, caller: Caller): void {
  const automatic = intent.automatic_payment_methods;
  if (sent.return_url !== undefined || automatic?.enabled !== true || automatic.allow_redirects === 'never') return;
  if (caller === 'publishable' || sent.use_stripe_sdk === true) return;
  throw invalidRequest(
    "This SetupIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
    { param: 'return_url' },
  );
}
