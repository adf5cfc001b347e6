import type { Stripe } from 'stripe';
import { given, mergeMetadata, toShipping } from '../../api/common-params.js';
import { invalidRequest, missing } from '../../api/errors.js';
import { indexOf, list } from '../../api/list.js';
import { operation } from '../../api/operation.js';
import type { Read } from '../../api/read-types.js';
import type { Charge } from '../../objects/charge.js';
import type { World } from '../../world.js';
import { captureCharge, createCharge } from './charge.create.js';
import { customerParam } from '../customers/customers.js';
import { emit } from '../events/events.js';

function inPath(world: World, id = ''): Charge {
  const charge = world.tables.charge.get(id);
  if (charge === undefined) throw missing('charge', id, 'id');
  return charge;
}

const create = operation<Stripe.ChargeCreateParams>({
  method: 'POST',
  path: '/v1/charges',
  run: ({ world, params }) => createCharge(world, params),
});

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
      customer: params.customer === undefined ? before.customer : newCustomer(world, before, params.customer),
      description: given(params.description, before.description),
      fraud_details: fraudDetails(before, params.fraud_details),
      metadata: mergeMetadata(before.metadata, params.metadata),
      receipt_email: given(params.receipt_email, before.receipt_email),
      ...(params.shipping === undefined ? {} : { shipping: toShipping(params.shipping) }),
      transfer_group: given(params.transfer_group, before.transfer_group),
    });
    emit(world, 'charge.updated', charge, before);
    return charge;
  },
});

/** A charge gets a customer once. */
function newCustomer(world: World, { customer }: Charge, wanted: string): string {
  const { id } = customerParam(world, wanted);
  if (customer === null || customer === id) return id;
  throw invalidRequest('You cannot change the customer of a charge that already has one.', { param: 'customer' });
}

function fraudDetails(
  { fraud_details: before }: Charge,
  sent: Read<Stripe.ChargeUpdateParams.FraudDetails> | undefined,
): Charge['fraud_details'] {
  if (sent === undefined) return before;
  return sent.user_report === null ? {} : { user_report: sent.user_report };
}

const capture = operation<Stripe.ChargeCaptureParams>({
  method: 'POST',
  path: '/v1/charges/:charge/capture',
  run: ({ world, path, params }) => captureCharge(world, inPath(world, path['charge']), params),
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
        index: indexOf({ payment_intent: intent, customer }),
        keep: (charge) =>
          (customer === undefined || charge.customer === customer) &&
          (params.transfer_group === undefined || charge.transfer_group === params.transfer_group),
      },
      params,
    );
  },
});

export const chargeOperations = [create, retrieve, update, capture, listAll];
