import { invalidRequest, StripeError } from '../../api/errors.js';
import type { Caller } from '../../api/auth.js';
import type { PaymentIntent } from '../../objects/payment-intent.js';
import type { World } from '../../world.js';
import { type Consent, mandateFor } from '../mandates/mandates.js';
import { attempt } from './payment-intent.attempt.js';
import { futureUsage } from './payment-intent.outcome.js';
import { checkCardDescriptor } from './statement-descriptors.js';
import { checkConfirmable, unexpectedState } from './payment-intent.state.js';
import { checkOwner, secretOf } from '../payment-methods/payment-method.use.js';

export interface Confirmation extends Consent {
  amount_to_confirm?: number | undefined;
  error_on_requires_action?: boolean | undefined;
  off_session?: boolean | 'one_off' | 'recurring' | undefined;
  return_url?: string | undefined;
  use_stripe_sdk?: boolean | undefined;
}

/** Confirms a PaymentIntent whose parameters are applied already. Throws the 402 of a decline; its effects stay. */
export function confirm(world: World, intent: PaymentIntent, sent: Confirmation, caller: Caller): PaymentIntent {
  checkConfirmable(intent);
  const method = intent.payment_method === null ? undefined : world.tables.paymentMethod.get(intent.payment_method);
  if (method === undefined) {
    throw unexpectedState(
      intent,
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
    );
  }
  if (sent.amount_to_confirm !== undefined && sent.amount_to_confirm !== intent.amount) {
    throw invalidRequest('The amount to confirm does not match the amount of the PaymentIntent.', {
      param: 'amount_to_confirm',
    });
  }
  if (caller === 'publishable' && intent.confirmation_method === 'manual') throw serverConfirms(intent);
  checkReturnUrl(intent, sent, caller);
  checkOwner(method, intent.customer, secretOf(world, method));
  checkCardDescriptor(intent, method.type);
  const extent = futureUsage(intent, method) === 'off_session' ? 'multi_use' : intent;
  const mandate = mandateFor(world, intent, method, sent, { extent, fromBrowser: caller === 'publishable' });
  const { intent: after, error } = attempt(world, intent, method, {
    offSession: (sent.off_session ?? false) !== false,
    errorOnRequiresAction: sent.error_on_requires_action ?? false,
    returnUrl: sent.return_url ?? null,
    mandate,
  });
  if (error !== null) throw new StripeError(402, { ...error, payment_intent: after });
  return after;
}

/** Methods that redirect need a way back. Stripe.js brings its own (`use_stripe_sdk`), browsers may do without here. */
function checkReturnUrl(intent: PaymentIntent, sent: Confirmation, caller: Caller): void {
  if (sent.return_url !== undefined) {
    if (!URL.canParse(sent.return_url))
      throw invalidRequest('Not a valid URL', { code: 'url_invalid', param: 'return_url' });
    return;
  }
  const { automatic_payment_methods: automatic } = intent;
  if (automatic?.enabled !== true || automatic.allow_redirects === 'never') return;
  if (caller === 'publishable' || sent.use_stripe_sdk === true || (sent.off_session ?? false) !== false) return;
  throw invalidRequest(
    "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
    { param: 'return_url' },
  );
}

function serverConfirms(intent: PaymentIntent): StripeError {
  return unexpectedState(
    intent,
    'This PaymentIntent has a confirmation_method of manual: it can only be confirmed with a secret key.',
  );
}
