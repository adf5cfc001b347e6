import type { Row, Table } from '../state/table.js';
import type { World } from '../world.js';
import { invalidRequest } from './errors.js';

type Json = Record<string, unknown>;
type Lookup = (world: World, id: string, owner: Json) => unknown;

function row(pick: (world: World) => Table<Row>): Lookup {
  return (world, id) => pick(world).get(id);
}

const customer: Lookup = (world, id) => world.tables.customer.get(id) ?? world.tables.deletedCustomer.get(id);
const paymentMethod = row((world) => world.tables.paymentMethod);
const paymentIntent = row((world) => world.tables.paymentIntent);
const charge = row((world) => world.tables.charge);
const balanceTransaction = row((world) => world.tables.balanceTransaction);

/** Which properties of which object hold ids that `expand` replaces by the object. */
const EXPANDABLE: Record<string, Record<string, Lookup>> = {
  customer: {},
  payment_method: { customer },
  payment_intent: { customer, latest_charge: charge, payment_method: paymentMethod },
  setup_intent: { customer, payment_method: paymentMethod },
  charge: { balance_transaction: balanceTransaction, customer, payment_intent: paymentIntent },
  refund: {
    balance_transaction: balanceTransaction,
    charge,
    customer,
    failure_balance_transaction: balanceTransaction,
    payment_intent: paymentIntent,
    payment_method: paymentMethod,
  },
  dispute: { charge, payment_intent: paymentIntent },
  balance_transaction: {
    source: (world, id) => world.tables.charge.get(id) ?? world.tables.refund.get(id) ?? world.tables.dispute.get(id),
  },
};

/** Properties that hold an object of their own, through which a path may go on. */
const NESTED: Record<string, readonly string[]> = { customer: ['invoice_settings'] };

/** Stripe's limit, https://docs.stripe.com/expand */
const MAX_DEPTH = 4;

/** The answer with the asked ids replaced by their objects. The stored rows stay as they are. */
export function expandAnswer(world: World, answer: unknown, paths: readonly string[]): unknown {
  let expanded = answer;
  for (const [index, path] of paths.entries()) {
    const segments = path.split('.');
    const depth = segments[0] === 'data' ? segments.length - 1 : segments.length;
    if (depth > MAX_DEPTH) {
      throw invalidRequest(`You cannot expand more than ${MAX_DEPTH} levels of a property. Property: ${path}`, {
        param: `expand[${index}]`,
      });
    }
    expanded = expandPath(world, expanded, segments, { path, index });
  }
  return expanded;
}

interface Asked {
  path: string;
  index: number;
}

function expandPath(world: World, value: unknown, segments: readonly string[], asked: Asked): unknown {
  const [segment, ...rest] = segments;
  if (segment === undefined || typeof value !== 'object' || value === null) return value;
  const object = value as Json;
  if (object['object'] === 'list') {
    if (segment !== 'data' || !Array.isArray(object['data'])) throw notExpandable(asked);
    return { ...object, data: object['data'].map((item: unknown) => expandPath(world, item, rest, asked)) };
  }
  const kind = typeof object['object'] === 'string' ? object['object'] : '';
  const nested = NESTED[kind]?.includes(segment) === true;
  const lookup = lookupOf(kind, object, segment);
  if (nested) return { ...object, [segment]: expandPath(world, object[segment], rest, asked) };
  if (lookup === undefined) throw notExpandable(asked);
  const held = object[segment];
  const target = typeof held === 'string' ? (lookup(world, held, object) ?? held) : held;
  return { ...object, [segment]: expandPath(world, target, rest, asked) };
}

function lookupOf(kind: string, object: Json, segment: string): Lookup | undefined {
  // invoice_settings of a customer has no `object` of its own.
  if (kind === '' && segment === 'default_payment_method' && segment in object) return paymentMethod;
  const known = EXPANDABLE[kind];
  return known !== undefined && Object.hasOwn(known, segment) ? known[segment] : undefined;
}

function notExpandable(asked: Asked) {
  return invalidRequest(`This property cannot be expanded (${asked.path}).`, { param: `expand[${asked.index}]` });
}
