import type { Stripe } from 'stripe';
import { demandClientSecret, type Secret } from '../../api/client-secret.js';
import { invalidRequest, missing } from '../../api/errors.js';
import { list } from '../../api/list.js';
import { type Call, operation } from '../../api/operation.js';
import { mergeMetadata } from '../../api/common-params.js';
import type { PaymentIntent } from '../../objects/payment-intent.js';
import { checkNotOnPage } from '../checkout-sessions/checkout-session.finish.js';
import { confirm } from './payment-intent.confirm.js';
import { emit } from '../events/events.js';
import { verifyIntent } from './payment-intent.debit.js';
import { captureIntent, incrementAuthorization } from './payment-intent.capture.js';
import { cancelIntent } from './payment-intent.finish.js';
import { changeIntent, makeIntent } from './payment-intent.make.js';
import { checkDescriptors } from './statement-descriptors.js';
import {
  checkCancelable,
  checkCapturable,
  checkConfirmable,
  checkUpdatable,
  unexpectedState,
} from './payment-intent.state.js';

/** What may change whatever the status. */
const ALWAYS_UPDATABLE = new Set([
  'description',
  'expand',
  'metadata',
  'receipt_email',
  'shipping',
  'statement_descriptor',
  'statement_descriptor_suffix',
  'transfer_group',
]);

/** The intent in the URL. A publishable key must know its client secret. */
function inPath(call: Pick<Call<Secret>, 'world' | 'path' | 'caller' | 'params'>): PaymentIntent {
  const id = call.path['intent'] ?? '';
  const intent = call.world.tables.paymentIntent.get(id);
  if (intent === undefined) throw missing('payment_intent', id, 'intent');
  demandClientSecret(call, intent, 'PaymentIntent');
  return intent;
}

const create = operation<Stripe.PaymentIntentCreateParams>({
  method: 'POST',
  path: '/v1/payment_intents',
  run({ world, params, caller }) {
    const made = makeIntent(world, params);
    world.store.put(world.tables.paymentIntent, made);
    emit(world, 'payment_intent.created', made);
    return params.confirm === true ? confirm(world, made, params, caller) : made;
  },
});

const retrieve = operation<Stripe.PaymentIntentRetrieveParams>({
  method: 'GET',
  path: '/v1/payment_intents/:intent',
  publishable: true,
  // Stripe.js names its key once more in the query.
  run: (call) => inPath(call),
});

const update = operation<Stripe.PaymentIntentUpdateParams>({
  method: 'POST',
  path: '/v1/payment_intents/:intent',
  run({ world, path, params, caller }) {
    const before = inPath({ world, path, caller, params: {} });
    const critical = Object.keys(params).find((name) => !ALWAYS_UPDATABLE.has(name));
    if (critical !== undefined) checkUpdatable(before, critical);
    return world.store.put(world.tables.paymentIntent, changeIntent(world, before, params));
  },
});

const confirmIt = operation<Stripe.PaymentIntentConfirmParams & Secret>({
  method: 'POST',
  path: '/v1/payment_intents/:intent/confirm',
  publishable: true,
  run(call) {
    const { world, params, caller } = call;
    const before = inPath(call);
    checkNotOnPage(world, before);
    checkConfirmable(before);
    return confirm(world, changeIntent(world, before, params), params, caller);
  },
});

const verify = operation<Stripe.PaymentIntentVerifyMicrodepositsParams & Secret>({
  method: 'POST',
  path: '/v1/payment_intents/:intent/verify_microdeposits',
  publishable: true,
  run: (call) => verifyIntent(call.world, inPath(call), call.params),
});

const cancel = operation<Stripe.PaymentIntentCancelParams>({
  method: 'POST',
  path: '/v1/payment_intents/:intent/cancel',
  run({ world, path, params, caller }) {
    const intent = inPath({ world, path, caller, params: {} });
    checkNotOnPage(world, intent);
    checkCancelable(intent);
    return cancelIntent(world, intent, params.cancellation_reason ?? null);
  },
});

const capture = operation<Stripe.PaymentIntentCaptureParams>({
  method: 'POST',
  path: '/v1/payment_intents/:intent/capture',
  run({ world, path, params, caller }) {
    const before = inPath({ world, path, caller, params: {} });
    checkCapturable(before);
    const described: PaymentIntent = {
      ...before,
      metadata: mergeMetadata(before.metadata, params.metadata),
      statement_descriptor: params.statement_descriptor ?? before.statement_descriptor,
      statement_descriptor_suffix: params.statement_descriptor_suffix ?? before.statement_descriptor_suffix,
    };
    checkDescriptors(described);
    return captureIntent(world, described, { amount: params.amount_to_capture, final: params.final_capture });
  },
});

const increment = operation<Stripe.PaymentIntentIncrementAuthorizationParams>({
  method: 'POST',
  path: '/v1/payment_intents/:intent/increment_authorization',
  run({ world, path, params, caller }) {
    const before = inPath({ world, path, caller, params: {} });
    checkCapturable(before);
    const described: PaymentIntent = {
      ...before,
      description: params.description ?? before.description,
      metadata: mergeMetadata(before.metadata, params.metadata),
      statement_descriptor: params.statement_descriptor ?? before.statement_descriptor,
    };
    checkDescriptors(described);
    return incrementAuthorization(world, described, params.amount);
  },
});

/** What a customer's cash balance holds is applied when it arrives, so that nothing is left to apply by hand. */
const applyBalance = operation<Stripe.PaymentIntentApplyCustomerBalanceParams>({
  method: 'POST',
  path: '/v1/payment_intents/:intent/apply_customer_balance',
  run({ world, path, caller }) {
    const intent = inPath({ world, path, caller, params: {} });
    if (!intent.payment_method_types.includes('customer_balance')) {
      throw invalidRequest(
        'You cannot apply a customer balance to this PaymentIntent because customer_balance is not one of its payment method types.',
        { code: 'payment_intent_invalid_parameter' },
      );
    }
    throw unexpectedState(intent, 'There are no funds in the cash balance to apply to this PaymentIntent.');
  },
});

const listAll = operation<Stripe.PaymentIntentListParams>({
  method: 'GET',
  path: '/v1/payment_intents',
  run: ({ world, params }) =>
    list(
      {
        table: world.tables.paymentIntent,
        what: 'payment_intent',
        url: '/v1/payment_intents',
        index: params.customer === undefined ? undefined : ['customer', params.customer],
      },
      params,
    ),
});

export const paymentIntentOperations = [
  create,
  retrieve,
  update,
  confirmIt,
  verify,
  cancel,
  capture,
  increment,
  applyBalance,
  listAll,
];
