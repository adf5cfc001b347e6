import { metadata } from '../api/common-params.js';
import { anything, array, boolean, hash, integer, oneOf, required, string, text, unsettable } from '../api/params.js';
import { paymentMethodData } from './payment-method.params.js';

/** Kinds with options that the simulator does not play. */
const OTHER_OPTIONS = 'acss_debit amazon_pay bacs_debit bizum blik klarna link paypal payto pix sepa_debit upi'.split(
  ' ',
);

const methodOptions = hash({
  ...Object.fromEntries(OTHER_OPTIONS.map((kind) => [kind, anything()])),
  card: hash({
    mandate_options: anything(),
    moto: boolean(),
    network: string(),
    request_three_d_secure: oneOf('any', 'automatic', 'challenge'),
    setup_credential_usage: oneOf('installment', 'recurring', 'unscheduled'),
    three_d_secure: anything(),
  }),
  card_present: anything(),
  us_bank_account: anything(),
});

const methodFields = {
  payment_method: string(),
  payment_method_data: paymentMethodData(),
  payment_method_options: methodOptions,
};

const describing = {
  attach_to_self: boolean(),
  customer: string(),
  customer_account: string(),
  description: text(),
  excluded_payment_method_types: unsettable(array(string())),
  flow_directions: array(oneOf('inbound', 'outbound')),
  metadata: metadata(),
  payment_method_configuration: string(),
};

const confirming = {
  confirmation_token: string(),
  mandate_data: unsettable(anything()),
  return_url: string(),
  use_stripe_sdk: boolean(),
};

export const createFields = {
  ...describing,
  ...methodFields,
  ...confirming,
  allowed_payment_method_types: array(string()),
  automatic_payment_methods: hash({ allow_redirects: oneOf('always', 'never'), enabled: required(boolean()) }),
  confirm: boolean(),
  on_behalf_of: string(),
  single_use: hash({ amount: required(integer()), currency: required(string()) }),
  usage: oneOf('off_session', 'on_session'),
};

export const updateFields = {
  ...describing,
  ...methodFields,
  allowed_payment_method_types: unsettable(array(string())),
};

/** `client_secret` comes with a publishable key; Stripe.js adds a few fields about itself. */
export const confirmFields = {
  ...methodFields,
  ...confirming,
  allowed_payment_method_types: array(string()),
  client_attribution_metadata: anything(),
  client_secret: string(),
  expected_payment_method_type: string(),
  key: string(),
};

export const cancelFields = {
  cancellation_reason: oneOf('abandoned', 'duplicate', 'requested_by_customer'),
};
