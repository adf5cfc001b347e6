import type { BalanceTransaction } from '../../objects/balance.js';
import type { Charge, Refund } from '../../objects/charge.js';
import type { World } from '../../world.js';
import { balanceOf, book, settlementDay } from '../balance/balance.book.js';
import { behaviour } from '../payment-methods/payment-method.use.js';
import { emit } from '../events/events.js';

/** What Stripe asks in its home market: 2.9 % + 30 cents. */
const FEE_PER_MILLE = 29;
const FEE_FIXED = 30;
const PROCESSING = 'Stripe processing fees';
/** https://support.stripe.com/questions/dispute-fees: 15.00 in the United States. */
const DISPUTE_FEE = 1500;

/** Books captured money. The charge's row is the caller's to store. */
export function settle(world: World, charge: Charge, amount: number): BalanceTransaction {
  const type = isCard(charge.id) ? 'charge' : 'payment';
  const atOnce = bypassesPending(world, charge);
  const transaction = book(world, {
    amount,
    availableOn: atOnce ? world.clock.seconds() : settlementDay(world),
    currency: charge.currency,
    description: charge.description,
    fee: { amount: Math.round((amount * FEE_PER_MILLE) / 1000) + FEE_FIXED, description: PROCESSING },
    reporting_category: 'charge',
    source: charge.id,
    type,
  });
  if (atOnce) announceAvailable(world);
  return transaction;
}

export function announceAvailable(world: World): void {
  emit(world, 'balance.available', balanceOf(world));
}

/** Takes refunded money off the account, or with `failed` puts it back. */
export function bookRefund(world: World, refund: Refund, failed = false): BalanceTransaction {
  const charge = world.tables.charge.get(refund.charge);
  return book(world, {
    amount: failed ? refund.amount : -refund.amount,
    availableOn: together(world, failed ? refund.balance_transaction : charge?.balance_transaction),
    currency: refund.currency,
    description: failed
      ? 'REFUND FAILURE'
      : `REFUND FOR CHARGE${charge?.description == null ? '' : ` (${charge.description})`}`,
    reporting_category: failed ? 'refund_failure' : 'refund',
    source: refund.id,
    type: failed ? 'refund_failure' : isCard(refund.charge) ? 'refund' : 'payment_refund',
  });
}

/** Takes disputed money off the account together with the fee, or with `won` gives both back. */
export function bookDispute(
  world: World,
  charge: Charge,
  dispute: { id: string; amount: number },
  won = false,
): BalanceTransaction {
  return book(world, {
    amount: won ? dispute.amount : -dispute.amount,
    availableOn: won ? world.clock.seconds() : together(world, charge.balance_transaction),
    currency: charge.currency,
    description: `Chargeback ${won ? 'reversal' : 'withdrawal'} for ${charge.id}`,
    fee: { amount: won ? -DISPUTE_FEE : DISPUTE_FEE, description: 'Dispute fee' },
    reporting_category: won ? 'dispute_reversal' : 'dispute',
    source: dispute.id,
    type: 'adjustment',
  });
}

/** What undoes a transaction becomes available with it; an undone charge that is not booked yet (null) will be pending. */
function together(world: World, undone: string | null | undefined): number {
  const booked = world.tables.balanceTransaction.get(undone ?? '');
  if (booked === undefined) return settlementDay(world);
  return booked.status === 'pending' ? booked.available_on : world.clock.seconds();
}

function bypassesPending(world: World, charge: Charge): boolean {
  const method = world.tables.paymentMethod.get(charge.payment_method);
  return method !== undefined && behaviour(world, method).bypassesPending === true;
}

function isCard(charge: string): boolean {
  return charge.startsWith('ch_');
}
