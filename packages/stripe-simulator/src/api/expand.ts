import { withTotalCount } from '../search/search.js';
import type { World } from '../world.js';
import { lineItemsOf } from '../resources/checkout-sessions/checkout-session.finish.js';
import { invalidRequest } from './errors.js';
import { list } from './list.js';

type Json = Record<string, unknown>;

interface Expandable {
  /** What the object found is, for the rest of a path. */
  kind: string;
  find(world: World, id: string): unknown;
  /** For a property that is not there at all until it is asked for: what it holds, by the id of the object it is in. */
  include?(world: World, owner: string): unknown;
}

const customer: Expandable = {
  kind: 'customer',
  find: ({ tables }, id) => tables.customer.get(id) ?? tables.deletedCustomer.get(id),
};
const paymentMethod: Expandable = { kind: 'payment_method', find: ({ tables }, id) => tables.paymentMethod.get(id) };
const paymentIntent: Expandable = { kind: 'payment_intent', find: ({ tables }, id) => tables.paymentIntent.get(id) };
const charge: Expandable = { kind: 'charge', find: ({ tables }, id) => tables.charge.get(id) };
const balanceTransaction: Expandable = {
  kind: 'balance_transaction',
  find: ({ tables }, id) => tables.balanceTransaction.get(id),
};
const mandate: Expandable = { kind: 'mandate', find: ({ tables }, id) => tables.mandate.get(id) };
const setupAttempt: Expandable = { kind: 'setup_attempt', find: ({ tables }, id) => tables.setupAttempt.get(id) };
const refund: Expandable = { kind: 'refund', find: ({ tables }, id) => tables.refund.get(id) };
const location: Expandable = {
  kind: 'terminal.location',
  find: ({ tables }, id) => tables.location.get(id) ?? tables.deletedLocation.get(id),
};
/** Of any kind, so that a path cannot go on behind it. */
const source: Expandable = {
  kind: '',
  find: ({ tables }, id) =>
    tables.charge.get(id) ?? tables.refund.get(id) ?? tables.dispute.get(id) ?? tables.payout.get(id),
};
const payout: Expandable = { kind: 'payout', find: ({ tables }, id) => tables.payout.get(id) };
const bankAccount: Expandable = { kind: 'bank_account', find: ({ tables }, id) => tables.bankAccount.get(id) };
/** A number that search counts only when it is asked for. */
const totalCount: Expandable = { kind: '', find: () => undefined };
const setupIntent: Expandable = { kind: 'setup_intent', find: ({ tables }, id) => tables.setupIntent.get(id) };
const price: Expandable = { kind: 'price', find: ({ tables }, id) => tables.price.get(id) };
const product: Expandable = { kind: 'product', find: ({ tables }, id) => tables.product.get(id) };
/** A property that holds an object of its own, through which a path may go on. */
const within = (kind: string): Expandable => ({ kind, find: () => undefined });
const lineItems: Expandable = {
  kind: 'line_items',
  find: () => undefined,
  include(world, owner) {
    const session = world.tables.checkoutSession.get(owner);
    return session === undefined ? undefined : lineItemsOf(world, session);
  },
};
/** The newest refunds of a charge. */
const refunds: Expandable = {
  kind: 'refunds',
  find: () => undefined,
  include: (world, owner) =>
    list(
      { table: world.tables.refund, what: 'refund', url: `/v1/charges/${owner}/refunds`, index: ['charge', owner] },
      {},
    ),
};

/** Which properties of which object hold ids that `expand` replaces by the object. */
const EXPANDABLE: Record<string, Record<string, Expandable>> = {
  balance_transaction: { source },
  charge: { balance_transaction: balanceTransaction, customer, payment_intent: paymentIntent, refunds },
  'checkout.session': { customer, line_items: lineItems, payment_intent: paymentIntent, setup_intent: setupIntent },
  customer: { invoice_settings: within('invoice_settings') },
  dispute: { charge, payment_intent: paymentIntent },
  invoice_settings: { default_payment_method: paymentMethod },
  item: { price },
  line_items: { data: within('item') },
  mandate: { payment_method: paymentMethod },
  payment_intent: { customer, latest_charge: charge, payment_method: paymentMethod },
  payment_method: { customer },
  payout: {
    balance_transaction: balanceTransaction,
    destination: bankAccount,
    failure_balance_transaction: balanceTransaction,
    original_payout: payout,
    reversed_by: payout,
  },
  price: { product },
  product: { default_price: price },
  refund: {
    balance_transaction: balanceTransaction,
    charge,
    customer,
    failure_balance_transaction: balanceTransaction,
    payment_intent: paymentIntent,
    payment_method: paymentMethod,
  },
  refunds: { data: within('refund') },
  setup_attempt: { customer, payment_method: paymentMethod, setup_intent: setupIntent },
  setup_intent: {
    customer,
    latest_attempt: setupAttempt,
    mandate,
    payment_method: paymentMethod,
    single_use_mandate: mandate,
  },
  'terminal.reader': { action: within('reader_action'), location },
  reader_action: {
    process_payment_intent: within('process_payment_intent'),
    process_setup_intent: within('process_setup_intent'),
    refund_payment: within('refund_payment'),
  },
  process_payment_intent: { payment_intent: paymentIntent },
  process_setup_intent: { setup_intent: setupIntent },
  refund_payment: { charge, payment_intent: paymentIntent, refund },
};

