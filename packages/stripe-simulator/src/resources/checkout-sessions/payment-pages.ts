import { invalidRequest, missingParam } from '../../api/errors.js';
import { operation } from '../../api/operation.js';
import type { CheckoutSession } from '../../objects/checkout-session.js';
import type { World } from '../../world.js';
import { pay } from './checkout-session.pay.js';
import { sessionInPath } from './checkout-sessions.js';
import { usable } from '../payment-methods/payment-method.use.js';

/**
 * What Stripe's hosted page itself calls, and with it `stripe trigger checkout.session.…`. No document describes it; the
 * simulator takes what the Stripe CLI sends.
 */
const retrieve = operation({
  internal: true,
  method: 'GET',
  path: '/v1/payment_pages/:session',
  run: ({ world, path }) => pageOf(world, sessionInPath(world, path['session'])),
});

const confirmIt = operation<{ payment_method?: unknown; expected_amount?: unknown }>({
  internal: true,
  method: 'POST',
  path: '/v1/payment_pages/:session/confirm',
  run({ world, path, params }) {
    const session = sessionInPath(world, path['session']);
    const { payment_method: id, expected_amount: expected } = params;
    if (typeof id !== 'string') throw missingParam('payment_method');
    if (expected !== undefined && expected !== String(session.amount_total)) {
      throw invalidRequest('The amount of this Checkout Session has changed.', { param: 'expected_amount' });
    }
    const method = usable(world, id, 'payment_method');
    const { address, email, name, phone } = method.billing_details;
    return pageOf(world, pay(world, session, method, { address, email, name, phone }));
  },
});

function pageOf(world: World, session: CheckoutSession) {
  return {
    id: `ppage_${world.ids.of(session.id, 24)}`,
    object: 'payment_page',
    livemode: false,
    mode: session.mode,
    payment_intent: session.payment_intent,
    payment_method_types: session.payment_method_types,
    payment_status: session.payment_status,
    session_id: session.id,
    setup_intent: session.setup_intent,
    state: session.status === 'open' ? 'active' : session.status,
  };
}

export const paymentPageOperations = [retrieve, confirmIt];
