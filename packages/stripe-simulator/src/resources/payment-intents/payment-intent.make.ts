import type { Stripe } from 'stripe';
import { given, mergeMetadata, toShipping } from '../../api/common-params.js';
import { invalidRequest } from '../../api/errors.js';
import type { Read } from '../../api/read-types.js';
import { checkAmount, checkCurrency } from '../../cards/currency.js';
import { checkHolds, redirectMethod } from '../../cards/redirect-methods.js';
import type { PaymentIntent } from '../../objects/payment-intent.js';
import type { PaymentMethod } from '../../objects/payment-method.js';
import type { World } from '../../world.js';
import { customerParam } from '../customers/customers.js';
import { paymentOptions } from '../payment-methods/payment-method.options.js';
import { makePaymentMethod } from '../payment-methods/payment-method.params.js';
import { checkOwner, secretOf, usable } from '../payment-methods/payment-method.use.js';
import { checkDescriptors } from './statement-descriptors.js';

type Created = Read<Stripe.PaymentIntentCreateParams>;
type Changed = Read<Stripe.PaymentIntentUpdateParams>;

/** Parameters that Stripe takes on create only together with `confirm=true`. */
const ONLY_WITH_CONFIRM = ['error_on_requires_action', 'mandate', 'mandate_data', 'off_session', 'return_url'] as const;

/** A new PaymentIntent of these parameters, not stored and not confirmed yet. */
export function makeIntent(world: World, params: Created): PaymentIntent {
  const currency = checkCurrency(params.currency);
  checkAmount(params.amount, currency);
  if (params.confirm !== true) {
    for (const name of ONLY_WITH_CONFIRM) {
      if (params[name] !== undefined) {
        throw invalidRequest(`You can only set \`${name}\` when \`confirm\` is true.`, { param: name });
      }
    }
  }
  const id = world.ids.next('pi');
  const automatic = automaticMethods(params);
  return changeIntent(
    world,
    {
      id,
      object: 'payment_intent',
      allowed_payment_method_types: params.allowed_payment_method_types ?? null,
      amount: params.amount,
      amount_capturable: 0,
      amount_details: { tip: {} },
      amount_received: 0,
      application: null,
      application_fee_amount: null,
      automatic_payment_methods: automatic,
      canceled_at: null,
      cancellation_reason: null,
      capture_method: 'automatic_async',
      client_secret: `${id}_secret_${world.ids.letters('client_secret', 25)}`,
      confirmation_method: params.confirmation_method ?? 'automatic',
      created: world.clock.seconds(),
      currency,
      customer: null,
      customer_account: null,
      description: null,
      excluded_payment_method_types: null,
      last_payment_error: null,
      latest_charge: null,
      livemode: false,
      managed_payments: null,
      metadata: {},
      next_action: null,
      on_behalf_of: params.on_behalf_of ?? null,
      payment_method: null,
      payment_method_configuration_details: automatic === null ? null : configuration(world, params),
      payment_method_options: {},
      payment_method_types: [],
      payment_record: null,
      processing: null,
      receipt_email: null,
      review: null,
      setup_future_usage: null,
      shipping: null,
      source: null,
      statement_descriptor: null,
      statement_descriptor_suffix: null,
      status: 'requires_payment_method',
      transfer_data: null,
      transfer_group: null,
    },
    params,
  );
}

/** The PaymentIntent with these parameters applied. What they name must exist; nothing of it is stored but new methods. */
export function changeIntent(world: World, before: PaymentIntent, params: Changed): PaymentIntent {
  const customer = params.customer === undefined ? before.customer : customerParam(world, params.customer).id;
  const currency = params.currency === undefined ? before.currency : checkCurrency(params.currency);
  const amount = given(params.amount, before.amount);
  if (params.amount !== undefined || params.currency !== undefined) checkAmount(amount, currency);
  const metadata = mergeMetadata(before.metadata, params.metadata);
  const types = typesOf(before, params, currency);
  checkCurrencyOfTypes(types, currency);
  const changed: PaymentIntent = {
    ...before,
    allowed_payment_method_types: given(params.allowed_payment_method_types, before.allowed_payment_method_types),
    amount,
    application_fee_amount: given(params.application_fee_amount, before.application_fee_amount),
    capture_method: given(params.capture_method, before.capture_method),
    currency,
    customer,
    description: given(params.description, before.description),
    excluded_payment_method_types: given(params.excluded_payment_method_types, before.excluded_payment_method_types),
    metadata,
    ...paymentDetails(params.payment_details),
    payment_method_options: paymentOptions(types, before.payment_method_options, params.payment_method_options),
    payment_method_types: types,
    receipt_email: given(params.receipt_email, before.receipt_email),
    setup_future_usage: given(params.setup_future_usage, before.setup_future_usage),
    ...(params.shipping === undefined
      ? {}
      : { shipping: params.shipping === null ? null : toShipping(params.shipping) }),
    statement_descriptor: given(params.statement_descriptor, before.statement_descriptor),
    statement_descriptor_suffix: given(params.statement_descriptor_suffix, before.statement_descriptor_suffix),
    transfer_group: given(params.transfer_group, before.transfer_group),
  };
  checkHolds(types, changed.capture_method);
  checkDescriptors(changed);
  const method = methodParam(world, changed, params);
  if (method === undefined) return changed;
  // Also while the cardholder is being asked: with another method that question is void.
  return { ...changed, next_action: null, payment_method: method.id, status: 'requires_confirmation' };
}

