import type { Stripe } from 'stripe';
import { operation } from '../api/operation.js';
import { search } from '../search/search.js';

const charges = operation<Stripe.ChargeSearchParams>({
  method: 'GET',
  path: '/v1/charges/search',
  run: ({ world, params }) => search(world, { table: world.tables.charge, resource: 'charges' }, params),
});

const customers = operation<Stripe.CustomerSearchParams>({
  method: 'GET',
  path: '/v1/customers/search',
  run: ({ world, params }) => search(world, { table: world.tables.customer, resource: 'customers' }, params),
});

const paymentIntents = operation<Stripe.PaymentIntentSearchParams>({
  method: 'GET',
  path: '/v1/payment_intents/search',
  run: ({ world, params }) => search(world, { table: world.tables.paymentIntent, resource: 'payment_intents' }, params),
});

export const searchOperations = [charges, customers, paymentIntents];
