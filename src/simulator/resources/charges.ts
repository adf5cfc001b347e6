import type { Stripe } from 'stripe';
import { given, mergeMetadata, toShipping } from '../api/common-params.js';
import { missing } from '../api/errors.js';
import { list } from '../api/list.js';
import { operation } from '../api/operation.js';
import type { Charge } from '../objects/charge.js';
import type { World } from '../world.js';
import { customerParam } from './customers.js';
import { emit } from './events.js';

function inPath(world: World, id = ''): Charge {
  const charge = world.tables.charge.get(id);
  if (charge === undefined) throw missing('charge', id, 'id');
  return charge;
}

const retrieve = operation<Stripe.ChargeRetrieveParams>({
  method: 'GET',
  path: '/v1/charges/:charge',
  run: ({ world, path }) => inPath(world, path['charge']),
});

const update = operation<Stripe.ChargeUpdateParams>({
  method: 'POST',
  path: '/v1/charges/:charge',
  run({ world, path, params }) {
    const before = inPath(world, path['charge']);
    const charge = world.store.put(world.tables.charge, {
      ...before,
      customer: params.customer === undefined ? before.customer : customerParam(world, params.customer).id,
      description: given(params.description, before.description),
      metadata: mergeMetadata(before.metadata, params.metadata),
      receipt_email: given(params.receipt_email, before.receipt_email),
      ...(params.shipping === undefined ? {} : { shipping: toShipping(params.shipping) }),
      transfer_group: given(params.transfer_group, before.transfer_group),
    });
    emit(world, 'charge.updated', charge, before);
    return charge;
  },
});

const listAll = operation<Stripe.ChargeListParams>({
  method: 'GET',
  path: '/v1/charges',
  run({ world, params }) {
    const { payment_intent: intent, customer } = params;
    return list(
      {
        table: world.tables.charge,
        what: 'charge',
        url: '/v1/charges',
        index:
          intent !== undefined
            ? ['payment_intent', intent]
            : customer !== undefined
              ? ['customer', customer]
              : undefined,
        keep: (charge) =>
          (customer === undefined || charge.customer === customer) &&
          (params.transfer_group === undefined || charge.transfer_group === params.transfer_group),
      },
      params,
    );
  },
});

export const chargeOperations = [retrieve, update, listAll];