/** What the operations under a path's last plural answer with. */
const ANSWERS: Record<string, string> = {
  balance_transactions: 'balance_transaction',
  charges: 'charge',
  customers: 'customer',
  disputes: 'dispute',
  line_items: 'item',
  locations: 'terminal.location',
  mandates: 'mandate',
  payment_intents: 'payment_intent',
  payment_methods: 'payment_method',
  payouts: 'payout',
  prices: 'price',
  products: 'product',
  readers: 'terminal.reader',
  refunds: 'refund',
  sessions: 'checkout.session',
  setup_attempts: 'setup_attempt',
  setup_intents: 'setup_intent',
};

/** Stripe's limit, https://docs.stripe.com/expand */
const MAX_DEPTH = 4;

/** Refuses paths that lead nowhere, before anything is done. `operation` is the path of the operation. */
export function checkExpand(operation: string, paths: readonly string[]): void {
  const plural = operation.split('/').findLast((segment) => Object.hasOwn(ANSWERS, segment)) ?? '';
  const searched = operation.endsWith('/search');
  const listed = searched || operation.endsWith(plural);
  for (const [index, path] of paths.entries()) {
    const segments = path.split('.');
    // The answer of a create has the path of the list: there `data` is not a property.
    if (segments[0] === 'data' && listed) segments.shift();
    if (segments.length > MAX_DEPTH) {
      throw invalidRequest(`You cannot expand more than ${MAX_DEPTH} levels of a property. Property: ${path}`, {
        param: `expand[${index}]`,
      });
    }
    let kind = ANSWERS[plural] ?? '';
    for (const segment of segments) {
      const next = searched && path === 'total_count' ? totalCount : expandable(kind, segment);
      if (next === undefined) {
        throw invalidRequest(`This property cannot be expanded (${path}).`, { param: `expand[${index}]` });
      }
      kind = next.kind;
    }
  }
}

/** The answer with the asked ids replaced by their objects. The stored rows stay as they are. */
export function expandAnswer(world: World, answer: unknown, paths: readonly string[]): unknown {
  let expanded = answer;
  for (const path of paths) expanded = expandPath(world, expanded, path.split('.'), kindOf(expanded));
  return expanded;
}

function expandPath(world: World, value: unknown, segments: readonly string[], kind: string): unknown {
  const [segment, ...rest] = segments;
  if (segment === undefined || !isHash(value)) return value;
  const held = value[segment];
  if (kind === 'search_result' && segment === 'total_count') return withTotalCount(value);
  if (kind === 'list' || kind === 'search_result') {
    if (!Array.isArray(held)) return value;
    return { ...value, [segment]: held.map((item: unknown) => expandPath(world, item, rest, kindOf(item))) };
  }
  const next = expandable(kind, segment);
  if (next === undefined) return value;
  const { id } = value;
  const included = held === undefined && typeof id === 'string' ? next.include?.(world, id) : undefined;
  const target = typeof held === 'string' ? (next.find(world, held) ?? held) : (included ?? held);
  return { ...value, [segment]: expandPath(world, target, rest, isList(target) ? 'list' : next.kind) };
}

function expandable(kind: string, segment: string): Expandable | undefined {
  const known = EXPANDABLE[kind];
  return known !== undefined && Object.hasOwn(known, segment) ? known[segment] : undefined;
}

function isList(value: unknown): boolean {
  return kindOf(value) === 'list';
}

function kindOf(value: unknown): string {
  return isHash(value) && typeof value['object'] === 'string' ? value['object'] : '';
}

function isHash(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}
