import { Injectable, Logger } from '@nestjs/common';
import { AppError, type AppErrorKind, kindOf } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { MINUTE, SECOND } from '../../../platform/common/duration.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { newXid } from '../../../platform/common/xid.js';
import { ProcessService } from '../../transaction/process/process.service.js';
import { TransactionRepository } from '../../transaction/record/transaction.repository.js';
import type { Transaction } from '../../transaction/record/transaction.types.js';
import { CaptureTransaction } from '../../transaction/verbs/capture-transaction.service.js';
import { RefundTransaction } from '../../transaction/verbs/refund-transaction.service.js';
import { toGatewayUser } from '../../user/gateway/gateway-user.mapper.js';
import { GatewayUserRepository } from '../../user/gateway/gateway-user.repository.js';
import { type GatewayPrincipal, toPrincipal } from '../../user/gateway/gateway-user.types.js';
import { may, type Permission } from '../../user/gateway/permissions.js';
import type { CsvRow } from '../file/csv-rows.js';
import { RowCipher } from '../file/row-cipher.js';
import { FileBatchRowRepository } from '../record/file-batch-row.repository.js';
import type { FileBatch, FileBatchRow, RowOrder, ShownRow } from '../record/file-batch.types.js';
import { NamedTransactions } from './named-transactions.service.js';
import { captureOutcomeOf, outcomeOf, refusedRow, type RowOutcome } from './row-outcome.js';
import { RowReading } from './row-reading.service.js';

/** Time for which a row belongs to the worker that took it up; then another takes it, in case that one died. */
const ROW_LEASE_MS = 2 * MINUTE;
/** An outcome that nobody knows yet is looked for again after this. */
const LOOK_AGAIN_MS = 20 * SECOND;
/** A row that cannot be carried out for reasons of ours, such as a bug, ends at last: a batch that never ends helps nobody. */
const MOST_TRIES = 20;

/** State of a row after a turn: `untouched` is one whose outcome is not certain and which is looked at again. */
export type RowState = 'ended' | 'waiting' | 'untouched';

/**
 * Carries out one row, once. The id of its transaction is drawn into the row before anything is asked for, and everything is
 * asked for under it, so that a row that is taken up again, on whatever instance, meets what the first try began. What the row
 * asks for, card data and CVC included, is erased by the very write that tells its outcome.
 */
@Injectable()
export class RowRunner {
  private readonly logger = new Logger(RowRunner.name);

  constructor(
    private readonly rows: FileBatchRowRepository,
    private readonly reading: RowReading,
    private readonly users: GatewayUserRepository,
    private readonly transactions: TransactionRepository,
    private readonly named: NamedTransactions,
    private readonly processing: ProcessService,
    private readonly captures: CaptureTransaction,
    private readonly refunds: RefundTransaction,
    private readonly cipher: RowCipher,
    private readonly clock: Clock,
  ) {}

  /** Never throws: a row that cannot be ended yet stops no other. */
  async run(batch: FileBatch, row: FileBatchRow): Promise<RowState> {
    try {
      return await this.carryOut(batch, row);
    } catch (error) {
      this.tell(row, error);
      return 'untouched';
    }
  }

  private async carryOut(batch: FileBatch, row: FileBatchRow): Promise<RowState> {
    // Erased already: nobody knew the outcome when it was sent.
    if (row.sealed === null) return this.settle(row, null);
    const current = { row, order: null as RowOrder | null };
    try {
      const text = this.cipher.decrypt(row.sealed, row._id);
      if (text === null) return await this.end(row, refusedRow('the row can no longer be decrypted'));
      const { asked, ...shown } = await this.reading.read(JSON.parse(text) as CsvRow['values'], batch.ipAddress);
      current.row = { ...row, ...shown };
      if (asked.kind === 'refused') return await this.end(current.row, refusedRow(asked.why));
      current.order = asked;
      const caller = await this.callerOf(batch, asked);
      const taken = await this.take(current.row, await this.drawn(row, asked, caller));
      if (taken === null) return 'untouched'; // another worker has it
      current.row = taken;
      return await this.settle(taken, asked, await this.ask(caller, taken, asked));
    } catch (error) {
      return await this.refuse(current.row, current.order, error);
    }
  }

  /** Returns the uploader as they are now. Throws AppError forbidden. */
  private async callerOf({ _id, userId, accountId }: FileBatch, order: RowOrder): Promise<GatewayPrincipal> {
    const user = await atFailpoint('batch.load_user', () => this.users.findById(userId));
    if (user?.status !== 'active' || user.accountId !== accountId)
      throw new AppError('forbidden', 'the user who uploaded it is not active');
    const caller = toPrincipal(toGatewayUser(user), `file_batch ${_id}`);
    const wanted: readonly Permission[] = ['access_file_batch', ...(order.kind === 'charge' ? [] : [VERB[order.kind]])];
    const missing = wanted.find((permission) => !may(caller, permission));
    if (missing !== undefined) throw new AppError('forbidden', `missing permission ${missing}`);
    return caller;
  }

