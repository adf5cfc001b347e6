import type Stripe from 'stripe';
import { idOf, refused } from '../../support.js';
import { type Entry, group } from '../check.js';
import { BACK, chargeOf, confirm, hold, open, pay } from '../payments.js';
import type { Target } from '../target.js';

const LIFE = 'payments/paymentintents/lifecycle';
const SETUP = 'payments/setup-intents';

async function expectUnexpectedState(attempt: Promise<unknown>, id: string, status: string): Promise<void> {
  const error = await refused(attempt);
  expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
  expect(error.payment_intent).toMatchObject({ id, status });
}

/** A hosted page that asks for 19.99 USD. */
function checkout(target: Target) {
  return target.stripe.checkout.sessions.create({
    mode: 'payment',
    success_url: BACK,
    line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 1999, product_data: { name: 'Tea' } } }],
  });
}

/** How to bring a PaymentIntent into a status that can be canceled. */
const CANCELABLE: [id: string, status: string, make: (target: Target) => Promise<Stripe.PaymentIntent>][] = [
  ['TRN-11', 'requires_payment_method', (t) => open(t)],
  ['TRN-12', 'requires_confirmation', (t) => open(t, { payment_method: 'pm_card_visa' })],
  ['TRN-13', 'requires_action', (t) => pay(t, 'pm_card_threeDSecure2Required')],
  ['TRN-14', 'requires_capture', (t) => hold(t)],
];