/** The payment method that a request names or describes, allowed for this intent; undefined if it does neither. */
function methodParam(world: World, intent: PaymentIntent, params: Changed): PaymentMethod | undefined {
  const { payment_method: id, payment_method_data: data } = params;
  if (id !== undefined && data !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: payment_method, payment_method_data.', {
      param: 'payment_method_data',
    });
  }
  const method = data === undefined ? undefined : makePaymentMethod(world, data);
  const found = method ?? (id === undefined ? undefined : usable(world, id, 'payment_method'));
  if (found === undefined) return undefined;
  checkOwner(found, intent.customer, secretOf(world, found));
  if (!intent.payment_method_types.includes(found.type)) {
    throw invalidRequest(
      `The PaymentMethod provided (${found.type}) is not allowed for this PaymentIntent. Please attach a PaymentMethod with one of the following types: ${intent.payment_method_types.join(', ')}.`,
      { code: 'payment_intent_incompatible_payment_method', param: 'payment_method' },
    );
  }
  return found;
}

/** Since 2023-08-16 the Dashboard's methods are on unless the request lists its own. */
function automaticMethods(params: Created): PaymentIntent['automatic_payment_methods'] {
  const sent = params.automatic_payment_methods;
  if (sent !== undefined) {
    return sent.enabled ? { allow_redirects: sent.allow_redirects ?? 'always', enabled: true } : { enabled: false };
  }
  return params.allowed_payment_method_types === undefined ? { allow_redirects: 'always', enabled: true } : null;
}

/** What an account has switched on for a currency. At a reader is paid only where it is asked for. */
export function dashboardMethods(currency: string | null): readonly ('card' | 'sepa_debit' | 'us_bank_account')[] {
  if (currency === 'eur') return ['card', 'sepa_debit'];
  return currency === 'usd' ? ['card', 'us_bank_account'] : ['card'];
}

/** Bank debits know one currency each. */
const CURRENCIES_OF_TYPE: ReadonlyMap<string, readonly string[]> = new Map([
  ['interac_present', ['cad']],
  ['sepa_debit', ['eur']],
  ['us_bank_account', ['usd']],
]);

/** Currencies that a type is bound to; undefined for one that takes any. */
function currenciesOf(type: string): readonly string[] | undefined {
  return CURRENCIES_OF_TYPE.get(type) ?? redirectMethod(type)?.currencies;
}

/** Throws Stripe's 400 for a type that knows other currencies only. */
export function checkCurrencyOfTypes(types: readonly string[], currency: string): void {
  const wrong = types.find((type) => currenciesOf(type)?.includes(currency) === false);
  if (wrong === undefined) return;
  throw invalidRequest(
    `The currency provided (${currency}) is invalid for the payment method type ${wrong}, which supports the following currencies: ${currenciesOf(wrong)?.join(', ') ?? ''}.`,
    { code: 'payment_intent_invalid_parameter', param: 'currency' },
  );
}

/** What the intent takes: the request's own list, or what the Dashboard has on for the currency. */
function typesOf(before: PaymentIntent, params: Changed, currency: string): string[] {
  const allowed = params.allowed_payment_method_types ?? before.allowed_payment_method_types;
  const excluded: ReadonlySet<string> = new Set(
    given(params.excluded_payment_method_types, before.excluded_payment_method_types),
  );
  return (allowed ?? dashboardMethods(currency)).filter((type) => !excluded.has(type));
}

function configuration(world: World, params: Created): PaymentIntent['payment_method_configuration_details'] {
  return { id: params.payment_method_configuration ?? `pmc_${world.ids.of('configuration', 24)}`, parent: null };
}

function paymentDetails(sent: Changed['payment_details']): Pick<PaymentIntent, 'payment_details'> {
  if (sent === undefined || sent === null) return {};
  return {
    payment_details: {
      customer_reference: sent.customer_reference ?? null,
      order_reference: sent.order_reference ?? null,
    },
  };
}
