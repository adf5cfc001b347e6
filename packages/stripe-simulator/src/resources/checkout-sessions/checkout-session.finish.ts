import { invalidRequest } from '../../api/errors.js';
import { type List, type ListParams, listOf } from '../../api/list.js';
import type { CheckoutSession, CheckoutTerms, LineItem } from '../../objects/checkout-session.js';
import type { World } from '../../world.js';
import { emit } from '../events/events.js';
import { later } from '../jobs.js';
import { cancelIntent } from '../payment-intents/payment-intent.finish.js';
import type { Reaction } from '../reactions.js';
import { cancelSetup } from '../setup-intents/setup-intent.confirm.js';

/** Everything about a session that is not part of it. */
export function termsOf(world: World, session: CheckoutSession): CheckoutTerms {
  const terms = world.tables.checkoutTerms.get(session.id);
  if (terms === undefined) throw new Error(`${session.id} has no terms`);
  return terms;
}

/** The lines of a session, one page of them; all lists of lines have this form. */
export function lineItemsOf(world: World, session: CheckoutSession, params: ListParams = {}): List<LineItem> {
  const url = `/v1/checkout/sessions/${session.id}/line_items`;
  return listOf(termsOf(world, session).items, { what: 'line item', url }, params);
}

/** The buyer is done: `paid`, or not yet where a bank or a capture is still to come. */
export function completeSession(world: World, session: CheckoutSession, paid: boolean): CheckoutSession {
  const complete = world.store.put(world.tables.checkoutSession, {
    ...session,
    payment_status: paid && session.payment_status === 'unpaid' ? 'paid' : session.payment_status,
    status: 'complete',
    url: null,
  });
  emit(world, 'checkout.session.completed', complete);
  return complete;
}

/** Ends an open session without a payment, and with it what it began. */
export function expireSession(world: World, session: CheckoutSession): CheckoutSession {
  if (session.status !== 'open') {
    throw invalidRequest(
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.status}.`,
    );
  }
  const expired = world.store.put(world.tables.checkoutSession, { ...session, status: 'expired', url: null });
  const intent = world.tables.paymentIntent.get(session.payment_intent ?? '');
  if (intent !== undefined) cancelIntent(world, intent, 'expired');
  const setup = world.tables.setupIntent.get(session.setup_intent ?? '');
  if (setup !== undefined) cancelSetup(world, setup, 'abandoned');
  emit(world, 'checkout.session.expired', expired);
  return expired;
}

/** Lets the session expire by the clock. */
export function expireInTime(world: World, session: CheckoutSession): void {
  later(world, session.expires_at * 1000 - world.clock.now(), 'expire_checkout', session.id);
}

/** Job: `expires_at` has come. */
export function expireUnpaid(world: World, id: string): void {
  const session = world.tables.checkoutSession.get(id);
  if (session?.status === 'open') expireSession(world, session);
}

function sessionOf(world: World, intent: string): CheckoutSession | undefined {
  const index = intent.startsWith('seti_') ? 'setup_intent' : 'payment_intent';
  return world.tables.checkoutSession.newest(index, intent).next().value;
}

/** Only its page confirms or ends an intent that a session has open. https://docs.stripe.com/api/checkout/sessions/object */
export function checkNotOnPage(world: World, intent: { id: string; object: string }): void {
  if (sessionOf(world, intent.id)?.status !== 'open') return;
  const name = intent.object === 'setup_intent' ? 'SetupIntents' : 'PaymentIntents';
  throw invalidRequest(
    `You cannot perform this action on ${name} created by Checkout. To cancel one, expire its Checkout Session.`,
  );
}

/** The bank is asked: the buyer is done, and the shop hears the bank's answer later. */
function settling(world: World, id: string): void {
  const session = sessionOf(world, id);
  if (session?.status !== 'open') return;
  world.store.put(world.tables.checkoutTerms, { ...termsOf(world, session), settling: true });
  completeSession(world, session, false);
}

function succeeded(world: World, id: string): void {
  const session = sessionOf(world, id);
  if (session?.status === 'open') completeSession(world, session, true);
  if (session?.status !== 'complete' || session.payment_status !== 'unpaid') return;
  const paid = world.store.put(world.tables.checkoutSession, { ...session, payment_status: 'paid' });
  if (settled(world, paid)) emit(world, 'checkout.session.async_payment_succeeded', paid);
}

function failed(world: World, id: string): void {
  const session = sessionOf(world, id);
  if (session?.status !== 'complete' || session.payment_status !== 'unpaid') return;
  if (settled(world, session)) emit(world, 'checkout.session.async_payment_failed', session);
}

/** True, once, where a bank's answer was awaited; a capture by the shop has no event of its own. */
function settled(world: World, session: CheckoutSession): boolean {
  const terms = termsOf(world, session);
  if (terms.settling) world.store.put(world.tables.checkoutTerms, { ...terms, settling: false });
  return terms.settling;
}

/** The shop captures later: the buyer is done. */
function authorized(world: World, id: string): void {
  const session = sessionOf(world, id);
  if (session?.status === 'open') completeSession(world, session, false);
}

/** Microdeposits: the buyer is done here and names the amounts days later. */
function asked(world: World, id: string): void {
  const { paymentIntent, setupIntent } = world.tables;
  const action = (paymentIntent.get(id) ?? setupIntent.get(id))?.next_action;
  if (action?.type.startsWith('verify_with_') === true) settling(world, id);
}

/** How sessions follow their PaymentIntents and SetupIntents, however those go on. */
export const checkoutReactions: Readonly<Record<string, Reaction>> = {
  'payment_intent.amount_capturable_updated': authorized,
  'payment_intent.payment_failed': failed,
  'payment_intent.processing': settling,
  'payment_intent.requires_action': asked,
  'payment_intent.succeeded': succeeded,
  'setup_intent.requires_action': asked,
  'setup_intent.succeeded': succeeded,
};
