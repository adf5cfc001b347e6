import { metadata, shipping } from '../api/common-params.js';
import { anything, array, boolean, hash, integer, oneOf, required, string, text, unsettable } from '../api/params.js';
import { otherKinds, paymentMethodData } from './payment-method.params.js';

const setupFutureUsage = oneOf('none', 'off_session', 'on_session');

const cardOptions = hash({
  capture_method: unsettable(oneOf('manual')),
  cvc_token: string(),
  installments: anything(),
  mandate_options: anything(),
  moto: boolean(),
  network: string(),
  request_extended_authorization: oneOf('if_available', 'never'),
  request_incremental_authorization: oneOf('if_available', 'never'),
  request_multicapture: oneOf('if_available', 'never'),
  request_overcapture: oneOf('if_available', 'never'),
  request_three_d_secure: oneOf('any', 'automatic', 'challenge'),
  require_cvc_recollection: boolean(),
  setup_credential_usage: oneOf('installment', 'recurring', 'unscheduled'),
  setup_future_usage: unsettable(setupFutureUsage),
  statement_descriptor_suffix_kana: text(22),
  statement_descriptor_suffix_kanji: text(17),
  stored_credential_usage: oneOf('installment', 'recurring', 'unscheduled'),
  three_d_secure: anything(),
});

function methodOptions() {
  return hash({
    ...otherKinds,
    card: unsettable(cardOptions),
    card_present: anything(),
    us_bank_account: anything(),
  });
}

const acceptance = {
  accepted_at: integer(),
  offline: anything(),
  online: hash({ ip_address: string(), user_agent: string() }),
  type: required(oneOf('offline', 'online')),
};

/** Creating asks for more than confirming does. */
const fullAcceptance = {
  ...acceptance,
  online: hash({ ip_address: required(string()), user_agent: required(string()) }),
};

const offSession = {
  read: (raw: Parameters<ReturnType<typeof string>['read']>[0], path: string, unknown: string[]): boolean =>
    raw === 'one_off' || raw === 'recurring' || boolean().read(raw, path, unknown),
};

/** What create, update and confirm share. */
const shared = {
  allowed_payment_method_types: array(string()),
  amount_details: anything(),
  capture_method: oneOf('automatic', 'automatic_async', 'manual'),
  excluded_payment_method_types: unsettable(array(string())),
  hooks: anything(),
  payment_details: unsettable(hash({ customer_reference: text(), order_reference: text() })),
  payment_method: string(),
  payment_method_data: paymentMethodData(),
  payment_method_options: methodOptions(),
  receipt_email: text(512),
  setup_future_usage: unsettable(oneOf('off_session', 'on_session')),
  shipping: unsettable(shipping()),
};

/** What only says how to confirm. */
const confirming = {
  confirmation_token: string(),
  error_on_requires_action: boolean(),
  mandate: string(),
  mandate_data: unsettable(hash({ customer_acceptance: hash(acceptance) })),
  off_session: offSession,
  radar_options: anything(),
  return_url: string(),
  use_stripe_sdk: boolean(),
};

/** What create and update share. */
const describing = {
  application_fee_amount: unsettable(integer()),
  customer: string(),
  customer_account: string(),
  description: text(1000),
  metadata: metadata(),
  payment_method_configuration: string(),
  statement_descriptor: text(22),
  statement_descriptor_suffix: text(22),
  transfer_data: anything(),
  transfer_group: string(),
};

export const createFields = {
  ...shared,
  ...describing,
  ...confirming,
  amount: required(integer()),
  automatic_payment_methods: hash({ allow_redirects: oneOf('always', 'never'), enabled: required(boolean()) }),
  confirm: boolean(),
  confirmation_method: oneOf('automatic', 'manual'),
  currency: required(string()),
  mandate_data: unsettable(hash({ customer_acceptance: required(hash(fullAcceptance)) })),
  on_behalf_of: string(),
};

export const updateFields = { ...shared, ...describing, amount: integer(), currency: string() };

/** `client_secret` comes with a publishable key; Stripe.js adds a few fields about itself. */
export const confirmFields = {
  ...shared,
  ...confirming,
  amount_to_confirm: integer(),
  client_attribution_metadata: anything(),
  client_secret: string(),
  expected_payment_method_type: string(),
  key: string(),
};

export const captureFields = {
  amount_details: anything(),
  amount_to_capture: integer(),
  application_fee_amount: integer(),
  final_capture: boolean(),
  hooks: anything(),
  metadata: metadata(),
  payment_details: anything(),
  statement_descriptor: text(22),
  statement_descriptor_suffix: text(22),
  transfer_data: anything(),
};

export const cancelFields = {
  cancellation_reason: oneOf('abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'),
};
