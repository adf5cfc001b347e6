import type { Stripe } from 'stripe';
import { mergeMetadata, toShipping } from '../../api/common-params.js';
import { invalidRequest } from '../../api/errors.js';
import type { Read } from '../../api/read-types.js';
import { checkCurrency } from '../../cards/currency.js';
import type {
  CheckoutMethodOptions,
  CheckoutSession,
  CheckoutTerms,
  LineItem,
} from '../../objects/checkout-session.js';
import type { Customer } from '../../objects/customer.js';
import type { World } from '../../world.js';
import { checkSessionParams, checkTotal, expiryOf, methodTypes } from './checkout-session.params.js';
import { customerParam } from '../customers/customers.js';
import { makeLineItems } from './line-items.js';

type Created = Read<Stripe.Checkout.SessionCreateParams>;

/** Where a session's page is, relative to the simulator's address. */
export const CHECKOUT = '/c/pay/';

/** A new session and what it does not show, neither of them stored. */
export function makeSession(world: World, params: Created): { session: CheckoutSession; terms: CheckoutTerms } {
  const mode = checkSessionParams(params);
  const customer = params.customer === undefined ? null : customerParam(world, params.customer);
  const items = mode === 'payment' ? makeLineItems(world, params.line_items ?? []) : [];
  const currency = currencyOf(items, params.currency);
  const total = mode === 'payment' ? totalOf(items) : null;
  if (total !== null && currency !== null) checkTotal(total, currency);
  const id = world.ids.next('cs_test', 58);
  const types = methodTypes(params, currency);
  const session: CheckoutSession = {
    id,
    object: 'checkout.session',
    ...playedLater(world, params),
    allowed_payment_method_types: params.allowed_payment_method_types ?? null,
    amount_subtotal: total,
    amount_total: total,
    billing_address_collection: params.billing_address_collection ?? null,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    created: world.clock.seconds(),
    currency,
    customer: customer?.id ?? null,
    customer_creation: customer === null ? (params.customer_creation ?? 'if_required') : null,
    customer_details: knownDetails(customer, params.customer_email ?? null),
    customer_email: params.customer_email ?? null,
    expires_at: expiryOf(world, params.expires_at),
    metadata: mergeMetadata({}, params.metadata),
    mode,
    payment_intent: null,
    payment_method_options: methodOptions(params, types),
    payment_method_types: types,
    payment_status: mode === 'setup' || total === 0 ? 'no_payment_required' : 'unpaid',
    setup_intent: null,
    status: 'open',
    submit_type: params.submit_type ?? null,
    success_url: params.success_url ?? null,
    total_details: mode === 'payment' ? { amount_discount: 0, amount_shipping: 0, amount_tax: 0 } : null,
    url: world.url + CHECKOUT + id,
  };
  return { session, terms: { id, items, intent: intentTerms(params), settling: false } };
}

export function totalOf(items: readonly LineItem[]): number {
  return items.reduce((sum, item) => sum + item.amount_total, 0);
}

/** What the simulator knows of a session and does not play, and what is the same for all. */
function playedLater(world: World, params: Created) {
  const message = params.custom_text?.submit?.message;
  return {
    adaptive_pricing: { enabled: params.adaptive_pricing?.enabled ?? false },
    after_expiration: null,
    allow_promotion_codes: params.allow_promotion_codes ?? null,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: message === undefined ? null : { message },
      terms_of_service_acceptance: null,
    },
    customer_account: null,
    discounts: [],
    integration_identifier: params.integration_identifier ?? null,
    invoice: null,
    invoice_creation: params.mode === 'setup' ? null : noInvoice(),
    livemode: false,
    locale: params.locale ?? null,
    managed_payments: { enabled: false },
    origin_context: params.origin_context ?? null,
    payment_link: null,
    payment_method_collection: params.mode === 'setup' ? 'always' : 'if_required',
    payment_method_configuration_details: { id: `pmc_${world.ids.of('configuration', 24)}`, parent: null },
    permissions: null,
    phone_number_collection: { enabled: params.phone_number_collection?.enabled ?? false },
    recovered_from: null,
    saved_payment_method_options: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    subscription: null,
    ui_mode: 'hosted_page',
    wallet_options: null,
  } as const;
}

function noInvoice(): CheckoutSession['invoice_creation'] {
  return {
    enabled: false,
    invoice_data: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: null,
      metadata: {},
      rendering_options: null,
    },
  };
}

function currencyOf(items: readonly LineItem[], sent: string | undefined): string | null {
  const currency = sent === undefined ? null : checkCurrency(sent);
  const priced = items[0]?.currency ?? null;
  if (priced === null || currency === null || currency === priced) return priced ?? currency;
  throw invalidRequest(
    `The currency ${currency} is not that of the line items, ${priced}, and their prices have no other.`,
    { param: 'currency' },
  );
}

/** The buyer as far as the session knows them before they typed anything. */
function knownDetails(customer: Customer | null, email: string | null): CheckoutSession['customer_details'] {
  if (customer === null && email === null) return null;
  return {
    address: null,
    business_name: null,
    email: customer?.email ?? email,
    individual_name: null,
    name: null,
    phone: null,
    tax_exempt: customer?.tax_exempt ?? 'none',
    tax_ids: null,
  };
}

function methodOptions(params: Created, types: readonly string[]): CheckoutMethodOptions {
  if (!types.includes('card')) return {};
  const card = params.payment_method_options?.card;
  return {
    card: {
      ...(card?.capture_method === undefined ? {} : { capture_method: card.capture_method }),
      request_three_d_secure: card?.request_three_d_secure ?? 'automatic',
      ...(card?.setup_future_usage === undefined ? {} : { setup_future_usage: card.setup_future_usage }),
    },
  };
}

function intentTerms(params: Created): CheckoutTerms['intent'] {
  const { metadata, shipping, ...data } = params.payment_intent_data ?? {};
  return {
    application_fee_amount: data.application_fee_amount,
    capture_method: data.capture_method,
    description: data.description ?? undefined,
    metadata: mergeMetadata({}, metadata),
    on_behalf_of: data.on_behalf_of,
    receipt_email: data.receipt_email ?? undefined,
    setup_future_usage: data.setup_future_usage,
    shipping: shipping === undefined ? undefined : toShipping(shipping),
    statement_descriptor: data.statement_descriptor ?? undefined,
    statement_descriptor_suffix: data.statement_descriptor_suffix ?? undefined,
    transfer_group: data.transfer_group,
  };
}

/** After a start on another port: the pages of open sessions are at the new address. */
export function moveCheckoutPages(world: World): void {
  for (const session of [...world.tables.checkoutSession.oldest()]) {
    const url = world.url + CHECKOUT + session.id;
    if (session.status === 'open' && session.url !== url) {
      world.store.put(world.tables.checkoutSession, { ...session, url });
    }
  }
}
