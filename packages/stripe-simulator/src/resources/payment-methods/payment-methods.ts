import type { Stripe } from 'stripe';
import { given, mergeMetadata, toBilling } from '../../api/common-params.js';
import { invalidRequest, missing, missingParam } from '../../api/errors.js';
import { list } from '../../api/list.js';
import { operation } from '../../api/operation.js';
import type { Read } from '../../api/read-types.js';
import { checkExpiry } from '../../cards/card-number.js';
import type { PaymentMethod } from '../../objects/payment-method.js';
import type { World } from '../../world.js';
import { customerParam } from '../customers/customers.js';
import { emit } from '../events/events.js';
import { revokeMandates } from '../mandates/mandates.js';
import { makePaymentMethod } from './payment-method.params.js';
import { attachTo, detachFrom, madeFromToken } from './payment-method.use.js';

function inPath(world: World, id = ''): PaymentMethod {
  const method = world.tables.paymentMethod.get(id);
  if (method === undefined) throw missing('PaymentMethod', id, 'payment_method');
  return method;
}

const create = operation<Stripe.PaymentMethodCreateParams>({
  method: 'POST',
  path: '/v1/payment_methods',
  publishable: true,
  run: ({ world, params }) => makePaymentMethod(world, params),
});

const retrieve = operation<Stripe.PaymentMethodRetrieveParams>({
  method: 'GET',
  path: '/v1/payment_methods/:payment_method',
  // Test tokens can be looked at: Stripe makes an object for them each time.
  run({ world, path }) {
    const id = path['payment_method'] ?? '';
    return madeFromToken(world, id) ?? inPath(world, id);
  },
});

const update = operation<Stripe.PaymentMethodUpdateParams>({
  method: 'POST',
  path: '/v1/payment_methods/:payment_method',
  run({ world, path, params }) {
    const before = inPath(world, path['payment_method']);
    if (before.customer === null) {
      throw invalidRequest('You must save this PaymentMethod to a customer before you can update it.', {
        code: 'payment_method_unexpected_state',
      });
    }
    const method = world.store.put(world.tables.paymentMethod, {
      ...before,
      allow_redisplay: params.allow_redisplay ?? before.allow_redisplay,
      billing_details: toBilling(params.billing_details, before.billing_details),
      ...changedCard(world, before, params.card),
      metadata: mergeMetadata(before.metadata, params.metadata),
      ...changedAccount(before, params.us_bank_account),
    });
    emit(world, 'payment_method.updated', method, before);
    return method;
  },
});

type Changed = Read<Stripe.PaymentMethodUpdateParams>;

/** A new expiry date must be in the future, and the network one that the card has. */
function changedCard(world: World, { card, type }: PaymentMethod, sent: Changed['card']): Pick<PaymentMethod, 'card'> {
  if (sent === undefined) return {};
  if (card === undefined) throw notOf(type, 'card');
  const { exp_month: month = card.exp_month, exp_year: year = card.exp_year } = sent;
  if (sent.exp_month !== undefined || sent.exp_year !== undefined) checkExpiry({ month, year }, world.clock.seconds());
  const preferred = sent.networks?.preferred;
  if (typeof preferred === 'string' && !card.networks.available.includes(preferred)) {
    throw invalidRequest(`This card cannot be processed on the network ${preferred}.`, {
      param: 'card[networks][preferred]',
    });
  }
  const networks = { ...card.networks, preferred: given(preferred, card.networks.preferred) };
  return { card: { ...card, exp_month: month, exp_year: year, networks } };
}

function changedAccount(
  { us_bank_account: account, type }: PaymentMethod,
  sent: Changed['us_bank_account'],
): Pick<PaymentMethod, 'us_bank_account'> {
  if (sent === undefined) return {};
  if (account === undefined) throw notOf(type, 'us_bank_account');
  return {
    us_bank_account: {
      ...account,
      account_holder_type: sent.account_holder_type ?? account.account_holder_type,
      account_type: sent.account_type ?? account.account_type,
    },
  };
}

function notOf(type: string, param: string) {
  return invalidRequest(`You cannot update \`${param}\` on a PaymentMethod of type ${type}.`, { param });
}

const attach = operation<Stripe.PaymentMethodAttachParams>({
  method: 'POST',
  path: '/v1/payment_methods/:payment_method/attach',
  run({ world, path, params }) {
    const id = path['payment_method'] ?? '';
    if (params.customer === undefined) throw missingParam('customer');
    const customer = customerParam(world, params.customer);
    const method = madeFromToken(world, id) ?? inPath(world, id);
    return attachTo(world, method, customer.id);
  },
});

const detach = operation<Stripe.PaymentMethodDetachParams>({
  method: 'POST',
  path: '/v1/payment_methods/:payment_method/detach',
  run({ world, path }) {
    const method = inPath(world, path['payment_method']);
    if (method.customer === null) {
      throw invalidRequest(
        'The payment method you provided is not attached to a customer so detachment is impossible.',
        { code: 'payment_method_unexpected_state' },
      );
    }
    revokeMandates(world, method.id);
    return detachFrom(world, method);
  },
});

const listAll = operation<Stripe.PaymentMethodListParams>({
  method: 'GET',
  path: '/v1/payment_methods',
  run({ world, params }) {
    if (params.customer !== undefined) customerParam(world, params.customer);
    return list(
      {
        table: world.tables.paymentMethod,
        what: 'payment_method',
        url: '/v1/payment_methods',
        index: params.customer === undefined ? undefined : ['customer', params.customer],
        keep: (method) =>
          method.customer !== null &&
          (params.type === undefined || method.type === params.type) &&
          (params.allow_redisplay === undefined || method.allow_redisplay === params.allow_redisplay),
      },
      params,
    );
  },
});

export const paymentMethodOperations = [create, retrieve, update, attach, detach, listAll];
