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
import { RowCipher } from '../file/row-cipher.js';
import { FileBatchRowRepository } from '../record/file-batch-row.repository.js';
import type { FileBatch, FileBatchRow, RowOrder } from '../record/file-batch.types.js';
import { NamedTransactions } from './named-transactions.service.js';
import { captureOutcomeOf, outcomeOf, refusedRow, type RowOutcome } from './row-outcome.js';

/** Whoever dies at a row is waited for so long. */
const ROW_LEASE_MS = 2 * MINUTE;
/** An outcome that nobody knows yet is looked for again after this. */
const LOOK_AGAIN_MS = 20 * SECOND;
/** A row that cannot be carried out for reasons of ours, such as a bug, ends at last: a batch that never ends helps nobody. */
const MOST_TRIES = 20;

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
    private readonly users: GatewayUserRepository,
    private readonly transactions: TransactionRepository,
    private readonly named: NamedTransactions,
    private readonly processing: ProcessService,
    private readonly captures: CaptureTransaction,
    private readonly refunds: RefundTransaction,
    private readonly cipher: RowCipher,
    private readonly clock: Clock,
  ) {}

  /** Never throws: a row that could not be ended is due again after its lease, and stops no other. */
  async run(batch: FileBatch, row: FileBatchRow): Promise<void> {
    try {
      await this.carryOut(batch, row);
    } catch (error) {
      this.logger.warn({ err: error, object: row._id }, 'the row of a file batch could not be ended yet');
    }
  }

  private async carryOut(batch: FileBatch, row: FileBatchRow): Promise<void> {
    if (row.refusal !== '') return this.end(row, refusedRow(row.refusal));
    // Erased already: nobody knew the outcome when it was sent.
    if (row.sealed === null) return this.settle(row, null);
    const order = this.orderOf(row);
    if (order === null) return this.end(row, refusedRow('the row can no longer be decrypted'));
    let drawn: FileBatchRow | null = row;
    try {
      const caller = await this.callerOf(batch, order);
      drawn = await this.take(row, await this.drawn(row, order, caller));
      if (drawn === null) return; // another worker has it
      const done = await this.ask(caller, drawn, order);
      return await this.settle(drawn, order, done);
    } catch (error) {
      if (drawn === null) throw error;
      return await this.refuse(drawn, order, error);
    }
  }

  private orderOf({ _id, sealed }: FileBatchRow): RowOrder | null {
    const text = this.cipher.decrypt(sealed ?? '', _id);
    return text === null ? null : (JSON.parse(text) as RowOrder);
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

  private take(row: FileBatchRow, ids: Pick<FileBatchRow, 'transactionId' | 'originalId'>): Promise<FileBatchRow | null> {
    const dueAt = new Date(this.clock.now() + ROW_LEASE_MS);
    return atFailpoint('batch.take_row', () => this.rows.change(row, { ...ids, tries: row.tries + 1, dueAt }));
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
  private async settle(row: FileBatchRow, order: RowOrder | null, done?: Transaction): Promise<void> {
    const transaction = done ?? (await atFailpoint('batch.look', () => this.transactions.load(row.transactionId)));
    if (transaction === null) return this.end(row, refusedRow('it was interrupted, nothing was charged'));
    const outcome = isCapture(row)
      ? captureOutcomeOf(transaction, order?.kind === 'capture' ? order.order.amountMinor : undefined)
      : outcomeOf(transaction);
    if (outcome !== null) return this.end(row, outcome);
    // It was sent, and the transactions' own resolver goes on without what the row holds.
    await this.later(row, { sealed: null });
  }

  /** Ends a row for which there is no transaction. Where there is one, it says how the row went. */
  private async refuse(row: FileBatchRow, order: RowOrder, error: unknown): Promise<void> {
    const begun = row.transactionId === '' || isCapture(row) ? null : await this.begun(row);
    if (begun !== null && begun.status !== 'unknown') return this.settle(row, order, begun);
    if (begun === null && (isFinal(error) || row.tries >= MOST_TRIES)) return this.end(row, refusedRow(sentenceOf(error)));
    this.logger.warn({ err: error, object: row._id }, 'the row of a file batch could not be ended yet');
    // At last only its transaction is waited for.
    await this.later(row, { sealed: row.tries < MOST_TRIES ? row.sealed : null });
  }

  private begun({ transactionId }: FileBatchRow): Promise<Transaction | null> {
    return atFailpoint('batch.begun', () => this.transactions.load(transactionId));
  }

  private async end(row: FileBatchRow, outcome: RowOutcome): Promise<void> {
    await atFailpoint('batch.end_row', () =>
      this.rows.change(row, { ...outcome, sealed: null, refusal: '', dueAt: null }),
    );
  }

  private async later(row: FileBatchRow, change: Pick<FileBatchRow, 'sealed'>): Promise<void> {
    const dueAt = new Date(this.clock.now() + LOOK_AGAIN_MS);
    await atFailpoint('batch.row_later', () =>
      this.rows.change(row, { ...change, dueAt, tries: row.tries + 1 }),
    );
  }
}

const VERB = { capture: 'process_capture', refund: 'process_refund' } as const;

/** A capture has no transaction of its own. */
const isCapture = ({ originalId, transactionId }: FileBatchRow): boolean => originalId !== '' && originalId === transactionId;

/** Kinds of errors that say the same however often they are asked: something is wrong with the row. */
const FINAL: ReadonlySet<AppErrorKind> = new Set(['invalid', 'declined', 'forbidden', 'not_found', 'conflict']);

const isFinal = (error: unknown): boolean => error instanceof AppError && FINAL.has(kindOf(error.code));

function sentenceOf(error: unknown): string {
  if (!(error instanceof AppError)) return 'internal error';
  return (error.messages ?? [error.message]).join('; ');
}
