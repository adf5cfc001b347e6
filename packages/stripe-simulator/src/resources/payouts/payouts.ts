import type { Stripe } from 'stripe';
import { mergeMetadata } from '../../api/common-params.js';
import { invalidRequest, missing } from '../../api/errors.js';
import { list, within } from '../../api/list.js';
import { operation } from '../../api/operation.js';
import { checkCurrency, checkPayoutMultiple } from '../../cards/currency.js';
import type { Payout } from '../../objects/payout.js';
import type { World } from '../../world.js';
import { emit } from '../events/events.js';
import { cancelPayout, reversePayout } from './payout.finish.js';
import { checkCovered, destinationParam, makePayout } from './payout.make.js';

function inPath(world: World, id = ''): Payout {
  const payout = world.tables.payout.get(id);
  if (payout === undefined) throw missing('payout', id, 'payout');
  return payout;
}

const create = operation<Stripe.PayoutCreateParams>({
  method: 'POST',
  path: '/v1/payouts',
  run({ world, params }) {
    const { amount } = params;
    const currency = checkCurrency(params.currency);
    if (amount < 1) {
      throw invalidRequest('This value must be greater than or equal to 1.', {
        code: 'parameter_invalid_integer',
        param: 'amount',
      });
    }
    checkPayoutMultiple(amount, currency);
    const destination = destinationParam(world, params.destination, currency);
    const sourceType = params.source_type ?? 'card';
    checkCovered(world, amount, currency, sourceType);
    return makePayout(world, {
      amount,
      automatic: false,
      currency,
      description: params.description ?? null,
      destination,
      metadata: mergeMetadata({}, params.metadata),
      method: params.method ?? 'standard',
      sourceType,
      statementDescriptor: params.statement_descriptor ?? null,
    });
  },
});

const retrieve = operation<Stripe.PayoutRetrieveParams>({
  method: 'GET',
  path: '/v1/payouts/:payout',
  run: ({ world, path }) => inPath(world, path['payout']),
});

const update = operation<Stripe.PayoutUpdateParams>({
  method: 'POST',
  path: '/v1/payouts/:payout',
  run({ world, path, params }) {
    const before = inPath(world, path['payout']);
    const payout = world.store.put(world.tables.payout, {
      ...before,
      metadata: mergeMetadata(before.metadata, params.metadata),
    });
    emit(world, 'payout.updated', payout, before);
    return payout;
  },
});

const cancel = operation<Stripe.PayoutCancelParams>({
  method: 'POST',
  path: '/v1/payouts/:payout/cancel',
  run: ({ world, path }) => cancelPayout(world, inPath(world, path['payout'])),
});

const reverse = operation<Stripe.PayoutReverseParams>({
  method: 'POST',
  path: '/v1/payouts/:payout/reverse',
  run: ({ world, path, params }) => reversePayout(world, inPath(world, path['payout']), params.metadata),
});

const listAll = operation<Stripe.PayoutListParams>({
  method: 'GET',
  path: '/v1/payouts',
  run: ({ world, params }) =>
    list(
      {
        table: world.tables.payout,
        what: 'payout',
        url: '/v1/payouts',
        keep: (payout) =>
          within(payout.arrival_date, params.arrival_date) &&
          (params.destination === undefined || payout.destination === params.destination) &&
          (params.status === undefined || payout.status === params.status),
      },
      params,
    ),
});

export const payoutOperations = [create, retrieve, update, cancel, reverse, listAll];
