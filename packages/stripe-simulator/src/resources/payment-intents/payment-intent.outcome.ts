import type { Charge } from '../../objects/charge.js';
import type { ErrorBody } from '../../objects/common.js';
import type { PaymentIntent } from '../../objects/payment-intent.js';
import type { PaymentMethod } from '../../objects/payment-method.js';
import type { World } from '../../world.js';
import { emit } from '../events/events.js';
import { attachTo, secretOf } from '../payment-methods/payment-method.use.js';

/** The intent after an attempt; `error` says why it was refused. */
export interface Attempted {
  intent: PaymentIntent;
  error: ErrorBody | null;
}

/** Money is there: the end of the intent. */
export function succeed(world: World, intent: PaymentIntent, made: Charge): PaymentIntent {
  const done = world.store.put(world.tables.paymentIntent, {
    ...intent,
    amount_capturable: 0,
    amount_received: made.amount_captured,
    latest_charge: made.id,
    next_action: null,
    status: 'succeeded',
  });
  emit(world, 'payment_intent.succeeded', done);
  return done;
}

/** The attempt failed: the intent waits for another method. */
export function refuse(world: World, intent: PaymentIntent, error: ErrorBody): Attempted {
  const open = world.store.put(world.tables.paymentIntent, {
    ...intent,
    last_payment_error: error,
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  });
  emit(world, 'payment_intent.payment_failed', open);
  return { intent: open, error };
}

/** For what the method will be used later: what its own options say, else the intent. Null for nothing. */
export function futureUsage(intent: PaymentIntent, method: PaymentMethod): string | null {
  const { alipay, card, klarna, oxxo, sepa_debit, us_bank_account, wechat_pay } = intent.payment_method_options;
  const own = { alipay, card, klarna, oxxo, sepa_debit, us_bank_account, wechat_pay }[method.type]?.setup_future_usage;
  return own === undefined ? intent.setup_future_usage : own === 'none' ? null : own;
}

/** A method kept for later is attached to the customer; any other unattached one has been used for the last time. */
export function keepOrUseUp(world: World, intent: PaymentIntent, method: PaymentMethod): void {
  if (method.customer !== null) return;
  // Of a card at a reader the customer keeps a copy: see generateCard.
  const keeps = method.card_present === undefined && method.interac_present === undefined;
  if (keeps && futureUsage(intent, method) !== null && intent.customer !== null) {
    attachTo(world, method, intent.customer);
    return;
  }
  world.store.put(world.tables.paymentMethodSecret, { ...secretOf(world, method), consumed: true });
}
