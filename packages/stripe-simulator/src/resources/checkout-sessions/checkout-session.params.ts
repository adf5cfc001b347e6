import type { Stripe } from 'stripe';
import { invalidRequest, missingParam } from '../../api/errors.js';
import type { Read } from '../../api/read-types.js';
import { checkAmount, formatted, minimumAmount } from '../../cards/currency.js';
import type { CheckoutMethod } from '../../objects/checkout-session.js';
import type { World } from '../../world.js';
import { checkCurrencyOfTypes, dashboardMethods } from '../payment-intents/payment-intent.make.js';
import { notActivated } from '../payment-methods/payment-method.params.js';

type Created = Read<Stripe.Checkout.SessionCreateParams>;

/** Parts of Checkout that would change what is paid or collected, and that the simulator does not play. */
const NOT_PLAYED = [
  'after_expiration',
  'branding_settings',
  'consent_collection',
  'custom_fields',
  'customer_account',
  'discounts',
  'name_collection',
  'optional_items',
  'permissions',
  'shipping_address_collection',
  'shipping_options',
  'subscription_data',
] as const;

/** Switches of which only "off" is played. */
const ONLY_OFF = ['automatic_tax', 'invoice_creation', 'managed_payments', 'tax_id_collection'] as const;

/** What a browser can only do with Stripe.js. */
const ONLY_EMBEDDED = ['redirect_on_completion', 'return_url'] as const;

/** What belongs to one mode. */
const ONLY_PAYMENT = ['line_items', 'payment_intent_data', 'submit_type'] as const;

const MINUTE = 60;
const SHORTEST = 30 * MINUTE;
const LONGEST = 24 * 60 * MINUTE;

/** The mode, once the parameters are known to fit together. Throws Stripe's 400 otherwise. */
export function checkSessionParams(params: Created): 'payment' | 'setup' {
  const { mode } = params;
  if (mode === undefined) throw missingParam('mode');
  if (mode === 'subscription') {
    throw invalidRequest('The simulator does not play subscriptions: `mode` must be payment or setup.', {
      param: 'mode',
    });
  }
  checkPlayed(params);
  checkBuyer(params);
  checkAddress(params.success_url, 'success_url');
  checkAddress(params.cancel_url, 'cancel_url');
  if (params.success_url === undefined) throw missingParam('success_url');
  if (mode === 'payment') checkPaymentMode(params);
  else checkSetupMode(params);
  return mode;
}

function checkPlayed(params: Created): void {
  for (const name of NOT_PLAYED) {
    if (params[name] !== undefined) throw invalidRequest(`The simulator does not play ${name}.`, { param: name });
  }
  for (const name of ONLY_OFF) {
    if (params[name]?.enabled === true) {
      throw invalidRequest(`The simulator does not play ${name}.`, { param: `${name}[enabled]` });
    }
  }
  if (params.ui_mode !== undefined && params.ui_mode !== 'hosted_page') {
    throw invalidRequest('The simulator has only the hosted page: `ui_mode` must be hosted_page.', {
      param: 'ui_mode',
    });
  }
  for (const name of ONLY_EMBEDDED) {
    if (params[name] !== undefined) {
      throw invalidRequest(`\`${name}\` can only be set when \`ui_mode\` is \`embedded_page\` or \`elements\`.`, {
        param: name,
      });
    }
  }
}

function checkBuyer(params: Created): void {
  const { customer, customer_email: email, customer_creation: creation, customer_update: update } = params;
  if (customer !== undefined && email !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: customer, customer_email.', {
      param: 'customer',
    });
  }
  if (customer !== undefined && creation !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: customer, customer_creation.', {
      param: 'customer',
    });
  }
  if (update !== undefined && customer === undefined) {
    throw invalidRequest('`customer_update` can only be used with `customer`.', { param: 'customer_update' });
  }
}

function checkPaymentMode(params: Created): void {
  if (params.line_items === undefined || params.line_items.length === 0) throw missingParam('line_items');
  if (params.setup_intent_data === undefined) return;
  throw invalidRequest('You can not pass `setup_intent_data` in `payment` mode.', { param: 'setup_intent_data' });
}

function checkSetupMode(params: Created): void {
  for (const name of ONLY_PAYMENT) {
    if (params[name] !== undefined) {
      throw invalidRequest(`You can not pass \`${name}\` in \`setup\` mode.`, { param: name });
    }
  }
  if (params.currency === undefined && params.allowed_payment_method_types === undefined) {
    throw missingParam('currency');
  }
}

function checkAddress(address: string | undefined, param: string): void {
  if (address === undefined || /^https?:$/.test(URL.canParse(address) ? new URL(address).protocol : '')) return;
  throw invalidRequest('Not a valid URL', { code: 'url_invalid', param });
}

/** Nothing to pay is allowed; what there is must be worth a charge. */
export function checkTotal(total: number, currency: string): void {
  const minimum = minimumAmount(currency);
  if (total > 0 && total < minimum) {
    throw invalidRequest(
      `The Checkout Session's total amount due must add up to at least ${formatted(minimum, currency)} ${currency}`,
      { code: 'amount_too_small' },
    );
  }
  if (total > 0) checkAmount(total, currency);
}

/** When the session expires, epoch seconds. */
export function expiryOf(world: World, sent: number | undefined): number {
  const now = world.clock.seconds();
  if (sent === undefined) return now + LONGEST;
  if (sent < now + SHORTEST) {
    throw invalidRequest('The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.', {
      param: 'expires_at',
    });
  }
  if (sent > now + LONGEST) {
    throw invalidRequest('The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.', {
      param: 'expires_at',
    });
  }
  return sent;
}

/** What the page has fields for. */
const ON_THE_PAGE: ReadonlySet<string> = new Set(['card', 'sepa_debit', 'us_bank_account']);

/** How the buyer may pay. */
export function methodTypes(params: Created, currency: string | null): CheckoutMethod[] {
  const { allowed_payment_method_types: allowed, excluded_payment_method_types: excluded } = params;
  const unknown = allowed?.findIndex((type) => !ON_THE_PAGE.has(type)) ?? -1;
  if (unknown >= 0) throw notActivated(allowed?.[unknown] ?? '', `allowed_payment_method_types[${unknown}]`);
  const types: readonly CheckoutMethod[] = allowed ?? dashboardMethods(currency);
  if (currency !== null) checkCurrencyOfTypes(types, currency);
  return types.filter((type) => excluded?.some((name) => name === type) !== true);
}
