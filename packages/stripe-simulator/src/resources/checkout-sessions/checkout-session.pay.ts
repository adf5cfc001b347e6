import { invalidRequest } from '../../api/errors.js';
import type { CheckoutSession } from '../../objects/checkout-session.js';
import type { Address } from '../../objects/common.js';
import type { PaymentIntent } from '../../objects/payment-intent.js';
import type { PaymentMethod } from '../../objects/payment-method.js';
import type { SetupIntent } from '../../objects/setup-intent.js';
import type { World } from '../../world.js';
import { CHECKOUT } from './checkout-session.make.js';
import { completeSession, termsOf } from './checkout-session.finish.js';
import { changeCustomer, makeCustomer } from '../customers/customers.js';
import { emit } from '../events/events.js';
import { confirm } from '../payment-intents/payment-intent.confirm.js';
import { changeIntent, makeIntent } from '../payment-intents/payment-intent.make.js';
import { confirmSetup } from '../setup-intents/setup-intent.confirm.js';
import { changeSetup } from '../setup-intents/setup-intents.js';

/** Who pays, as typed on the page. */
export interface Buyer {
  address: Address | null;
  email: string | null;
  name: string | null;
  phone: string | null;
}

/**
 * The buyer pays, or saves the method in setup mode. The session is complete afterwards unless the cardholder has to
 * authenticate first. Throws the 402 of a decline; the session stays open then.
 */
export function pay(world: World, open: CheckoutSession, method: PaymentMethod, buyer: Buyer): CheckoutSession {
  checkPayable(open);
  checkMethod(open, method);
  const session = withBuyer(world, open, buyer);
  const page = `${world.url}${CHECKOUT}${session.id}`;
  if (session.mode === 'setup')
    confirmSetup(world, setupOf(world, session, method), { return_url: page }, 'publishable');
  else confirm(world, intentOf(world, session, method), { return_url: page }, 'publishable');
  return world.tables.checkoutSession.get(session.id) ?? session;
}

/** Nothing is due, so nothing is asked for. */
export function finishFree(world: World, open: CheckoutSession, buyer: Buyer): CheckoutSession {
  checkPayable(open);
  return completeSession(world, withBuyer(world, open, buyer), false);
}

function checkPayable(session: CheckoutSession): void {
  if (session.status === 'open') return;
  const why = session.status === 'expired' ? 'has expired' : 'has already been completed';
  throw invalidRequest(`This Checkout Session ${why}.`, { code: 'checkout_session_unexpected_state' });
}

function checkMethod(session: CheckoutSession, method: PaymentMethod): void {
  if (session.payment_method_types.some((type) => type === method.type)) return;
  throw invalidRequest(
    `The PaymentMethod provided (${method.type}) is not allowed for this Checkout Session. It must be one of: ${session.payment_method_types.join(', ')}.`,
    { param: 'payment_method' },
  );
}

/** The session with what the buyer said, and the customer that it is kept under, if there is to be one. */
function withBuyer(world: World, session: CheckoutSession, buyer: Buyer): CheckoutSession {
  return world.store.put(world.tables.checkoutSession, {
    ...session,
    collected_information: { business_name: null, individual_name: null, shipping_details: null },
    customer: customerOf(world, session, buyer),
    customer_details: {
      address: session.mode === 'setup' ? null : buyer.address,
      business_name: null,
      email: buyer.email,
      individual_name: null,
      name: buyer.name,
      phone: buyer.phone,
      tax_exempt: session.customer_details?.tax_exempt ?? 'none',
      tax_ids: [],
    },
  });
}

function customerOf(world: World, session: CheckoutSession, buyer: Buyer): string | null {
  const known = world.tables.customer.get(session.customer ?? '');
  if (known !== undefined) {
    // Checkout sets the e-mail of a customer that has none.
    if (known.email === null && buyer.email !== null) changeCustomer(world, known, { email: buyer.email });
    return known.id;
  }
  const kept = session.mode === 'payment' && termsOf(world, session).intent.setup_future_usage !== undefined;
  if (session.customer_creation !== 'always' && !kept) return null;
  const { address, ...about } = buyer;
  return makeCustomer(world, { ...about, ...(address === null ? {} : { address }) }).id;
}

/** The session's PaymentIntent, made at the first attempt, with the method of this one. */
function intentOf(world: World, session: CheckoutSession, method: PaymentMethod): PaymentIntent {
  const present = world.tables.paymentIntent.get(session.payment_intent ?? '') ?? newIntent(world, session);
  return changeIntent(world, present, { payment_method: method.id });
}

function newIntent(world: World, session: CheckoutSession): PaymentIntent {
  const { intent } = termsOf(world, session);
  const made = makeIntent(world, {
    ...intent,
    allowed_payment_method_types: session.payment_method_types,
    amount: session.amount_total ?? 0,
    currency: session.currency ?? '',
    ...(session.customer === null ? {} : { customer: session.customer }),
    payment_method_options: session.payment_method_options,
  });
  world.store.put(world.tables.paymentIntent, made);
  emit(world, 'payment_intent.created', made);
  world.store.put(world.tables.checkoutSession, { ...session, payment_intent: made.id });
  return made;
}

function setupOf(world: World, session: CheckoutSession, method: PaymentMethod): SetupIntent {
  const present = world.tables.setupIntent.get(session.setup_intent ?? '');
  if (present === undefined) throw new Error(`${session.id} has no SetupIntent`);
  return changeSetup(world, present, {
    payment_method: method.id,
    ...(session.customer === null ? {} : { customer: session.customer }),
  });
}
