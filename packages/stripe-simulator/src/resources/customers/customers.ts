import type { Stripe } from 'stripe';
import type { Read } from '../../api/read-types.js';
import { given, mergeMetadata, toAddress, toShipping } from '../../api/common-params.js';
import { invalidRequest, missing } from '../../api/errors.js';
import { list } from '../../api/list.js';
import { operation } from '../../api/operation.js';
import type { Customer } from '../../objects/customer.js';
import type { World } from '../../world.js';
import { emit } from '../events/events.js';
import { revokeMandates } from '../mandates/mandates.js';
import { attachTo, checkAttachable, detachFrom, usable } from '../payment-methods/payment-method.use.js';

/** The customer an id in a parameter means, or Stripe's 400. */
export function customerParam(world: World, id: string, param = 'customer'): Customer {
  const customer = world.tables.customer.get(id);
  if (customer === undefined) throw missing('customer', id, param, 400);
  return customer;
}

export function customerInPath(world: World, id = ''): Customer {
  const customer = world.tables.customer.get(id);
  if (customer === undefined) throw missing('customer', id, 'id');
  return customer;
}

function blank(world: World): Customer {
  return {
    id: world.ids.next('cus', 14),
    object: 'customer',
    address: null,
    balance: 0,
    created: world.clock.seconds(),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: world.ids.letters('invoice_prefix', 8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  };
}

type Params = Read<Stripe.CustomerUpdateParams>;

function changed(before: Customer, params: Params): Customer {
  const { address: sent, shipping: sentShipping } = params;
  const { business_name, individual_name, ...rest } = before;
  return {
    ...rest,
    ...(sent === undefined ? {} : { address: sent === null ? null : toAddress(sent, before.address ?? undefined) }),
    balance: given(params.balance, before.balance),
    ...named('business_name', given(params.business_name, business_name)),
    ...named('individual_name', given(params.individual_name, individual_name)),
    description: given(params.description, before.description),
    email: checkedEmail(given(params.email, before.email)),
    invoice_prefix: given(params.invoice_prefix, before.invoice_prefix),
    invoice_settings: changedInvoiceSettings(before.invoice_settings, params.invoice_settings),
    metadata: mergeMetadata(before.metadata, params.metadata),
    name: given(params.name, before.name),
    next_invoice_sequence: given(params.next_invoice_sequence, before.next_invoice_sequence),
    phone: given(params.phone, before.phone),
    preferred_locales: given(params.preferred_locales, before.preferred_locales),
    ...(sentShipping === undefined ? {} : { shipping: sentShipping === null ? null : toShipping(sentShipping) }),
    tax_exempt: given(params.tax_exempt, before.tax_exempt) ?? 'none',
  };
}

/** These two are absent where there is none. */
function named(property: 'business_name' | 'individual_name', value: string | null | undefined): Partial<Customer> {
  return value == null ? {} : { [property]: value };
}

/** A customer without what was asked for would be a trap. Older programs, whose `source` works, are served before this. */
function checkPlayed(params: { default_source?: unknown; source?: unknown; test_clock?: unknown }): void {
  for (const param of ['default_source', 'source', 'test_clock'] as const) {
    if (params[param] != null)
      throw invalidRequest(`The simulator does not play \`${param}\` of customers.`, { param });
  }
}

/** https://docs.stripe.com/error-codes#email-invalid: something, an at sign, a domain with a dot. */
function checkedEmail(email: string | null): string | null {
  if (email === null || /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(email)) return email;
  throw invalidRequest(`Invalid email address: ${email}`, { code: 'email_invalid', param: 'email' });
}

function changedInvoiceSettings(
  before: Customer['invoice_settings'],
  sent: Params['invoice_settings'],
): Customer['invoice_settings'] {
  if (sent === undefined) return before;
  const options = sent.rendering_options;
  return {
    custom_fields: given(sent.custom_fields, before.custom_fields),
    default_payment_method: given(sent.default_payment_method, before.default_payment_method),
    footer: given(sent.footer, before.footer),
    rendering_options:
      options === undefined || options === null
        ? given(options, before.rendering_options)
        : { amount_tax_display: options.amount_tax_display ?? null, template: options.template ?? null },
  };
}

/** Stores a new customer of these parameters. */
export function makeCustomer(world: World, params: Params): Customer {
  const customer = world.store.put(world.tables.customer, changed(blank(world), params));
  emit(world, 'customer.created', customer);
  return customer;
}

/** Stores the customer with these parameters applied. */
export function changeCustomer(world: World, before: Customer, params: Params): Customer {
  const customer = world.store.put(world.tables.customer, changed(before, params));
  emit(world, 'customer.updated', customer, before);
  return customer;
}

const create = operation<Stripe.CustomerCreateParams>({
  method: 'POST',
  path: '/v1/customers',
  run({ world, params }) {
    checkPlayed(params);
    const method =
      params.payment_method === undefined ? undefined : usable(world, params.payment_method, 'payment_method');
    if (method !== undefined) checkAttachable(world, method);
    const customer = makeCustomer(world, params);
    if (method !== undefined) attachTo(world, method, customer.id);
    return customer;
  },
});

const retrieve = operation<Stripe.CustomerRetrieveParams>({
  method: 'GET',
  path: '/v1/customers/:customer',
  run: ({ world, path }) =>
    world.tables.deletedCustomer.get(path['customer'] ?? '') ?? customerInPath(world, path['customer']),
});

const update = operation<Stripe.CustomerUpdateParams>({
  method: 'POST',
  path: '/v1/customers/:customer',
  run({ world, path, params }) {
    const before = customerInPath(world, path['customer']);
    checkPlayed(params);
    const method = params.invoice_settings?.default_payment_method;
    if (typeof method === 'string' && world.tables.paymentMethod.get(method)?.customer !== before.id) {
      throw missing('PaymentMethod', method, 'invoice_settings[default_payment_method]', 400);
    }
    return changeCustomer(world, before, params);
  },
});

const remove = operation<Stripe.CustomerDeleteParams>({
  method: 'DELETE',
  path: '/v1/customers/:customer',
  run({ world, path }) {
    const customer = customerInPath(world, path['customer']);
    for (const method of [...world.tables.paymentMethod.newest('customer', customer.id)]) {
      revokeMandates(world, method.id);
      detachFrom(world, method);
    }
    world.store.delete(world.tables.customer, customer.id);
    emit(world, 'customer.deleted', customer);
    return world.store.put(world.tables.deletedCustomer, { id: customer.id, object: 'customer', deleted: true });
  },
});

const listAll = operation<Stripe.CustomerListParams>({
  method: 'GET',
  path: '/v1/customers',
  run: ({ world, params }) =>
    list(
      {
        table: world.tables.customer,
        what: 'customer',
        url: '/v1/customers',
        index: typeof params.email === 'string' ? ['email', params.email] : undefined,
      },
      params,
    ),
});

export const customerOperations = [create, retrieve, update, remove, listAll];
