import type { Versioned } from '../../../platform/database/versioned-collection.js';
import type { TransactionRequest } from '../../transaction/process/process.types.js';
import type { CaptureOrder } from '../../transaction/verbs/capture-transaction.service.js';
import type { RefundOrder } from '../../transaction/verbs/refund-transaction.service.js';

/** `uploading`: nobody sees it yet. `failed`: rows have vanished from the store, so nothing is known of them. */
export type FileBatchStatus = 'uploading' | 'pending' | 'processing' | 'completed' | 'failed';

/** A document of collection `file_batches`. */
export interface FileBatch extends Versioned {
  /** An xid. */
  readonly _id: string;
  readonly accountId: string;
  /** The uploader, by whose rights the rows are carried out. */
  readonly userId: string;
  /** The address that it was uploaded from, which its transactions name as theirs. */
  readonly ipAddress: string;
  readonly status: FileBatchStatus;
  /** 0 while it is uploaded. */
  readonly numLines: number;
  readonly processedLines: number;
  /** Line of the file that is carried out next: every row before it has its end, or waits for it. */
  readonly nextLine: number;
  /** The claim that decides whether it is the batch of its file; null until all rows are stored. */
  readonly claimId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Time at which a worker looks at it; null when nothing is left to do. */
  readonly dueAt: Date | null;
}

/** Order of one row: a charge, a capture or a refund. */
export type RowOrder =
  | { readonly kind: 'charge'; readonly request: TransactionRequest }
  | { readonly kind: 'capture'; readonly named: NamedTransaction; readonly order: CaptureOrder }
  | { readonly kind: 'refund'; readonly named: NamedTransaction; readonly order: RefundOrder };

/** The transaction to capture or to refund: by its id, or where that is empty by its order's. */
export interface NamedTransaction {
  readonly transactionId: string;
  readonly orderId: string;
}

/** Values of a row that its download shows; never a number of a card or an account. */
export interface ShownRow {
  readonly transactionType: string;
  readonly amount: string;
  readonly orderId: string;
  readonly maskedAccount: string;
}

/** A row as its language reads it: an order, or why there can be none. */
export interface RowDraft extends ShownRow {
  readonly asked: RowOrder | { readonly kind: 'refused'; readonly why: string };
}

/** A document of collection `file_batch_rows`. */
export interface FileBatchRow extends Versioned, ShownRow {
  /** `<batch>:<line>`, the line with five digits: sorted as in the file, and there is one row for a line. */
  readonly _id: string;
  readonly batchId: string;
  /** Line of the file; the header is 1. */
  readonly line: number;
  /** The values of the line, encrypted, card data included; null once it was carried out. */
  readonly sealed: string | null;
  /** Number of times that it was taken up. */
  readonly tries: number;
  /** The transaction that is captured or refunded; empty for others. */
  readonly originalId: string;
  /**
   * The transaction that says how the row went. Drawn before anything is asked for, so that whoever takes the row up again goes
   * on with the same one. Empty before, and at the end where there is none.
   */
  readonly transactionId: string;
  /** Empty until its end is known. */
  readonly status: '' | 'success' | 'failed';
  /** Null where there was no transaction. */
  readonly responseCode: number | null;
  readonly responseText: string;
  /** Time at which it is taken up again; null before it is taken up at first, and at its end. */
  readonly dueAt: Date | null;
}

export type NewRow = Omit<FileBatchRow, 'v' | 'w'>;

/** Batch that a file, or an Idempotency-Key, was first sent for. A document of collection `file_batch_claims`. */
export interface FileClaim extends Versioned {
  readonly _id: string;
  /** Keyed hash of the file (ruling 48). */
  readonly fingerprint: string;
  readonly batchId: string;
  /** Until then a repeat is answered by the batch. */
  readonly until: Date;
  /** When the store erases it. */
  readonly expireAt: Date;
}
