import { invalidRequest, missing } from '../../api/errors.js';
import type { Metadata } from '../../objects/common.js';
import type { BankAccount, Payout } from '../../objects/payout.js';
import type { World } from '../../world.js';
import { availableIn, book, midnight } from '../balance/balance.book.js';
import { emit } from '../events/events.js';
import { later, onceAt } from '../jobs.js';

/** Instant payouts arrive "within minutes"; here, within seconds. */
const INSTANT_MS = 5_000;
/** A standard payout that was asked for arrives two midnights later, an automatic one at the next. */
const STANDARD_DAYS = 2;

export interface PayoutTerms {
  amount: number;
  automatic: boolean;
  currency: string;
  description: string | null;
  destination: BankAccount;
  metadata: Metadata;
  method: string;
  sourceType: string;
  statementDescriptor: string | null;
}

/** Takes the money off the balance and sends it on its way to the bank. */
export function makePayout(world: World, terms: PayoutTerms): Payout {
  const { automatic, method } = terms;
  const instant = method === 'instant';
  const arrival = instant ? world.clock.seconds() : midnight(world, automatic ? 1 : STANDARD_DAYS);
  const payout = storePayout(world, {
    ...terms,
    arrival,
    originalPayout: null,
    status: automatic || instant ? 'in_transit' : 'pending',
  });
  emit(world, 'payout.created', payout);
  if (payout.status === 'pending') onceAt(world, midnight(world) * 1000, 'send_payout', payout.id);
  if (instant) later(world, INSTANT_MS, 'arrive_payout', payout.id);
  else onceAt(world, arrival * 1000, 'arrive_payout', payout.id);
  return payout;
}

/** Refuses what the available balance does not cover, with Stripe's 400. */
export function checkCovered(world: World, amount: number, currency: string, sourceType: string): void {
  // All payments of today's API count as `card`, bank debits too.
  const available = sourceType === 'card' ? availableIn(world, currency) : 0;
  if (amount <= available) return;
  throw invalidRequest(
    `You have insufficient funds in your Stripe account for this transfer. Your ${sourceType} balance is too low.  You can use the /v1/balance endpoint to view your Stripe balance (for more details, see stripe.com/docs/api#balance).`,
    { code: 'balance_insufficient' },
  );
}

/** The bank account that payouts in a currency go to by the settings; made when it is first needed. */
export function bankAccountFor(world: World, currency: string): BankAccount {
  const number = world.settings.payout_account;
  const id = `ba_${world.ids.of(`payout_account|${number}|${currency}`, 24)}`;
  return (
    world.tables.bankAccount.get(id) ??
    world.store.put(world.tables.bankAccount, {
      id,
      object: 'bank_account',
      account_holder_name: null,
      account_holder_type: null,
      account_type: null,
      bank_name: 'STRIPE TEST BANK',
      country: 'US',
      currency,
      fingerprint: world.ids.of(`bank|110000000|${number}`, 16),
      last4: number.slice(-4),
      routing_number: '110000000',
      status: 'new',
    })
  );
}

/** The destination that a request names: the account's own bank account in that currency. */
export function destinationParam(world: World, id: string | undefined, currency: string): BankAccount {
  const own = bankAccountFor(world, currency);
  if (id === undefined || id === own.id) return own;
  const other = world.tables.bankAccount.get(id);
  if (other === undefined) throw missing('external account', id, 'destination', 400);
  if (other.currency === currency) return other;
  throw invalidRequest(`Sorry, you don't have any external accounts in that currency (${currency}).`, {
    param: 'destination',
  });
}

type Stored = PayoutTerms & { arrival: number; originalPayout: string | null; status: Payout['status'] };

/** Stores a payout with its balance transaction. A negative amount is a reversal's: it comes back. */
export function storePayout(world: World, terms: Stored): Payout {
  const { amount, automatic, currency } = terms;
  const id = world.ids.next('po');
  const transaction = book(world, {
    amount: -amount,
    availableOn: world.clock.seconds(),
    currency,
    description: terms.description ?? 'STRIPE PAYOUT',
    reporting_category: amount < 0 ? 'payout_reversal' : 'payout',
    source: id,
    type: 'payout',
  });
  return world.store.put(world.tables.payout, {
    id,
    object: 'payout',
    amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: terms.arrival,
    automatic,
    balance_transaction: transaction.id,
    created: world.clock.seconds(),
    currency,
    description: terms.description,
    destination: terms.destination.id,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: terms.metadata,
    method: terms.method,
    original_payout: terms.originalPayout,
    payout_method: null,
    reconciliation_status: automatic ? 'in_progress' : 'not_applicable',
    reversed_by: null,
    source_type: terms.sourceType,
    statement_descriptor: terms.statementDescriptor,
    status: terms.status,
    trace_id: { status: 'pending', value: null },
    type: 'bank_account',
  });
}
