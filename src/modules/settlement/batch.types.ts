import type { TimeRange } from '../../platform/database/time-range.js';
import type { Versioned } from '../../platform/database/versioned-collection.js';

/** The part of a batch that one of Stripe's payouts has paid. */
export interface BatchPayout {
  /** `po_…` */
  readonly id: string;
  readonly arrivesAt: Date;
  /** Currency in which Stripe pays out, lower case. */
  readonly currency: string;
  /** Sum that the payout paid for transactions of the batch, fees taken off. */
  readonly netMinor: number;
  readonly feeMinor: number;
}

/**
 * A batch, collection `settlement_batches`: what one processor took up to a cut-off in one currency, or one terminal up to a
 * closing. Stripe funds by itself, so it is a record of ours. It is stored before the first row is settled into it, its id is
 * derived, and its sums are those of the rows that carry the id: whoever dies, and whoever comes twice, ends at the same.
 */
export interface SettlementBatch extends Versioned {
  /** An xid. */
  readonly _id: string;
  readonly accountId: string;
  readonly processorId: string;
  /** Empty for a processor's. */
  readonly terminalId: string;
  /** Lower case. */
  readonly currency: string;
  /** The cut-off, or the time at which the terminal was closed: what is later is not in it. */
  readonly batchDate: Date;
  /** Counts from 1 by processor and currency, given once it is settled; a terminal's own number. 0: none. */
  readonly batchNumber: number;
  /** `closing`: rows are being settled into it; nobody is shown it. */
  readonly state: 'closing' | 'settled';
  readonly numTransactions: number;
  readonly capturedMinor: number;
  /** Refunds. */
  readonly creditMinor: number;
  readonly payouts: readonly BatchPayout[];
  readonly createdAt: Date;
  readonly settledAt: Date | null;
  /** Time at which its rows are counted once more; null once that is done. */
  readonly nextCheckAt: Date | null;
}

export type BatchChange = Partial<Omit<SettlementBatch, '_id' | 'v' | 'w' | 'accountId'>>;

export interface BatchSearch {
  readonly batchDate: TimeRange;
  readonly batchId?: { readonly operator: '=' | '!='; readonly value: string } | undefined;
  readonly limit: number;
  readonly offset: number;
}

/** A payout of Stripe's as it was read last, collection `settlement_payouts`. */
export interface SettlementPayout extends Versioned {
  /** `po_…` */
  readonly _id: string;
  /** Stripe's word for it then. */
  readonly status: string;
  /** Batches that it may be noted at: written before any of them is, so that a payout that fails is taken from all. */
  readonly batchIds: readonly string[];
  /** Number of its transactions that had not settled yet. */
  readonly waiting: number;
  /** Time at which it is read again; null once everything in it is noted. */
  readonly nextCheckAt: Date | null;
}

/** How far a work of settlement has come: a document each, collection `settlement_runs`. */
export interface SettlementProgress extends Versioned {
  readonly _id: 'processors' | 'payouts';
  /** Cut-off up to which everything is closed, or time at which Stripe's payouts were read; null before the first. */
  readonly doneThrough: Date | null;
  /** Saves work only: two at once settle each row once all the same. */
  readonly leaseUntil: Date | null;
}
