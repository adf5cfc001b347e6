import { mergeMetadata, metadata, page } from '../api/common-params.js';
import { missing } from '../api/errors.js';
import { list } from '../api/list.js';
import { operation } from '../api/operation.js';
import { boolean, integer, oneOf, range, string } from '../api/params.js';
import type { Refund } from '../objects/charge.js';
import type { World } from '../world.js';
import { emit } from './events.js';
import { cancelRefund, chargeToRefund, makeRefund } from './refund.make.js';

function inPath(world: World, id = ''): Refund {
  const refund = world.tables.refund.get(id);
  if (refund === undefined) throw missing('refund', id, 'refund');
  return refund;
}

const create = operation({
  method: 'POST',
  path: '/v1/refunds',
  fields: {
    amount: integer(),
    charge: string(),
    currency: string(),
    customer: string(),
    instructions_email: string(),
    metadata: metadata(),
    origin: oneOf('customer_balance'),
    payment_intent: string(),
    reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
    refund_application_fee: boolean(),
    reverse_transfer: boolean(),
  },
  run: ({ world, params }) =>
    makeRefund(world, chargeToRefund(world, params), {
      amount: params.amount,
      reason: params.reason ?? null,
      metadata: mergeMetadata({}, params.metadata),
    }),
});

const retrieve = operation({
  method: 'GET',
  path: '/v1/refunds/:refund',
  fields: {},
  run: ({ world, path }) => inPath(world, path['refund']),
});

const update = operation({
  method: 'POST',
  path: '/v1/refunds/:refund',
  fields: { metadata: metadata() },
  run({ world, path, params }) {
    const before = inPath(world, path['refund']);
    const refund = world.store.put(world.tables.refund, {
      ...before,
      metadata: mergeMetadata(before.metadata, params.metadata),
    });
    emit(world, 'refund.updated', refund, before);
    return refund;
  },
});

const cancel = operation({
  method: 'POST',
  path: '/v1/refunds/:refund/cancel',
  fields: {},
  run: ({ world, path }) => cancelRefund(world, inPath(world, path['refund'])),
});

const listAll = operation({
  method: 'GET',
  path: '/v1/refunds',
  fields: { ...page, charge: string(), created: range(), payment_intent: string() },
  run({ world, params }) {
    const { charge, payment_intent: intent } = params;
    return list(
      {
        table: world.tables.refund,
        what: 'refund',
        url: '/v1/refunds',
        index:
          charge !== undefined ? ['charge', charge] : intent !== undefined ? ['payment_intent', intent] : undefined,
        keep: (refund) => intent === undefined || refund.payment_intent === intent,
      },
      params,
    );
  },
});

export const refundOperations = [create, retrieve, update, cancel, listAll];
