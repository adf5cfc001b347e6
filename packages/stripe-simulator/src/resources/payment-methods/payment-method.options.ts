import type { Stripe } from 'stripe';
import { given } from '../../api/common-params.js';
import { invalidRequest } from '../../api/errors.js';
import type { Read } from '../../api/read-types.js';
import type { PaymentMethodOptions } from '../../objects/payment-intent.js';
import type { SetupIntent } from '../../objects/setup-intent.js';

type Sent = Read<Stripe.PaymentIntentUpdateParams>['payment_method_options'];
type SentToSetup = Read<Stripe.SetupIntentUpdateParams>['payment_method_options'];

/** Every kind's options as Stripe shows them when nothing was asked. */
const DEFAULTS = {
  alipay: {},
  card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
  card_present: { request_extended_authorization: false, request_incremental_authorization_support: false },
  customer_balance: { funding_type: null },
  interac_present: {},
  klarna: { preferred_locale: null },
  // https://docs.stripe.com/payments/oxxo/accept-a-payment, "Additional payment method options".
  oxxo: { expires_after_days: 3 },
  sepa_debit: {},
  us_bank_account: { verification_method: 'automatic' },
  wechat_pay: { app_id: null, client: null },
} satisfies PaymentMethodOptions;

const SETUP_DEFAULTS = {
  card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' },
  card_present: {},
  sepa_debit: {},
  us_bank_account: { verification_method: 'automatic' },
} satisfies SetupIntent['payment_method_options'];

/** The options of a PaymentIntent that takes these types, with what a request changes. */
export function paymentOptions(
  types: readonly string[],
  before: PaymentMethodOptions,
  sent: Sent,
): PaymentMethodOptions {
  const all: PaymentMethodOptions = { ...DEFAULTS, ...before };
  const merged: PaymentMethodOptions = {
    alipay: { ...all.alipay, ...future(sent?.alipay) },
    card: cardOptions(all.card ?? DEFAULTS.card, sent?.card),
    card_present: cardPresentOptions(all.card_present ?? DEFAULTS.card_present, sent?.card_present),
    customer_balance: balanceOptions(all.customer_balance ?? DEFAULTS.customer_balance, sent?.customer_balance),
    interac_present: {},
    klarna: klarnaOptions(all.klarna ?? DEFAULTS.klarna, sent?.klarna),
    oxxo: voucherOptions(all.oxxo ?? DEFAULTS.oxxo, sent?.oxxo),
    sepa_debit: { ...all.sepa_debit, ...future(sent?.sepa_debit) },
    us_bank_account: bankOptions(all.us_bank_account ?? DEFAULTS.us_bank_account, sent?.us_bank_account),
    wechat_pay: wechatOptions(all.wechat_pay ?? DEFAULTS.wechat_pay, sent?.wechat_pay),
  };
  return onlyOf(types, merged);
}

/** The same for a SetupIntent. */
export function setupOptions(
  types: readonly string[],
  before: SetupIntent['payment_method_options'],
  sent: SentToSetup,
): SetupIntent['payment_method_options'] {
  const card = before.card ?? SETUP_DEFAULTS.card;
  const account = before.us_bank_account ?? SETUP_DEFAULTS.us_bank_account;
  return onlyOf(types, {
    card: { ...card, request_three_d_secure: sent?.card?.request_three_d_secure ?? card.request_three_d_secure },
    card_present: {},
    sepa_debit: {},
    us_bank_account: {
      verification_method: sent?.us_bank_account?.verification_method ?? account.verification_method,
    },
  });
}

function cardOptions(before: NonNullable<PaymentMethodOptions['card']>, sent: NonNullable<Sent>['card']) {
  if (sent === undefined || sent === null) return before;
  const { capture_method: capture, setup_future_usage: usage } = sent;
  return {
    ...before,
    ...(typeof capture === 'string' ? { capture_method: capture } : {}),
    network: given(sent.network, before.network),
    ...asked('request_incremental_authorization', sent.request_incremental_authorization),
    ...asked('request_multicapture', sent.request_multicapture),
    request_three_d_secure: given(sent.request_three_d_secure, before.request_three_d_secure),
    ...(typeof usage === 'string' ? { setup_future_usage: usage } : {}),
  };
}

function cardPresentOptions(
  before: NonNullable<PaymentMethodOptions['card_present']>,
  sent: NonNullable<Sent>['card_present'],
) {
  if (sent === undefined || sent === null) return before;
  return {
    ...before,
    ...asked('capture_method', sent.capture_method),
    request_extended_authorization: sent.request_extended_authorization ?? before.request_extended_authorization,
    request_incremental_authorization_support:
      sent.request_incremental_authorization_support ?? before.request_incremental_authorization_support,
  };
}

function balanceOptions(
  before: NonNullable<PaymentMethodOptions['customer_balance']>,
  sent: NonNullable<Sent>['customer_balance'],
) {
  if (sent === undefined || sent === null) return before;
  const { bank_transfer: transfer, funding_type: funding } = sent;
  return {
    ...before,
    ...(transfer === undefined ? {} : { bank_transfer: { type: transfer.type } }),
    funding_type: funding ?? before.funding_type,
  };
}

function bankOptions(
  before: NonNullable<PaymentMethodOptions['us_bank_account']>,
  sent: NonNullable<Sent>['us_bank_account'],
) {
  if (sent === undefined || sent === null) return before;
  return {
    ...before,
    ...future(sent),
    verification_method: sent.verification_method ?? before.verification_method,
  };
}

function klarnaOptions(
  before: NonNullable<PaymentMethodOptions['klarna']>,
  sent: NonNullable<Sent>['klarna'],
): NonNullable<PaymentMethodOptions['klarna']> {
  if (sent === undefined || sent === null) return before;
  const { capture_method: _before, ...rest } = before;
  return {
    ...(sent.capture_method === undefined ? before : rest),
    ...(typeof sent.capture_method === 'string' ? { capture_method: sent.capture_method } : {}),
    ...future(sent),
    preferred_locale: sent.preferred_locale ?? before.preferred_locale,
  };
}

/** "From 1 to 7 days": https://docs.stripe.com/payments/oxxo */
function voucherOptions(before: NonNullable<PaymentMethodOptions['oxxo']>, sent: NonNullable<Sent>['oxxo']) {
  const days = sent?.expires_after_days ?? before.expires_after_days;
  if (days < 1 || days > 7) {
    throw invalidRequest('`expires_after_days` must be from 1 to 7.', {
      param: 'payment_method_options[oxxo][expires_after_days]',
    });
  }
  return { ...before, ...future(sent), expires_after_days: days };
}

function wechatOptions(before: NonNullable<PaymentMethodOptions['wechat_pay']>, sent: NonNullable<Sent>['wechat_pay']) {
  if (sent === undefined || sent === null) return before;
  return {
    ...before,
    ...future(sent),
    app_id: sent.app_id ?? before.app_id,
    client: sent.client ?? before.client,
  };
}

function future(sent: { setup_future_usage?: string | null | undefined } | null | undefined) {
  return typeof sent?.setup_future_usage === 'string' ? { setup_future_usage: sent.setup_future_usage } : {};
}

function asked(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value };
}

function onlyOf<Options extends object>(types: readonly string[], options: Options): Options {
  // Leaving out members that are all optional makes nothing else of them.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(Object.entries(options).filter(([kind]) => types.includes(kind))) as Options;
}
