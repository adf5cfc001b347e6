import type Stripe from 'stripe';
import type { Target } from './target.js';

export const BACK = 'https://example.com/back?order=7';

/** A PaymentIntent of 19.99 USD that nobody has paid. */
export function open(target: Target, more: Partial<Stripe.PaymentIntentCreateParams> = {}) {
  return target.stripe.paymentIntents.create({ amount: 1999, currency: 'usd', ...more });
}

/** The same, confirmed at once. Rejects with the card's decline. */
export function pay(target: Target, payment_method: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) {
  return open(target, { payment_method, confirm: true, return_url: BACK, ...more });
}

export function confirm(target: Target, id: string, payment_method: string) {
  return target.stripe.paymentIntents.confirm(id, { payment_method, return_url: BACK });
}

/** An authorization that waits for its capture. */
export function hold(target: Target, more: Partial<Stripe.PaymentIntentCreateParams> = {}) {
  return pay(target, 'pm_card_visa', { capture_method: 'manual', ...more });
}

export async function chargeOf(target: Target, intent: Stripe.PaymentIntent): Promise<Stripe.Charge> {
  const { latest_charge: charge } = intent;
  if (charge === null) throw new Error(`${intent.id} has no charge`);
  return target.stripe.charges.retrieve(typeof charge === 'string' ? charge : charge.id);
}

/** The customer's answer to 3-D Secure. */
export function authenticate(target: Target, id: string, outcome: 'complete' | 'fail') {
  return target.control(`3ds/${id}`, { outcome });
}
