import type { Authentication, Microdeposits, PaymentIntent } from '../objects/payment-intent.js';
import type { BalanceTotal, BalanceTransaction } from '../objects/balance.js';
import type { Charge, Refund } from '../objects/charge.js';
import type { CashBalance, CashBalanceTransaction } from '../objects/cash-balance.js';
import type { CheckoutSession, CheckoutTerms } from '../objects/checkout-session.js';
import type { Customer, Deleted } from '../objects/customer.js';
import type { Dispute } from '../objects/dispute.js';
import type { Delivery, Event, Job, SavedAnswer, Token, WebhookEndpoint } from '../objects/event.js';
import type { PaymentMethod, PaymentMethodSecret } from '../objects/payment-method.js';
import type { BankAccount, Payout, PayoutEntry } from '../objects/payout.js';
import type { Price, Product } from '../objects/product.js';
import type { Mandate } from '../objects/mandate.js';
import type { SetupAttempt } from '../objects/setup-attempt.js';
import type { SetupIntent } from '../objects/setup-intent.js';
import type { DeletedReader, Location, Reader, ReaderSecret } from '../objects/terminal.js';
import type { Change } from './journal.js';
import { RecentChanges } from './recent-changes.js';
import { type Row, Table } from './table.js';
import { TextIndexes } from './text-indexes.js';

/** Every table. The look-ups are those that list endpoints and the control plane need, so that nothing scans. */
export class Tables {
  readonly customer = new Table<Customer>('customer', { email: (row) => row.email });
  readonly deletedCustomer = new Table<Deleted<'customer'>>('deletedCustomer');
  readonly paymentMethod = new Table<PaymentMethod>('paymentMethod', { customer: (row) => row.customer });
  readonly paymentMethodSecret = new Table<PaymentMethodSecret>('paymentMethodSecret');
  readonly token = new Table<Token>('token');
  readonly paymentIntent = new Table<PaymentIntent>('paymentIntent', {
    customer: (row) => row.customer,
    payment_id: (row) => row.metadata['payment_id'] ?? null,
  });
  readonly authentication = new Table<Authentication>('authentication', { intent: (row) => row.intent });
  readonly setupIntent = new Table<SetupIntent>('setupIntent', {
    customer: (row) => row.customer,
    payment_method: (row) => row.payment_method,
  });
  readonly setupAttempt = new Table<SetupAttempt>('setupAttempt', { setup_intent: (row) => row.setup_intent });
  readonly microdeposits = new Table<Microdeposits>('microdeposits');
  readonly mandate = new Table<Mandate>('mandate', { payment_method: (row) => row.payment_method });
  readonly location = new Table<Location>('location');
  readonly deletedLocation = new Table<Deleted<'terminal.location'>>('deletedLocation');
  readonly reader = new Table<Reader>('reader', { location: (row) => row.location });
  readonly deletedReader = new Table<DeletedReader>('deletedReader');
  readonly readerSecret = new Table<ReaderSecret>('readerSecret');
  readonly charge = new Table<Charge>('charge', {
    customer: (row) => row.customer,
    payment_intent: (row) => row.payment_intent,
  });
  readonly refund = new Table<Refund>('refund', {
    charge: (row) => row.charge,
    payment_intent: (row) => row.payment_intent,
  });
  readonly dispute = new Table<Dispute>('dispute', {
    charge: (row) => row.charge,
    payment_intent: (row) => row.payment_intent,
  });
  readonly balanceTransaction = new Table<BalanceTransaction>('balanceTransaction', {
    source: (row) => row.source,
    pending_until: (row) => (row.status === 'pending' ? String(row.available_on) : null),
  });
  readonly balance = new Table<BalanceTotal>('balance');
  readonly payout = new Table<Payout>('payout');
  readonly payoutEntry = new Table<PayoutEntry>('payoutEntry', { payout: (row) => row.payout });
  readonly bankAccount = new Table<BankAccount>('bankAccount');
  readonly cashBalance = new Table<CashBalance>('cashBalance');
  readonly cashBalanceTransaction = new Table<CashBalanceTransaction>('cashBalanceTransaction', {
    customer: (row) => row.customer,
    payment_intent: (row) => (row.applied_to_payment ?? row.unapplied_from_payment)?.payment_intent ?? null,
  });
  readonly product = new Table<Product>('product');
  readonly price = new Table<Price>('price', { lookup_key: (row) => row.lookup_key, product: (row) => row.product });
  readonly checkoutSession = new Table<CheckoutSession>('checkoutSession', {
    customer: (row) => row.customer,
    payment_intent: (row) => row.payment_intent,
    setup_intent: (row) => row.setup_intent,
  });
  readonly checkoutTerms = new Table<CheckoutTerms>('checkoutTerms');
  readonly event = new Table<Event>('event', { type: (row) => row.type, payment_intent: paymentIntentOf });
  readonly webhookEndpoint = new Table<WebhookEndpoint>('webhookEndpoint');
  readonly delivery = new Table<Delivery>('delivery', { event: (row) => row.event });
  readonly savedAnswer = new Table<SavedAnswer>('savedAnswer');
  readonly job = new Table<Job>('job');