const ENTRIES: Entry[] = [
  [
    'TRN-01',
    'without a payment method: requires_payment_method, with a client secret',
    LIFE,
    async (t) => {
      const intent = await open(t);
      expect(intent).toMatchObject({ object: 'payment_intent', status: 'requires_payment_method', livemode: false });
      expect(intent).toMatchObject({ amount: 1999, currency: 'usd', amount_received: 0, latest_charge: null });
      expect(intent.client_secret).toMatch(new RegExp(`^${intent.id}_secret_`));
    },
  ],
  [
    'TRN-02',
    'created with a payment method: requires_confirmation',
    LIFE,
    async (t) => {
      expect((await open(t, { payment_method: 'pm_card_visa' })).status).toBe('requires_confirmation');
    },
  ],
  [
    'TRN-03',
    'given a payment method later: requires_confirmation',
    LIFE,
    async (t) => {
      const { id } = await open(t);
      const updated = await t.stripe.paymentIntents.update(id, { payment_method: 'pm_card_visa' });
      expect(updated.status).toBe('requires_confirmation');
    },
  ],
  [
    'TRN-04',
    'confirmed: succeeded, with the whole amount and a captured charge',
    LIFE,
    async (t) => {
      const paid = await confirm(t, (await open(t)).id, 'pm_card_visa');
      expect(paid).toMatchObject({ status: 'succeeded', amount_received: 1999, amount_capturable: 0 });
      expect(await chargeOf(t, paid)).toMatchObject({
        status: 'succeeded',
        paid: true,
        captured: true,
        amount_captured: 1999,
        payment_intent: paid.id,
      });
    },
  ],
  [
    'TRN-05',
    'created and confirmed in one call: succeeded',
    'api/payment_intents/create#create_payment_intent-confirm',
    async (t) => {
      expect(await pay(t, 'pm_card_visa')).toMatchObject({ status: 'succeeded', last_payment_error: null });
    },
  ],
  [
    'TRN-06',
    'declined: back to requires_payment_method, with the reason',
    LIFE,
    async (t) => {
      const { id } = await open(t);
      const error = await refused(confirm(t, id, 'pm_card_visa_chargeDeclined'));
      expect(error.payment_intent).toMatchObject({ id, status: 'requires_payment_method' });
      const intent = await t.stripe.paymentIntents.retrieve(id);
      expect(intent).toMatchObject({ status: 'requires_payment_method', payment_method: null, amount_received: 0 });
      expect(intent.last_payment_error).toMatchObject({ type: 'card_error', code: 'card_declined' });
    },
  ],
  [
    'TRN-07',
    'declined, then paid with another card',
    LIFE,
    async (t) => {
      const { id } = await open(t);
      await refused(confirm(t, id, 'pm_card_visa_chargeDeclined'));
      const paid = await confirm(t, id, 'pm_card_visa');
      expect(paid).toMatchObject({ status: 'succeeded', last_payment_error: null });
      expect((await t.stripe.charges.list({ payment_intent: id })).data.map(({ status }) => status)).toEqual([
        'succeeded',
        'failed',
      ]);
    },
  ],
  [
    'TRN-08',
    'authentication needed: requires_action with a page and the way back; nothing is charged yet',
    'payments/3d-secure/authentication-flow',
    async (t) => {
      const intent = await confirm(t, (await open(t)).id, 'pm_card_threeDSecure2Required');
      expect(intent).toMatchObject({ status: 'requires_action', amount_received: 0 });
      expect(intent.next_action?.redirect_to_url?.url).toMatch(/^https?:/);
      expect(intent.next_action?.redirect_to_url?.return_url).toBe(BACK);
    },
  ],
  [
    'TRN-09',
    'error_on_requires_action: the attempt fails instead of asking',
    'api/payment_intents/confirm#confirm_payment_intent-error_on_requires_action',
    async (t) => {
      const { id } = await open(t);
      const error = await refused(
        t.stripe.paymentIntents.confirm(id, {
          payment_method: 'pm_card_threeDSecure2Required',
          return_url: BACK,
          error_on_requires_action: true,
        }),
      );
      expect(error.statusCode).toBe(402);
      expect((await t.stripe.paymentIntents.retrieve(id)).status).toBe('requires_payment_method');
    },
  ],
  [
    'TRN-10',
    'automatic payment methods are on unless told otherwise',
    'api/payment_intents/create#create_payment_intent-automatic_payment_methods',
    async (t) => {
      expect((await open(t)).automatic_payment_methods?.enabled).toBe(true);
    },
  ],
  ...CANCELABLE.map(([id, status, make]): Entry => [
    id,
    `canceled from ${status}`,
    'api/payment_intents/cancel',
    async (t) => {
      const intent = await make(t);
      expect(intent.status).toBe(status);
      const canceled = await t.stripe.paymentIntents.cancel(intent.id, { cancellation_reason: 'abandoned' });
      expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned', amount_capturable: 0 });
      expect(canceled.canceled_at).toBeGreaterThan(0);
    },
  ]),
  ...(['confirm', 'cancel', 'capture'] as const).map((verb, n): Entry => [
    `TRN-${15 + n}`,
    `succeeded is final: ${verb} is payment_intent_unexpected_state, with the PaymentIntent in the error`,
    'error-codes#payment-intent-unexpected-state',
    async (t) => {
      const { id } = await pay(t, 'pm_card_visa');
      await expectUnexpectedState(
        verb === 'confirm' ? confirm(t, id, 'pm_card_visa') : t.stripe.paymentIntents[verb](id),
        id,
        'succeeded',
      );
    },
  ]),
  ...(['confirm', 'cancel', 'capture'] as const).map((verb, n): Entry => [
    `TRN-${18 + n}`,
    `canceled is final: ${verb} is payment_intent_unexpected_state`,
    'error-codes#payment-intent-unexpected-state',
    async (t) => {
      const { id } = await open(t);
      await t.stripe.paymentIntents.cancel(id);
      await expectUnexpectedState(
        verb === 'confirm' ? confirm(t, id, 'pm_card_visa') : t.stripe.paymentIntents[verb](id),
        id,
        'canceled',
      );
    },
  ]),
  [
    'TRN-21',
    'the amount changes before the confirm, and the new one is charged',
    'api/payment_intents/update',
    async (t) => {
      const { id } = await open(t);
      expect((await t.stripe.paymentIntents.update(id, { amount: 2500 })).amount).toBe(2500);
      expect(await confirm(t, id, 'pm_card_visa')).toMatchObject({ amount: 2500, amount_received: 2500 });
    },
  ],
  [
    'TRN-22',
    'the amount does not change once it is paid',
    'api/payment_intents/update',
    async (t) => {
      const { id } = await pay(t, 'pm_card_visa');
      expect((await refused(t.stripe.paymentIntents.update(id, { amount: 2500 }))).statusCode).toBe(400);
      expect((await t.stripe.paymentIntents.retrieve(id)).amount).toBe(1999);
    },
  ],
  [
    'TRN-23',
    'metadata and description change also after it is paid',
    'api/payment_intents/update',
    async (t) => {
      const { id } = await pay(t, 'pm_card_visa');
      const updated = await t.stripe.paymentIntents.update(id, { description: 'Order 7', metadata: { order: '7' } });
      expect(updated).toMatchObject({ description: 'Order 7', metadata: { order: '7' }, status: 'succeeded' });
    },
  ],
  [
    'TRN-24',
    'setup_future_usage keeps the card with the customer',
    'payments/save-during-payment',
    async (t) => {
      const { id: customer } = await t.stripe.customers.create();
      const paid = await pay(t, 'pm_card_visa', { customer, setup_future_usage: 'off_session' });
      const { data } = await t.stripe.customers.listPaymentMethods(customer);
      expect(data.map(({ id }) => id)).toEqual([idOf(paid.payment_method)]);
    },
  ],
  [
    'TRN-25',
    'a saved card pays without the customer',
    'payments/save-and-reuse#charge-saved-payment-method',
    async (t) => {
      const { id: customer } = await t.stripe.customers.create();
      const { id } = await t.stripe.paymentMethods.attach('pm_card_visa', { customer });
      expect(await pay(t, id, { customer, off_session: true })).toMatchObject({ status: 'succeeded', customer });
    },
  ],
  [
    'TRN-26',
    'a card that paid without a customer cannot be used again',
    'api/payment_methods',
    async (t) => {
      const { payment_method } = await pay(t, 'pm_card_visa');
      expect((await refused(pay(t, idOf(payment_method)))).statusCode).toBe(400);
    },
  ],
  [
    'TRN-27',
    'one customer’s card does not pay for another',
    'api/payment_methods/attach',
    async (t) => {
      const [ada, bob] = [await t.stripe.customers.create(), await t.stripe.customers.create()];
      const { id } = await t.stripe.paymentMethods.attach('pm_card_visa', { customer: ada.id });
      expect((await refused(pay(t, id, { customer: bob.id }))).statusCode).toBe(400);
    },
  ],
  [
    'TRN-28',
    'a detached card is the customer’s no more and can neither pay nor be attached again',
    'api/payment_methods/detach',
    async (t) => {
      const { id: customer } = await t.stripe.customers.create();
      const { id } = await t.stripe.paymentMethods.attach('pm_card_visa', { customer });
      expect((await t.stripe.paymentMethods.detach(id)).customer).toBeNull();
      expect((await refused(t.stripe.paymentMethods.attach(id, { customer }))).statusCode).toBe(400);
      expect((await refused(pay(t, id))).statusCode).toBe(400);
    },
  ],
  [
    'TRN-29',
    'a SetupIntent: requires_payment_method, then succeeded; the card is the customer’s',
    SETUP,
    async (t) => {
      const { id: customer } = await t.stripe.customers.create();
      const made = await t.stripe.setupIntents.create({ customer });
      expect(made).toMatchObject({ object: 'setup_intent', status: 'requires_payment_method', usage: 'off_session' });
      const done = await t.stripe.setupIntents.confirm(made.id, { payment_method: 'pm_card_visa', return_url: BACK });
      expect(done.status).toBe('succeeded');
      const method = await t.stripe.paymentMethods.retrieve(idOf(done.payment_method));
      expect(method.customer).toBe(customer);
    },
  ],
  [
    'TRN-30',
    'a SetupIntent with a declining card: 402, back to requires_payment_method',
    SETUP,
    async (t) => {
      const { id } = await t.stripe.setupIntents.create();
      const error = await refused(
        t.stripe.setupIntents.confirm(id, { payment_method: 'pm_card_visa_chargeDeclined', return_url: BACK }),
      );
      expect(error).toMatchObject({ statusCode: 402, code: 'card_declined' });
      const after = await t.stripe.setupIntents.retrieve(id);
      expect(after).toMatchObject({ status: 'requires_payment_method', last_setup_error: { code: 'card_declined' } });
    },
  ],
  [
    'TRN-31',
    'a SetupIntent that needs authentication: requires_action',
    SETUP,
    async (t) => {
      const { id } = await t.stripe.setupIntents.create();
      const asked = await t.stripe.setupIntents.confirm(id, {
        payment_method: 'pm_card_authenticationRequiredOnSetup',
        return_url: BACK,
      });
      expect(asked.status).toBe('requires_action');
      expect(asked.next_action?.type).toBe('redirect_to_url');
    },
  ],
  [
    'TRN-32',
    'a canceled SetupIntent is final',
    'api/setup_intents/cancel',
    async (t) => {
      const { id } = await t.stripe.setupIntents.create();
      expect((await t.stripe.setupIntents.cancel(id)).status).toBe('canceled');
      const error = await refused(
        t.stripe.setupIntents.confirm(id, { payment_method: 'pm_card_visa', return_url: BACK }),
      );
      expect(error).toMatchObject({ statusCode: 400, code: 'setup_intent_unexpected_state' });
    },
  ],
  [
    'TRN-33',
    'a deleted customer can still be looked up, as deleted',
    'api/customers/delete',
    async (t) => {
      const { id } = await t.stripe.customers.create();
      expect(await t.stripe.customers.del(id)).toMatchObject({ id, object: 'customer', deleted: true });
      expect(await t.stripe.customers.retrieve(id)).toMatchObject({ id, object: 'customer', deleted: true });
    },
  ],
  [
    'TRN-41',
    'a Checkout Session is open and unpaid, with a page for the customer',
    'api/checkout/sessions/create',
    async (t) => {
      const session = await checkout(t);
      expect(session).toMatchObject({ object: 'checkout.session', status: 'open', payment_status: 'unpaid' });
      expect(session).toMatchObject({ amount_total: 1999, currency: 'usd', mode: 'payment' });
      expect(session.url).toMatch(/^https?:/);
    },
  ],
  [
    'TRN-42',
    'an expired Checkout Session is final and has no page',
    'api/checkout/sessions/expire',
    async (t) => {
      const { id } = await checkout(t);
      expect(await t.stripe.checkout.sessions.expire(id)).toMatchObject({ status: 'expired', url: null });
      expect((await refused(t.stripe.checkout.sessions.expire(id))).statusCode).toBe(400);
    },
  ],
  [
    'TRN-43',
    'a Checkout Session in payment mode sells something',
    'api/checkout/sessions/create#create_checkout_session-line_items',
    async (t) => {
      const session = t.stripe.checkout.sessions.create({ mode: 'payment', success_url: BACK });
      expect((await refused(session)).statusCode).toBe(400);
    },
  ],
];

export const transitions = group('transitions', ENTRIES);
