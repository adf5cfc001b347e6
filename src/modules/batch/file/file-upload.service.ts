import { Injectable, Logger } from '@nestjs/common';
import { createHash, type Hash } from 'node:crypto';
import { AppError } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { MINUTE } from '../../../platform/common/duration.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { newXid } from '../../../platform/common/xid.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import { FileBatchRowRepository, rowId } from '../record/file-batch-row.repository.js';
import { FileBatchRepository } from '../record/file-batch.repository.js';
import type { FileBatch, NewRow } from '../record/file-batch.types.js';
import { type CsvRow, csvRows, FIRST_LINE } from './csv-rows.js';
import { FileClaims } from './file-claims.service.js';
import { RowCipher } from './row-cipher.js';

/** No upload takes longer: what is older was left behind by a process that died. */
const ABANDONED_AFTER_MS = 10 * MINUTE;
/** Rows that are in memory, and go to the store, at a time. */
const ROWS_AT_A_TIME = 100;

export interface FileToUpload {
  readonly pieces: AsyncIterable<Buffer>;
  /** The Idempotency-Key of the request; null for none. */
  readonly key: string | null;
  /** Client's IP address. */
  readonly address: string;
}

export interface UploadedBatch {
  readonly batch: FileBatch;
  /** The file was uploaded before: this is its batch. */
  readonly isRepeat: boolean;
}

/**
 * Takes a file in: its rows are stored as they come, so that memory stays flat, and nobody sees them before the last one is. The
 * batch then claims its file, and is begun only if the claim is its own.
 */
@Injectable()
export class FileUpload {
  private readonly logger = new Logger(FileUpload.name);

  constructor(
    private readonly batches: FileBatchRepository,
    private readonly rows: FileBatchRowRepository,
    private readonly claims: FileClaims,
    private readonly cipher: RowCipher,
    private readonly clock: Clock,
  ) {}

  /** Throws AppError validation_failed, naming the line, and what the pieces throw; StoreError. Nothing is begun then. */
  async upload(caller: GatewayPrincipal, file: FileToUpload): Promise<UploadedBatch> {
    const batch = await atFailpoint('batch.insert', () => this.batches.insert(this.newBatch(caller, file.address)));
    const hash = createHash('sha256');
    const pieces = hashed(file.pieces, hash);
    const numLines = await this.orDiscard(batch, () => this.store(batch, pieces));
    return this.begin(batch, numLines, { accountId: caller.accountId, key: file.key, digest: hash.digest('hex') });
  }

  /** Begins a batch that has its claim, or takes out one that has none: its upload was left behind. */
  async recover(batch: FileBatch): Promise<void> {
    if (batch.claimId !== null && (await this.claims.isOf(batch.claimId, batch._id))) await this.start(batch);
    else await this.discard(batch);
  }

  private newBatch({ accountId, id: userId }: GatewayPrincipal, ipAddress: string): Omit<FileBatch, 'v' | 'w'> {
    const now = this.clock.date();
    const dueAt = new Date(now.getTime() + ABANDONED_AFTER_MS);
    const times = { createdAt: now, updatedAt: now, dueAt };
    const nothing = { numLines: 0, processedLines: 0, nextLine: FIRST_LINE, claimId: null };
    const whose = { accountId, userId, ipAddress };
    return { _id: newXid(now.getTime()), ...whose, status: 'uploading', ...nothing, ...times };
  }

  /** @returns how many rows there are. */
  private async store(batch: FileBatch, pieces: AsyncIterable<Buffer>): Promise<number> {
    let count = 0;
    let waiting: NewRow[] = [];
    const insert = async (): Promise<void> => {
      const rows = waiting;
      waiting = [];
      await atFailpoint('batch.insert_rows', () => this.rows.insertAll(rows));
    };
    for await (const row of csvRows(pieces)) {
      count++;
      waiting.push(this.rowOf(batch, row));
      if (waiting.length === ROWS_AT_A_TIME) await insert();
    }
    if (waiting.length > 0) await insert();
    return count;
  }

  private rowOf({ _id: batchId }: FileBatch, { line, values }: CsvRow): NewRow {
    const _id = rowId(batchId, line);
    return {
      _id,
      batchId,
      line,
      sealed: this.cipher.encrypt(JSON.stringify(values), _id),
      tries: 0,
      originalId: '',
      transactionId: '',
      status: '',
      responseCode: null,
      responseText: '',
      transactionType: '',
      amount: '',
      orderId: '',
      maskedAccount: '',
      dueAt: null,
    };
  }

  private async begin(
    batch: FileBatch,
    numLines: number,
    file: Parameters<FileClaims['claim']>[0],
  ): Promise<UploadedBatch> {
    const claimId = this.claims.nameOf(file);
    // From here on a worker can tell whether the batch was to begin.
    const whole = await atFailpoint('batch.whole', () => this.batches.change(batch, { numLines, claimId }));
    if (whole === null) throw new Error(`file batch ${batch._id} was taken for one that was left behind`);
    const owner = await this.orDiscard(whole, () => this.claims.claim(file, batch._id));
    if (owner === batch._id) return { batch: await this.start(whole), isRepeat: false };
    const first = await atFailpoint('batch.load_first', () => this.batches.load(owner));
    if (first === null) throw new Error(`file batch ${owner} has vanished`);
    await this.discardInTime(whole);
    return { batch: first.status === 'uploading' ? await this.start(first) : first, isRepeat: true };
  }

  /** Begins the batch of a claim, also for an upload that died after it: the claim is written when all rows are there. */
  private async start(batch: FileBatch): Promise<FileBatch> {
    const now = this.clock.date();
    const begun = await atFailpoint('batch.start', () =>
      this.batches.change(batch, { status: 'pending', createdAt: now, updatedAt: now, dueAt: now }),
    );
    if (begun !== null) return begun;
    const current = await atFailpoint('batch.reload', () => this.batches.load(batch._id));
    if (current === null) throw new Error(`file batch ${batch._id} has vanished`);
    return current;
  }

  private async discard({ _id }: FileBatch): Promise<void> {
    // The rows first: what is left of a batch is found by its document.
    await atFailpoint('batch.delete_rows', () => this.rows.deleteOf(_id));
    await atFailpoint('batch.delete', () => this.batches.delete(_id));
  }

  /** Takes the batch out when its client is refused. After any other failure it may have its claim: the worker looks. */
  private async orDiscard<T>(batch: FileBatch, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (batch.claimId === null || (error instanceof AppError && error.code === 'validation_failed'))
        await this.discardInTime(batch);
      throw error;
    }
  }

  /** A failure is the worker's to repair: the caller has to hear of the first one. */
  private async discardInTime(batch: FileBatch): Promise<void> {
    await this.discard(batch).catch((error: unknown) => {
      this.logger.warn({ err: error, object: batch._id }, 'the rows of a refused file are deleted later');
    });
  }
}

async function* hashed(pieces: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer, void, undefined> {
  for await (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
}
