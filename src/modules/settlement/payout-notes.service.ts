import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/common/clock.js';
import { DAY } from '../../platform/common/duration.js';
import { atFailpoint } from '../../platform/common/failpoints.js';
import type { ProviderMovement, ProviderPage, ProviderPayout } from '../../platform/stripe/provider.types.js';
import { StripeBooks } from '../../platform/stripe/stripe-books.js';
import { PaymentRepository } from '../payment/record/payment.repository.js';
import { isCredit } from '../transaction/record/settling.js';
import { TransactionRepository } from '../transaction/record/transaction.repository.js';
import type { Transaction } from '../transaction/record/transaction.types.js';
import { SettlementBatchRepository } from './batch.repository.js';
import type { BatchPayout, SettlementBatch, SettlementPayout } from './batch.types.js';
import { PayoutRepository } from './payout.repository.js';

/** Somebody else changes the same record so often only while something is wrong. */
const RACES = 20;
/** Number of further looks for transactions that had not settled when the payout came. */
const AGAIN_MS = DAY;

/** Sums and fees of a payout, by batch. */
interface Found {
  readonly shares: Map<string, BatchPayout>;
  /** Number of its transactions that have not settled yet. */
  readonly waiting: number;
}

/**
 * Contract gateway 6.3: notes at each batch which of Stripe's payouts paid it, and what the fees were. A payout is read whole
 * and noted under its id, so that nothing depends on how often, nor on which news of it came.
 */
@Injectable()
export class PayoutNotes {
  constructor(
    private readonly stripe: StripeBooks,
    private readonly payments: PaymentRepository,
    private readonly rows: TransactionRepository,
    private readonly batches: SettlementBatchRepository,
    private readonly payouts: PayoutRepository,
    private readonly clock: Clock,
  ) {}

  /** Returns false when Stripe did not answer, or does not know yet what is in it. */
  async read(payoutId: string): Promise<boolean> {
    const answer = await atFailpoint('payout.get', () => this.stripe.payout(payoutId));
    if (answer.outcome === 'done') return this.note(answer.value);
    return answer.outcome === 'refused' && answer.status === 404;
  }

  /** Returns false when Stripe did not answer, or does not know yet what is in it. */
  async note(payout: ProviderPayout): Promise<boolean> {
    // A payout by hand cannot be taken apart, and one that has not arrived has paid nothing.
    if (payout.itemised === 'never' || payout.status === 'pending' || payout.status === 'in_transit') return true;
    if (payout.itemised === 'not_yet') return false;
    const found = payout.status === 'paid' ? await this.find(payout) : { shares: new Map(), waiting: 0 };
    if (found === null) return false;
    const planned = await this.plan(payout, found);
    for (const id of planned.batchIds) await this.noteAt(id, payout.id, found.shares.get(id));
    const nextCheckAt = found.waiting === 0 ? null : new Date(this.clock.now() + AGAIN_MS);
    const done = { status: payout.status, waiting: found.waiting, nextCheckAt };
    await atFailpoint('payout.noted', () => this.payouts.swap(planned, done));
    return true;
  }

  private async find(payout: ProviderPayout): Promise<Found | null> {
    const shares = new Map<string, BatchPayout>();
    let waiting = 0;
    for (let after: string | null = null, more = true; more;) {
      const page: ProviderPage<ProviderMovement> | null = await this.page(payout.id, after);
      if (page === null) return null;
      for (const movement of page.items) {
        const row = await this.rowOf(movement);
        if (row === null) continue;
        if (row.settlementBatchId !== '') add(shares, row.settlementBatchId, payout, movement);
        else if (row.status === 'pending_settlement') waiting++;
      }
      after = page.last;
      more = page.more && after !== null;
    }
    return { shares, waiting };
  }

  private async page(payoutId: string, after: string | null): Promise<ProviderPage<ProviderMovement> | null> {
    const answer = await atFailpoint('payout.movements', () => this.stripe.movementsOf(payoutId, after));
    return answer.outcome === 'done' ? answer.value : null;
  }

  /** Returns null for what is of no transaction: of another surface or system, a void's refund, Stripe's own fees. */
  private async rowOf({ providerPaymentId, providerRefundId }: ProviderMovement): Promise<Transaction | null> {
    if (providerPaymentId === null) return null;
    const payment = await atFailpoint('payout.payment', () => this.payments.findByProviderPayment(providerPaymentId));
    if (payment === null) return null;
    const rows = await atFailpoint('payout.rows', () => this.rows.ofPayment(payment._id));
    if (providerRefundId === null) return rows.find((row) => !isCredit(row) && row.capturedMinor > 0) ?? null;
    const request = payment.refundRequests?.find((one) => one.providerRefundId === providerRefundId);
    return rows.find(({ _id }) => _id === request?.rid) ?? null;
  }

  private async plan({ id, status }: ProviderPayout, { shares, waiting }: Found): Promise<SettlementPayout> {
    for (let race = 0; race < RACES; race++) {
      const known = await atFailpoint('payout.load', () => this.payouts.load(id));
      const batchIds = [...new Set([...(known?.batchIds ?? []), ...shares.keys()])];
      const planned = { batchIds, status, waiting, nextCheckAt: this.clock.date() };
      const stored =
        known === null
          ? (await atFailpoint('payout.insert', () => this.payouts.insert({ _id: id, ...planned }))).document
          : await atFailpoint('payout.plan', () => this.payouts.swap(known, planned));
      if (stored !== null && batchIds.every((one) => stored.batchIds.includes(one))) return stored;
    }
    throw new Error(`the payout ${id} was not noted: others were quicker ${RACES} times`);
  }

  private async noteAt(batchId: string, payoutId: string, share: BatchPayout | undefined): Promise<void> {
    for (let race = 0; race < RACES; race++) {
      const batch = await atFailpoint('payout.batch', () => this.batches.load(batchId));
      if (batch === null) return; // a row names it: only a store that was tampered with has none
      const payouts = withShare(batch, payoutId, share);
      if (payouts === null) return;
      if ((await atFailpoint('payout.note', () => this.batches.swap(batch, { payouts }))) !== null) return;
    }
    throw new Error(`the settlement batch ${batchId} was not changed: others were quicker ${RACES} times`);
  }
}

function add(
  shares: Map<string, BatchPayout>,
  batchId: string,
  payout: ProviderPayout,
  movement: ProviderMovement,
): void {
  const { netMinor, feeMinor } = shares.get(batchId) ?? { netMinor: 0, feeMinor: 0 };
  shares.set(batchId, {
    id: payout.id,
    arrivesAt: payout.arrivesAt,
    currency: payout.currency,
    netMinor: netMinor + movement.netMinor,
    feeMinor: feeMinor + movement.feeMinor,
  });
}

/** Returns null where it is noted already. */
function withShare({ payouts }: SettlementBatch, payoutId: string, share?: BatchPayout): BatchPayout[] | null {
  const known = payouts.find(({ id }) => id === payoutId);
  if (known?.netMinor === share?.netMinor && known?.feeMinor === share?.feeMinor) return null;
  const others = payouts.filter(({ id }) => id !== payoutId);
  const all = share === undefined ? others : [...others, share];
  return all.toSorted((one, other) => one.arrivesAt.getTime() - other.arrivesAt.getTime());
}