  all(): Table<Row>[] {
    return Object.values(this).filter((value): value is Table<Row> => value instanceof Table);
  }
}

/** The PaymentIntent that an event is about, itself or through a charge, refund, dispute or checkout of it. */
function paymentIntentOf({ data: { object } }: Event): string | null {
  if (typeof object !== 'object' || object === null) return null;
  if ('payment_intent' in object && typeof object.payment_intent === 'string') return object.payment_intent;
  if (!('object' in object) || object.object !== 'payment_intent' || !('id' in object)) return null;
  return typeof object.id === 'string' ? object.id : null;
}

/** A copy of all rows, cheap because rows are shared and never change. */
export type Snapshot = Map<string, Row[]>;

/** Tables that can be searched, lagging behind. */
const SEARCHED = new Set(['charge', 'customer', 'paymentIntent']);

/** The tables plus the list of what changed since the last commit. Every write goes through `put` and `delete`. */
export class Store {
  readonly tables = new Tables();
  private readonly byName = new Map<string, Table<Row>>(this.tables.all().map((table) => [table.name, table]));
  private changes: Change[] = [];
  readonly recent: RecentChanges;
  readonly texts = new TextIndexes();

  /** Epoch milliseconds; how long search lags behind. */
  constructor(now: () => number, searchLagMs: () => number) {
    this.recent = new RecentChanges(now, searchLagMs);
  }

  put<T extends Row>(table: Table<T>, row: NoInfer<T>): T {
    this.noteChange(table, row.id, row);
    table.put(row);
    this.changes.push([table.name, row]);
    return row;
  }

  delete<T extends Row>(table: Table<T>, id: string): void {
    this.noteChange(table, id, undefined);
    table.delete(id);
    this.changes.push([table.name, id]);
  }

  /** What changed since the last call, for the journal. */
  takeChanges(): Change[] {
    const { changes } = this;
    this.changes = [];
    return changes;
  }

  /** Applies a journal line's changes without recording them. */
  replay(changes: readonly Change[]): void {
    for (const [name, change] of changes) {
      const table = this.byName.get(name);
      if (typeof change === 'string') table?.delete(change);
      else table?.put(change);
    }
  }

  /** Which rows there are, in order of creation; holes where some are gone. A copy that costs a memcpy per table. */
  idsByTable(): { table: Table<Row>; ids: readonly (string | undefined)[] }[] {
    return this.tables.all().map((table) => ({ table, ids: table.ids().copy() }));
  }

  snapshot(): Snapshot {
    return new Map([...this.byName].map(([name, table]) => [name, [...table.oldest()]]));
  }

  restore(snapshot: Snapshot): void {
    this.clear();
    for (const [name, rows] of snapshot) for (const row of rows) this.byName.get(name)?.put(row);
  }

  clear(): void {
    for (const table of this.byName.values()) table.clear();
    this.recent.clear();
    this.texts.clear();
    this.changes = [];
  }

  private noteChange(table: Table<Row>, id: string, after: Row | undefined): void {
    if (!SEARCHED.has(table.name)) return;
    const before = table.get(id);
    this.recent.note(table.name, id, before);
    this.texts.changed(table.name, before, after);
  }
}
