import type { Stripe } from 'stripe';
import { mergeMetadata } from '../../api/common-params.js';
import { invalidRequest, missing } from '../../api/errors.js';
import { indexOf, list } from '../../api/list.js';
import { operation } from '../../api/operation.js';
import type { Refund } from '../../objects/charge.js';
import type { World } from '../../world.js';
import { emit } from '../events/events.js';
import { chargeToRefund, makeRefund } from './refund.make.js';

function inPath(world: World, id = ''): Refund {
  const refund = world.tables.refund.get(id);
  if (refund === undefined) throw missing('refund', id, 'refund');
  return refund;
}

const create = operation<Stripe.RefundCreateParams>({
  method: 'POST',
  path: '/v1/refunds',
  run: ({ world, params }) =>
    makeRefund(world, chargeToRefund(world, params), {
      amount: params.amount,
      reason: params.reason ?? null,
      metadata: mergeMetadata({}, params.metadata),
    }),
});

const retrieve = operation<Stripe.RefundRetrieveParams>({
  method: 'GET',
  path: '/v1/refunds/:refund',
  run: ({ world, path }) => inPath(world, path['refund']),
});

const update = operation<Stripe.RefundUpdateParams>({
  method: 'POST',
  path: '/v1/refunds/:refund',
  run({ world, path, params }) {
    const before = inPath(world, path['refund']);
    const refund = world.store.put(world.tables.refund, {
      ...before,
      metadata: mergeMetadata(before.metadata, params.metadata),
    });
    emit(world, 'refund.updated', refund, before);
    emit(world, 'charge.refund.updated', refund, before);
    return refund;
  },
});

/** Stripe cancels only refunds that wait for the customer, which none of the methods played here does. */
const cancel = operation<Stripe.RefundCancelParams>({
  method: 'POST',
  path: '/v1/refunds/:refund/cancel',
  run({ world, path }) {
    const { status } = inPath(world, path['refund']);
    throw invalidRequest(
      `You cannot cancel this refund because it has a status of ${status}. Only refunds with a status of requires_action can be canceled.`,
    );
  },
});

const listAll = operation<Stripe.RefundListParams>({
  method: 'GET',
  path: '/v1/refunds',
  run({ world, params }) {
    const { charge, payment_intent: intent } = params;
    return list(
      {
        table: world.tables.refund,
        what: 'refund',
        url: '/v1/refunds',
        index: indexOf({ charge, payment_intent: intent }),
        keep: (refund) => intent === undefined || refund.payment_intent === intent,
      },
      params,
    );
  },
});

export const refundOperations = [create, retrieve, update, cancel, listAll];
