import { invalidRequest } from '../../api/errors.js';
import { checkAmount, checkMultiple } from '../../cards/currency.js';
import type { Charge } from '../../objects/charge.js';
import type { PaymentIntent } from '../../objects/payment-intent.js';
import type { World } from '../../world.js';
import { settle } from '../charges/charge.book.js';
import { openDispute } from '../disputes/dispute.make.js';
import { emit } from '../events/events.js';
import { cancelIntent } from './payment-intent.finish.js';
import { succeed } from './payment-intent.outcome.js';
import { behaviour } from '../payment-methods/payment-method.use.js';

/** `amount_to_capture` and `final_capture`. */
export interface Capture {
  amount: number | undefined;
  final: boolean | undefined;
}

/**
 * Takes the authorized money, or part of it; the rest is released, or waits for another capture with `final: false`.
 * https://docs.stripe.com/payments/multicapture
 */
export function captureIntent(world: World, intent: PaymentIntent, asked: Capture): PaymentIntent {
  const held = heldBy(world, intent);
  const amount = asked.amount ?? intent.amount_capturable;
  const last = asked.final ?? true;
  checkCapture(intent, held, amount, last);
  const captured = amount === 0 ? held : take(world, held, amount);
  const done = last ? succeed(world, intent, captured) : keepOpen(world, intent, captured, amount);
  const method = world.tables.paymentMethod.get(captured.payment_method);
  if (method !== undefined && behaviour(world, method).dispute !== undefined) openDispute(world, captured.id);
  return done;
}

/** Asks the bank to hold more. `amount` is the new total. https://docs.stripe.com/payments/incremental-authorization */
export function incrementAuthorization(world: World, intent: PaymentIntent, amount: number): PaymentIntent {
  const held = heldBy(world, intent);
  const { card, card_present: present } = held.payment_method_details;
  if (card?.incremental_authorization.status !== 'available' && present?.incremental_authorization_supported !== true) {
    throw invalidRequest(
      'This PaymentIntent does not support incremental authorization: it must be requested when it is confirmed.',
      { code: 'payment_intent_invalid_parameter' },
    );
  }
  checkAmount(amount, intent.currency);
  if (amount <= intent.amount) {
    throw invalidRequest('The new amount must be greater than the amount that is authorized now.', { param: 'amount' });
  }
  const more = world.store.put(world.tables.charge, {
    ...held,
    amount,
    payment_method_details: {
      ...held.payment_method_details,
      ...(card === undefined ? {} : { card: { ...card, amount_authorized: amount } }),
      ...(present === undefined ? {} : { card_present: { ...present, amount_authorized: amount } }),
    },
  });
  emit(world, 'charge.updated', more, held);
  const after = world.store.put(world.tables.paymentIntent, { ...intent, amount, amount_capturable: amount });
  emit(world, 'payment_intent.amount_capturable_updated', after);
  return after;
}

/** Job: the time is over and nobody captured; after a first of several captures only the rest is released. */
export function expireAuthorization(world: World, id: string): void {
  const intent = world.tables.paymentIntent.get(id);
  if (intent?.status !== 'requires_capture') return;
  if (intent.amount_received === 0) cancelIntent(world, intent, 'automatic');
  else captureIntent(world, intent, { amount: 0, final: true });
}

function heldBy(world: World, intent: PaymentIntent): Charge {
  const held = world.tables.charge.get(intent.latest_charge ?? '');
  if (held === undefined) throw new Error(`${intent.id} has no charge to capture`);
  return held;
}

function checkCapture(intent: PaymentIntent, held: Charge, amount: number, last: boolean): void {
  // A last capture of nothing releases what is left.
  const nothing = last && held.captured && amount === 0;
  if (amount < 1 && !nothing) {
    throw invalidRequest('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: 'amount_to_capture',
    });
  }
  if (amount > intent.amount_capturable) {
    throw invalidRequest('The requested capture amount is greater than the amount you can capture for this charge.', {
      code: 'amount_too_large',
      param: 'amount_to_capture',
    });
  }
  checkMultiple(amount, intent.currency, 'amount_to_capture');
  if (!last && held.payment_method_details.card?.multicapture.status !== 'available') {
    throw invalidRequest('This PaymentIntent does not support multicapture: `final_capture` cannot be false.', {
      code: 'payment_intent_invalid_parameter',
      param: 'final_capture',
    });
  }
}

function take(world: World, held: Charge, amount: number): Charge {
  const captured = world.store.put(world.tables.charge, {
    ...held,
    amount_captured: held.amount_captured + amount,
    balance_transaction: settle(world, held, amount).id,
    captured: true,
  });
  emit(world, 'charge.captured', captured, held);
  return captured;
}

function keepOpen(world: World, intent: PaymentIntent, captured: Charge, amount: number): PaymentIntent {
  const open = world.store.put(world.tables.paymentIntent, {
    ...intent,
    amount_capturable: intent.amount_capturable - amount,
    amount_received: captured.amount_captured,
  });
  emit(world, 'payment_intent.amount_capturable_updated', open);
  return open;
}
