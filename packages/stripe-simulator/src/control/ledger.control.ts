import type { Charge, Refund } from '../objects/charge.js';
import type { World } from '../world.js';
import type { ControlRoute } from './control.js';

/** The charges of one payment, found by our metadata or by the PaymentIntent, or all there are. */
function chargesOf({ tables: { charge, paymentIntent } }: World, query: URLSearchParams): Charge[] {
  const [paymentId, intentId] = [query.get('payment_id'), query.get('payment_intent')];
  if (paymentId === null) {
    return intentId === null ? [...charge.oldest()] : [...charge.oldest('payment_intent', intentId)];
  }
  return [...paymentIntent.oldest('payment_id', paymentId)]
    .filter((intent) => intentId === null || intent.id === intentId)
    .flatMap((intent) => [...charge.oldest('payment_intent', intent.id)]);
}

/** By currency: what the balance transactions of these come to, fees and failed refunds included. */
function balanceOf({ tables }: World, charges: readonly Charge[]): Record<string, number> {
  const sources = charges.flatMap((made) => [
    made.id,
    ...tables.refund.ids('charge', made.id).oldestFirst(),
    ...tables.dispute.ids('charge', made.id).oldestFirst(),
  ]);
  const balance = new Map<string, number>();
  for (const source of sources) {
    for (const { currency, net } of tables.balanceTransaction.oldest('source', source)) {
      balance.set(currency, (balance.get(currency) ?? 0) + net);
    }
  }
  return Object.fromEntries(balance);
}

function ledger(world: World, query: URLSearchParams) {
  const made = chargesOf(world, query);
  // A held amount is no money yet, a released one never becomes any.
  const charges = made.filter(({ status, captured }) => status === 'succeeded' && captured);
  const refunds = charges
    .flatMap(({ id }) => [...world.tables.refund.oldest('charge', id)])
    .filter(({ status }) => status !== 'failed' && status !== 'canceled');
  const charged = charges.reduce((sum, { amount_captured }) => sum + amount_captured, 0);
  const refunded = refunds.reduce((sum, { amount }) => sum + amount, 0);
  return {
    charges: charges.map(chargeEntry),
    refunds: refunds.map(refundEntry),
    charged,
    refunded,
    net: charged - refunded,
    count: charges.length,
    balance: balanceOf(world, charges),
  };
}

function chargeEntry({ id, payment_intent, amount_captured: amount, currency, metadata, created }: Charge) {
  return { id, payment_intent, amount, currency, metadata, created };
}

function refundEntry({ id, charge, payment_intent, amount, currency, metadata, status, created }: Refund) {
  return { id, charge, payment_intent, amount, currency, metadata, status, created };
}

export const ledgerRoutes: readonly ControlRoute[] = [
  { method: 'GET', path: '/_sim/ledger', run: ({ parts, query }) => ledger(parts.world, query) },
];
