import type { Stripe } from 'stripe';
import { missing } from '../../api/errors.js';
import { list } from '../../api/list.js';
import { operation } from '../../api/operation.js';
import { customerInPath } from './customers.js';

const listMethods = operation<Stripe.CustomerListPaymentMethodsParams>({
  method: 'GET',
  path: '/v1/customers/:customer/payment_methods',
  run({ world, path, params }) {
    const customer = customerInPath(world, path['customer']);
    return list(
      {
        table: world.tables.paymentMethod,
        what: 'payment_method',
        url: `/v1/customers/${customer.id}/payment_methods`,
        index: ['customer', customer.id],
        keep: (method) =>
          (params.type === undefined || method.type === params.type) &&
          (params.allow_redisplay === undefined || method.allow_redisplay === params.allow_redisplay),
      },
      params,
    );
  },
});

const retrieveMethod = operation<Stripe.CustomerRetrievePaymentMethodParams>({
  method: 'GET',
  path: '/v1/customers/:customer/payment_methods/:payment_method',
  run({ world, path }) {
    const customer = customerInPath(world, path['customer']);
    const method = world.tables.paymentMethod.get(path['payment_method'] ?? '');
    if (method?.customer !== customer.id)
      throw missing('PaymentMethod', path['payment_method'] ?? '', 'payment_method');
    return method;
  },
});

export const customerPaymentMethodOperations = [listMethods, retrieveMethod];
