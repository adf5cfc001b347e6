import type { Stripe } from 'stripe';
import type { Read } from '../../api/read-types.js';
import { given, mergeMetadata } from '../../api/common-params.js';
import { demandClientSecret, type Secret } from '../../api/client-secret.js';
import { invalidRequest, missing } from '../../api/errors.js';
import { list } from '../../api/list.js';
import { type Call, operation } from '../../api/operation.js';
import { redirectMethod } from '../../cards/redirect-methods.js';
import type { SetupIntent } from '../../objects/setup-intent.js';
import type { World } from '../../world.js';
import { checkNotOnPage } from '../checkout-sessions/checkout-session.finish.js';
import { customerParam } from '../customers/customers.js';
import { emit } from '../events/events.js';
import { setupOptions } from '../payment-methods/payment-method.options.js';
import { makePaymentMethod } from '../payment-methods/payment-method.params.js';
import { checkOwner, secretOf, usable } from '../payment-methods/payment-method.use.js';
import { cancelSetup, checkOpen, confirmSetup } from './setup-intent.confirm.js';
import { verifySetup } from './setup-intent.verify.js';

type Changed = Read<Stripe.SetupIntentUpdateParams>;

function inPath(call: Pick<Call<Secret>, 'world' | 'path' | 'caller' | 'params'>): SetupIntent {
  const id = call.path['intent'] ?? '';
  const intent = call.world.tables.setupIntent.get(id);
  if (intent === undefined) throw missing('setupintent', id, 'intent');
  demandClientSecret(call, intent, 'SetupIntent');
  return intent;
}

/** The SetupIntent with these parameters applied, not stored. */
export function changeSetup(world: World, before: SetupIntent, params: Changed): SetupIntent {
  const { payment_method: id, payment_method_data: data, payment_method_options: options } = params;
  const customer = params.customer === undefined ? before.customer : customerParam(world, params.customer).id;
  const made = data === undefined ? undefined : makePaymentMethod(world, data);
  const method = made ?? (id === undefined ? undefined : usable(world, id, 'payment_method'));
  if (method !== undefined) checkOwner(method, customer, secretOf(world, method));
  if (method !== undefined && redirectMethod(method.type) !== undefined) {
    throw invalidRequest(`PaymentMethods of type ${method.type} cannot be saved for later payments.`, {
      param: 'payment_method',
    });
  }
  const types = params.allowed_payment_method_types ?? before.payment_method_types;
  return {
    ...before,
    allowed_payment_method_types: given(params.allowed_payment_method_types, before.allowed_payment_method_types),
    ...(params.attach_to_self === undefined ? {} : { attach_to_self: params.attach_to_self }),
    customer,
    description: given(params.description, before.description),
    excluded_payment_method_types: given(params.excluded_payment_method_types, before.excluded_payment_method_types),
    flow_directions: given(params.flow_directions, before.flow_directions),
    metadata: mergeMetadata(before.metadata, params.metadata),
    payment_method: method?.id ?? before.payment_method,
    payment_method_options: setupOptions(types, before.payment_method_options, options),
    payment_method_types: types,
    status: method === undefined ? before.status : 'requires_confirmation',
  };
}

/** A new SetupIntent of these parameters, not stored and not confirmed yet. */
export function makeSetup(world: World, params: Read<Stripe.SetupIntentCreateParams>): SetupIntent {
  const id = world.ids.next('seti');
  const sent = params.automatic_payment_methods;
  const automatic =
    sent?.enabled === false || (sent === undefined && params.allowed_payment_method_types !== undefined)
      ? null
      : { allow_redirects: sent?.allow_redirects ?? 'always', enabled: true };
  const blank: SetupIntent = {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: params.allowed_payment_method_types ?? null,
    application: null,
    automatic_payment_methods: automatic,
    cancellation_reason: null,
    client_secret: `${id}_secret_${world.ids.letters('client_secret', 25)}`,
    created: world.clock.seconds(),
    customer: null,
    customer_account: null,
    description: null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    managed_payments: null,
    mandate: null,
    metadata: {},
    next_action: null,
    on_behalf_of: params.on_behalf_of ?? null,
    payment_method: null,
    payment_method_configuration_details:
      automatic === null ? null : { id: `pmc_${world.ids.of('configuration', 24)}`, parent: null },
    payment_method_options: {},
    payment_method_types: ['card', 'sepa_debit', 'us_bank_account'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    usage: params.usage ?? 'off_session',
  };
  return changeSetup(world, blank, params);
}

const create = operation<Stripe.SetupIntentCreateParams>({
  method: 'POST',
  path: '/v1/setup_intents',
  run({ world, params, caller }) {
    if (params.confirm !== true && params.return_url !== undefined) {
      throw invalidRequest('You can only set `return_url` when `confirm` is true.', { param: 'return_url' });
    }
    const made = world.store.put(world.tables.setupIntent, makeSetup(world, params));
    emit(world, 'setup_intent.created', made);
    return params.confirm === true ? confirmSetup(world, made, params, caller) : made;
  },
});

const retrieve = operation<Stripe.SetupIntentRetrieveParams>({
  method: 'GET',
  path: '/v1/setup_intents/:intent',
  publishable: true,
  run: (call) => inPath(call),
});

const update = operation<Stripe.SetupIntentUpdateParams>({
  method: 'POST',
  path: '/v1/setup_intents/:intent',
  run({ world, path, params, caller }) {
    const before = inPath({ world, path, caller, params: {} });
    checkOpen(before, 'update');
    return world.store.put(world.tables.setupIntent, changeSetup(world, before, params));
  },
});

const confirm = operation<Stripe.SetupIntentConfirmParams & Secret>({
  method: 'POST',
  path: '/v1/setup_intents/:intent/confirm',
  publishable: true,
  run(call) {
    const { world, params, caller } = call;
    const before = inPath(call);
    checkNotOnPage(world, before);
    checkOpen(before, 'confirm');
    return confirmSetup(world, changeSetup(world, before, params), params, caller);
  },
});

const verify = operation<Stripe.SetupIntentVerifyMicrodepositsParams & Secret>({
  method: 'POST',
  path: '/v1/setup_intents/:intent/verify_microdeposits',
  publishable: true,
  run: (call) => verifySetup(call.world, inPath(call), call.params),
});

const cancel = operation<Stripe.SetupIntentCancelParams>({
  method: 'POST',
  path: '/v1/setup_intents/:intent/cancel',
  run({ world, path, params, caller }) {
    const intent = inPath({ world, path, caller, params: {} });
    checkNotOnPage(world, intent);
    return cancelSetup(world, intent, params.cancellation_reason ?? null);
  },
});

const listAll = operation<Stripe.SetupIntentListParams>({
  method: 'GET',
  path: '/v1/setup_intents',
  run({ world, params }) {
    const { customer, payment_method: method } = params;
    return list(
      {
        table: world.tables.setupIntent,
        what: 'setupintent',
        url: '/v1/setup_intents',
        index:
          method !== undefined
            ? ['payment_method', method]
            : customer !== undefined
              ? ['customer', customer]
              : undefined,
        keep: (intent) => customer === undefined || intent.customer === customer,
      },
      params,
    );
  },
});

export const setupIntentOperations = [create, retrieve, update, confirm, verify, cancel, listAll];
