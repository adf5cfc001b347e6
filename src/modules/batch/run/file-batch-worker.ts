import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../../platform/common/clock.js';
import { DueWorker } from '../../../platform/common/due-worker.js';
import { MINUTE, SECOND } from '../../../platform/common/duration.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { inLanes } from '../../../platform/common/lanes.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { Readiness } from '../../../platform/operations/readiness.js';
import { FIRST_LINE } from '../file/csv-rows.js';
import { FileUpload } from '../file/file-upload.service.js';
import { FileBatchRowRepository } from '../record/file-batch-row.repository.js';
import { type FileBatchChange, FileBatchRepository } from '../record/file-batch.repository.js';
import type { FileBatch, FileBatchRow } from '../record/file-batch.types.js';
import { RowRunner, type RowState } from './row-runner.service.js';

/** Time for which a batch belongs to the worker that took it up: longer than a turn and its last rows. */
const BATCH_LEASE_MS = 2 * MINUTE;
/** After a turn another batch has its own, so that one of 10,000 rows holds up none of ten. */
const TURN_MS = 10 * SECOND;
const ROWS_A_TURN = 40;
const STUCK_MS = 10 * SECOND;
/** Few: payers at a checkout have the larger part of Stripe's limit. */
const ROWS_AT_A_TIME = 8;

/** Carries batches out in turns, and clears away what uploads left behind. Nothing depends on its leases but work done twice. */
@Injectable()
export class FileBatchWorker extends DueWorker<FileBatch> {
  protected override readonly pace = { batch: 10, lanes: 1 };
  private readonly logger = new Logger(FileBatchWorker.name);

  constructor(
    private readonly batches: FileBatchRepository,
    private readonly rows: FileBatchRowRepository,
    private readonly uploads: FileUpload,
    private readonly runner: RowRunner,
    private readonly clock: Clock,
    readiness: Readiness,
    @Inject(CONFIG) config: Config,
  ) {
    super(config.role, readiness, 'file-batch-worker', config.payments.resolverTickMs);
  }

  protected override due(limit: number): Promise<readonly FileBatch[]> {
    return atFailpoint('batch.due', () => this.batches.due(this.clock.date(), limit));
  }

  protected override async work(batch: FileBatch): Promise<boolean> {
    try {
      const dueAt = new Date(this.clock.now() + BATCH_LEASE_MS);
      const claimed = await atFailpoint('batch.take', () => this.batches.change(batch, { ...begun(batch), dueAt }));
      if (claimed === null) return false;
      if (claimed.status === 'uploading') await this.uploads.recover(claimed);
      else await this.turn(claimed);
    } catch (error) {
      this.logger.warn({ err: error, object: batch._id }, 'the file batch could not be carried on yet');
    }
    return true;
  }

  private async turn(batch: FileBatch): Promise<void> {
    const { _id, nextLine } = batch;
    const due = await atFailpoint('batch.due_rows', () => this.rows.due(_id, this.clock.date(), ROWS_A_TURN));
    const page = await atFailpoint('batch.next_rows', () => this.rows.page(_id, nextLine, ROWS_A_TURN));
    // A line that is not there ends the batch; the rows behind it are not carried out as if nothing were missing.
    const next = page.filter(({ line }, index) => line === nextLine + index);
    const before = next.filter(({ status, dueAt }) => status !== '' || dueAt !== null);
    const states = await this.runAll(batch, [...due, ...next.filter((row) => !before.includes(row))]);
    const behind = next.find((row) => !before.includes(row) && (states.get(row._id) ?? 'untouched') === 'untouched');
    const change = await this.progressOf(batch, {
      reached: behind?.line ?? nextLine + next.length,
      hasRest: behind !== undefined,
    });
    await atFailpoint('batch.progress', () => this.batches.change(batch, change));
    // There is more, here or of another batch.
    if (change.dueAt !== null && change.dueAt <= this.clock.date()) this.nudge();
  }

  /** Returns what became of those that were reached before the turn was over. */
  private async runAll(batch: FileBatch, rows: readonly FileBatchRow[]): Promise<ReadonlyMap<string, RowState>> {
    const until = performance.now() + TURN_MS;
    const states = new Map<string, RowState>();
    await inLanes(ROWS_AT_A_TIME, rows, async (row) => {
      if (this.stopping || performance.now() > until) return;
      states.set(row._id, await this.runner.run(batch, row));
    });
    return states;
  }

  private async progressOf(
    { _id, nextLine: from, numLines }: FileBatch,
    { reached, hasRest }: Reached,
  ): Promise<Progress> {
    const { count, nextAt } = await atFailpoint('batch.waiting_rows', () => this.rows.waiting(_id, reached));
    const updatedAt = this.clock.date();
    const told = { nextLine: reached, processedLines: reached - FIRST_LINE - count, updatedAt };
    if (reached < FIRST_LINE + numLines) {
      // A turn that came no further, with time left, has met a row that cannot even be written to.
      if (reached > from || this.stopping) return { ...told, dueAt: updatedAt };
      if (hasRest) return { ...told, dueAt: new Date(updatedAt.getTime() + STUCK_MS) };
      this.logger.error({ object: _id, count: FIRST_LINE + numLines - reached }, 'rows of a file batch have vanished');
      return { ...told, status: 'failed', dueAt: null };
    }
    return nextAt === null ? { ...told, status: 'completed', dueAt: null } : { ...told, dueAt: nextAt };
  }
}

interface Reached {
  /** The first line that is not behind us. */
  readonly reached: number;
  /** It is in the store. */
  readonly hasRest: boolean;
}

type Progress = FileBatchChange & { readonly dueAt: Date | null };

const begun = ({ status }: FileBatch): FileBatchChange => (status === 'pending' ? { status: 'processing' } : {});