  /** The ids to ask under: those of an earlier try, or new ones. */
  private async drawn(
    { transactionId, originalId }: FileBatchRow,
    order: RowOrder,
    caller: GatewayPrincipal,
  ): Promise<Pick<FileBatchRow, 'transactionId' | 'originalId'>> {
    if (transactionId !== '') return { transactionId, originalId };
    const fresh = newXid(this.clock.now());
    if (order.kind === 'charge') return { transactionId: fresh, originalId: '' };
    const original = await this.named.find(caller, order);
    return { transactionId: order.kind === 'capture' ? original : fresh, originalId: original };
  }

  private take(
    row: FileBatchRow,
    ids: Pick<FileBatchRow, 'transactionId' | 'originalId'>,
  ): Promise<FileBatchRow | null> {
    const dueAt = new Date(this.clock.now() + ROW_LEASE_MS);
    return atFailpoint('batch.take_row', () =>
      this.rows.change(row, { ...shownOf(row), ...ids, tries: row.tries + 1, dueAt }),
    );
  }

  private ask(caller: GatewayPrincipal, row: FileBatchRow, order: RowOrder): Promise<Transaction> {
    const { transactionId, originalId } = row;
    switch (order.kind) {
      case 'charge':
        return this.processing.processAs(caller, order.request, transactionId);
      case 'capture':
        return this.capture(caller, row, order);
      case 'refund':
        return this.refunds.refund(caller, originalId, order.order, transactionId);
    }
  }

  /** A transaction is captured once. What an earlier try of the row began is gone on with. */
  private async capture(
    caller: GatewayPrincipal,
    { originalId, tries }: FileBatchRow,
    { order }: Extract<RowOrder, { kind: 'capture' }>,
  ): Promise<Transaction> {
    const before = tries > 1 ? await this.find(caller.accountId, originalId) : null;
    if (before?.asked?.kind === 'capture') return this.captures.carryOut(before);
    if (before !== null && before.capturedMinor > 0) return before;
    return this.captures.capture(caller, originalId, order);
  }

  private find(accountId: string, id: string): Promise<Transaction | null> {
    return atFailpoint('batch.find', () => this.transactions.find(accountId, id));
  }

  /** Writes how the row went, or when to look again. */
  private async settle(row: FileBatchRow, order: RowOrder | null, done?: Transaction): Promise<RowState> {
    const transaction = done ?? (await atFailpoint('batch.look', () => this.transactions.load(row.transactionId)));
    if (transaction === null) return this.end(row, refusedRow('it was interrupted, nothing was charged'));
    const outcome = isCapture(row)
      ? captureOutcomeOf(transaction, order?.kind === 'capture' ? order.order.amountMinor : undefined)
      : outcomeOf(transaction);
    // Without an outcome it was sent, and the transactions' own resolver goes on without what the row holds.
    return outcome === null ? this.later(row, null) : this.end(row, outcome);
  }

  /** Ends a row for which there is no transaction. Where there is one, it says how the row went. */
  private async refuse(row: FileBatchRow, order: RowOrder | null, error: unknown): Promise<RowState> {
    const begun = row.transactionId === '' || isCapture(row) ? null : await this.begun(row);
    if (begun !== null && begun.status !== 'unknown') return this.settle(row, order, begun);
    if (begun === null && (isFinal(error) || row.tries >= MOST_TRIES))
      return this.end(row, refusedRow(sentenceOf(error)));
    this.tell(row, error);
    // At last only its transaction is waited for.
    return this.later(row, row.tries < MOST_TRIES ? row.sealed : null);
  }

  private begun({ transactionId }: FileBatchRow): Promise<Transaction | null> {
    return atFailpoint('batch.begun', () => this.transactions.load(transactionId));
  }

  private async end(row: FileBatchRow, outcome: RowOutcome): Promise<RowState> {
    const ended = await atFailpoint('batch.end_row', () =>
      this.rows.change(row, { ...shownOf(row), ...outcome, sealed: null, dueAt: null }),
    );
    return ended === null ? 'untouched' : 'ended';
  }

  private async later(row: FileBatchRow, sealed: string | null): Promise<RowState> {
    const dueAt = new Date(this.clock.now() + LOOK_AGAIN_MS);
    const waiting = await atFailpoint('batch.row_later', () =>
      this.rows.change(row, { ...shownOf(row), sealed, dueAt, tries: row.tries + 1 }),
    );
    return waiting === null ? 'untouched' : 'waiting';
  }

  private tell({ _id }: FileBatchRow, error: unknown): void {
    this.logger.warn({ err: error, object: _id }, 'the row of a file batch could not be ended yet');
  }
}

/** Once its order is read, the row tells of it what may be shown. */
function shownOf({ transactionType, amount, orderId, maskedAccount }: FileBatchRow): ShownRow {
  return { transactionType, amount, orderId, maskedAccount };
}

const VERB = { capture: 'process_capture', refund: 'process_refund' } as const;

/** A capture has no transaction of its own. */
const isCapture = ({ originalId, transactionId }: FileBatchRow): boolean =>
  originalId !== '' && originalId === transactionId;

/** Kinds of errors that say the same however often they are asked: something is wrong with the row. */
const FINAL: ReadonlySet<AppErrorKind> = new Set(['invalid', 'declined', 'forbidden', 'not_found', 'conflict']);

const isFinal = (error: unknown): boolean => error instanceof AppError && FINAL.has(kindOf(error.code));

function sentenceOf(error: unknown): string {
  if (!(error instanceof AppError)) return 'internal error';
  return (error.messages ?? [error.message]).join('; ');
}
