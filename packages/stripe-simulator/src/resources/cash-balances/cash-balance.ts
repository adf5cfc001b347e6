import type { CashBalance, CashBalanceTransaction, TransferInstructions } from '../../objects/cash-balance.js';
import type { PaymentIntent } from '../../objects/payment-intent.js';
import type { PaymentMethod } from '../../objects/payment-method.js';
import type { World } from '../../world.js';
import { arrivedTransfer, checkTransfer, instructions } from './bank-transfer.js';
import { settle } from '../charges/charge.book.js';
import { makeCharge } from '../charges/charge.make.js';
import { emit } from '../events/events.js';
import { keepOrUseUp, succeed } from '../payment-intents/payment-intent.outcome.js';
import type { Reaction } from '../reactions.js';

/** The balance as Stripe shows it. */
export function cashBalanceView(world: World, customer: string) {
  const available = Object.entries(balanceOf(world, customer).available).filter(([, amount]) => amount !== 0);
  return {
    object: 'cash_balance' as const,
    available: available.length === 0 ? null : Object.fromEntries(available),
    customer,
    customer_account: null,
    livemode: false as const,
    settings: { reconciliation_mode: 'automatic' as const, using_merchant_default: true },
  };
}

/** A bank transfer arrives: open payments take it, oldest first, and what is left stays with the customer. */
export function receiveTransfer(
  world: World,
  customer: string,
  sent: { amount: number; currency: string; reference: string | null },
): CashBalanceTransaction {
  const { amount, currency, reference } = sent;
  const funded = { bank_transfer: arrivedTransfer(currency, reference) };
  const arrived = book(world, customer, currency, amount, { type: 'funded', funded });
  for (const intent of waitingFor(world, customer, currency)) takeFrom(world, intent);
  if (availableIn(world, customer, currency) > 0) {
    emit(world, 'cash_balance.funds_available', cashBalanceView(world, customer));
  }
  return arrived;
}

/** Pays from the balance if it is enough, else tells the payer where to send the money. */
export function payFromBalance(world: World, intent: PaymentIntent, method: PaymentMethod): PaymentIntent {
  checkTransfer(intent);
  const waiting: PaymentIntent = {
    ...intent,
    next_action: {
      display_bank_transfer_instructions: instructions(world, intent, intent.amount),
      type: 'display_bank_transfer_instructions',
    },
    payment_method: method.id,
    status: 'requires_action',
  };
  if (availableIn(world, intent.customer ?? '', intent.currency) >= intent.amount) return takeFrom(world, waiting);
  const asked = world.store.put(world.tables.paymentIntent, waiting);
  emit(world, 'payment_intent.requires_action', asked);
  return takeFrom(world, asked);
}

/** The intent after it took what it still needs, or as much of it as there is. */
function takeFrom(world: World, intent: PaymentIntent): PaymentIntent {
  const due = instructionsOf(intent);
  const customer = intent.customer ?? '';
  const taken = Math.min(due?.amount_remaining ?? 0, availableIn(world, customer, intent.currency));
  if (due === undefined || taken === 0) return intent;
  book(world, customer, intent.currency, -taken, {
    type: 'applied_to_payment',
    applied_to_payment: { payment_intent: intent.id },
  });
  if (taken === due.amount_remaining) return paid(world, intent);
  const partly = world.store.put(world.tables.paymentIntent, {
    ...intent,
    next_action: {
      display_bank_transfer_instructions: { ...due, amount_remaining: due.amount_remaining - taken },
      type: 'display_bank_transfer_instructions',
    },
  });
  emit(world, 'payment_intent.partially_funded', partly);
  return partly;
}

function paid(world: World, intent: PaymentIntent): PaymentIntent {
  const method = world.tables.paymentMethod.get(intent.payment_method ?? '');
  if (method === undefined) throw new Error(`${intent.id} is paid from a balance without a method`);
  const made = makeCharge(world, intent, {
    method,
    behaviour: {},
    decline: null,
    authenticated: false,
    status: 'succeeded',
    captured: true,
  });
  const charge = world.store.put(world.tables.charge, {
    ...made,
    balance_transaction: settle(world, made, made.amount).id,
  });
  emit(world, 'charge.succeeded', charge);
  keepOrUseUp(world, intent, method);
  return succeed(world, intent, charge);
}

/** What a canceled payment had taken goes back to the customer's balance. */
function giveBack(world: World, id: string): void {
  const taken = [...world.tables.cashBalanceTransaction.oldest('payment_intent', id)];
  const amount = taken.reduce((sum, one) => sum - one.net_amount, 0);
  const [first] = taken;
  if (first === undefined || amount <= 0) return;
  book(world, first.customer, first.currency, amount, {
    type: 'unapplied_from_payment',
    unapplied_from_payment: { payment_intent: id },
  });
}

/** A refund of a payment from the balance goes back to it. */
function returnRefund(world: World, id: string): void {
  const refund = world.tables.refund.get(id);
  const type = world.tables.charge.get(refund?.charge ?? '')?.payment_method_details.type;
  if (refund === undefined || refund.customer === null || type !== 'customer_balance') return;
  book(world, refund.customer, refund.currency, refund.amount, {
    type: 'refunded_from_payment',
    refunded_from_payment: { refund: id },
  });
}

export const cashBalanceReactions: Readonly<Record<string, Reaction>> = {
  'payment_intent.canceled': giveBack,
  'refund.created': returnRefund,
};

function waitingFor(world: World, customer: string, currency: string): PaymentIntent[] {
  const all = [...world.tables.paymentIntent.oldest('customer', customer)];
  return all.filter((intent) => intent.currency === currency && instructionsOf(intent) !== undefined);
}

function instructionsOf(intent: PaymentIntent): TransferInstructions | undefined {
  return intent.status === 'requires_action' ? intent.next_action?.display_bank_transfer_instructions : undefined;
}

function balanceOf(world: World, customer: string): CashBalance {
  return world.tables.cashBalance.get(customer) ?? { id: customer, available: {} };
}

function availableIn(world: World, customer: string, currency: string): number {
  return balanceOf(world, customer).available[currency] ?? 0;
}

type Movement = Pick<
  CashBalanceTransaction,
  'applied_to_payment' | 'funded' | 'refunded_from_payment' | 'type' | 'unapplied_from_payment'
>;

function book(
  world: World,
  customer: string,
  currency: string,
  amount: number,
  movement: Movement,
): CashBalanceTransaction {
  const { available } = balanceOf(world, customer);
  const ending = (available[currency] ?? 0) + amount;
  world.store.put(world.tables.cashBalance, { id: customer, available: { ...available, [currency]: ending } });
  const transaction = world.store.put(world.tables.cashBalanceTransaction, {
    id: world.ids.next('ccsbtxn'),
    object: 'customer_cash_balance_transaction',
    created: world.clock.seconds(),
    currency,
    customer,
    customer_account: null,
    ending_balance: ending,
    livemode: false,
    net_amount: amount,
    ...movement,
  });
  emit(world, 'customer_cash_balance_transaction.created', transaction);
  return transaction;
}
