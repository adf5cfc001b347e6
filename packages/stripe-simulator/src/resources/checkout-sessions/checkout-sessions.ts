import type { Stripe } from 'stripe';
import { mergeMetadata } from '../../api/common-params.js';
import { invalidRequest, missing } from '../../api/errors.js';
import { indexOf, list } from '../../api/list.js';
import { operation } from '../../api/operation.js';
import type { Read } from '../../api/read-types.js';
import type { CheckoutSession } from '../../objects/checkout-session.js';
import type { World } from '../../world.js';
import { expireInTime, expireSession, lineItemsOf, termsOf } from './checkout-session.finish.js';
import { makeSession, totalOf } from './checkout-session.make.js';
import { checkTotal } from './checkout-session.params.js';
import { emit } from '../events/events.js';
import { makeLineItems } from './line-items.js';
import { makeSetup } from '../setup-intents/setup-intents.js';

/** Parameters of an update that need a page made with Stripe.js. */
const ONLY_EMBEDDED = ['collected_information', 'payment_intent_data', 'shipping_options'] as const;

export function sessionInPath(world: World, id = ''): CheckoutSession {
  const session = world.tables.checkoutSession.get(id);
  if (session === undefined) throw missing('checkout.session', id, 'session');
  return session;
}

const create = operation<Stripe.Checkout.SessionCreateParams>({
  method: 'POST',
  path: '/v1/checkout/sessions',
  run({ world, params }) {
    const { session, terms } = makeSession(world, params);
    world.store.put(world.tables.checkoutTerms, terms);
    const made = world.store.put(world.tables.checkoutSession, withSetup(world, session, params.setup_intent_data));
    expireInTime(world, made);
    return made;
  },
});

/** In setup mode the SetupIntent is there from the start. */
function withSetup(
  world: World,
  session: CheckoutSession,
  data: Read<Stripe.Checkout.SessionCreateParams>['setup_intent_data'],
): CheckoutSession {
  if (session.mode !== 'setup') return session;
  const setup = makeSetup(world, {
    allowed_payment_method_types: session.payment_method_types,
    ...(session.customer === null ? {} : { customer: session.customer }),
    description: data?.description ?? undefined,
    metadata: mergeMetadata({}, data?.metadata),
    on_behalf_of: data?.on_behalf_of,
  });
  world.store.put(world.tables.setupIntent, setup);
  emit(world, 'setup_intent.created', setup);
  return { ...session, setup_intent: setup.id };
}

const retrieve = operation<Stripe.Checkout.SessionRetrieveParams>({
  method: 'GET',
  path: '/v1/checkout/sessions/:session',
  run: ({ world, path }) => sessionInPath(world, path['session']),
});

const update = operation<Stripe.Checkout.SessionUpdateParams>({
  method: 'POST',
  path: '/v1/checkout/sessions/:session',
  run({ world, path, params }) {
    const before = sessionInPath(world, path['session']);
    for (const name of ONLY_EMBEDDED) {
      if (params[name] !== undefined) {
        throw invalidRequest(`\`${name}\` can only be updated when \`ui_mode\` is \`embedded_page\` or \`elements\`.`, {
          param: name,
        });
      }
    }
    const metadata = mergeMetadata(before.metadata, params.metadata);
    const changed = params.line_items === undefined ? before : withItems(world, before, params.line_items);
    return world.store.put(world.tables.checkoutSession, { ...changed, metadata });
  },
});

type ItemParams = NonNullable<Read<Stripe.Checkout.SessionUpdateParams>['line_items']>;

/** The session with other lines. Nobody may have begun to pay. */
function withItems(world: World, session: CheckoutSession, params: ItemParams): CheckoutSession {
  if (session.mode !== 'payment' || session.status !== 'open' || session.payment_intent !== null) {
    throw invalidRequest('The line items of this Checkout Session can no longer be updated.', { param: 'line_items' });
  }
  const terms = termsOf(world, session);
  const items = makeLineItems(world, params, terms.items);
  const currency = items[0]?.currency;
  if (currency === undefined || currency !== session.currency) {
    throw invalidRequest('The line items must have the currency of the Checkout Session.', { param: 'line_items' });
  }
  const total = totalOf(items);
  checkTotal(total, currency);
  world.store.put(world.tables.checkoutTerms, { ...terms, items });
  return {
    ...session,
    amount_subtotal: total,
    amount_total: total,
    payment_status: total === 0 ? 'no_payment_required' : 'unpaid',
  };
}

const expire = operation<Stripe.Checkout.SessionExpireParams>({
  method: 'POST',
  path: '/v1/checkout/sessions/:session/expire',
  run: ({ world, path }) => expireSession(world, sessionInPath(world, path['session'])),
});

const listAll = operation<Stripe.Checkout.SessionListParams>({
  method: 'GET',
  path: '/v1/checkout/sessions',
  run({ world, params }) {
    const { customer, customer_details: details, payment_intent: intent, payment_link, status, subscription } = params;
    return list(
      {
        table: world.tables.checkoutSession,
        what: 'checkout.session',
        url: '/v1/checkout/sessions',
        index: indexOf({ payment_intent: intent, customer }),
        keep: (session) =>
          payment_link === undefined &&
          subscription === undefined &&
          (customer === undefined || session.customer === customer) &&
          (status === undefined || session.status === status) &&
          (details === undefined || session.customer_details?.email === details.email),
      },
      params,
    );
  },
});

const listLineItems = operation<Stripe.Checkout.SessionListLineItemsParams>({
  method: 'GET',
  path: '/v1/checkout/sessions/:session/line_items',
  run: ({ world, path, params }) => lineItemsOf(world, sessionInPath(world, path['session']), params),
});

export const checkoutSessionOperations = [create, retrieve, update, expire, listAll, listLineItems];
