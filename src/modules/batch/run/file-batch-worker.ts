import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../../platform/common/clock.js';
import { DueWorker } from '../../../platform/common/due-worker.js';
import { MINUTE, SECOND } from '../../../platform/common/duration.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { inLanes } from '../../../platform/common/lanes.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { Readiness } from '../../../platform/operations/readiness.js';
import { FileUpload } from '../file/file-upload.service.js';
import { FileBatchRowRepository } from '../record/file-batch-row.repository.js';
import { type FileBatchChange, FileBatchRepository } from '../record/file-batch.repository.js';
import type { FileBatch } from '../record/file-batch.types.js';
import { RowRunner } from './row-runner.service.js';

/** Whoever dies at a batch is waited for so long. Longer than a turn, and the last rows of it. */
const BATCH_LEASE_MS = 2 * MINUTE;
/** After a turn another batch has its own, so that one of 10,000 rows holds up none of ten. */
const TURN_MS = 10 * SECOND;
const ROWS_A_TURN = 40;
/** Few: payers at a checkout have the larger part of Stripe's limit. */
const ROWS_AT_A_TIME = 4;

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
    const until = performance.now() + TURN_MS;
    const due = await atFailpoint('batch.due_rows', () => this.rows.due(batch._id, this.clock.date(), ROWS_A_TURN));
    await inLanes(ROWS_AT_A_TIME, due, async (row) => {
      if (!this.stopping && performance.now() < until) await this.runner.run(batch, row);
    });
    const change = await this.progressOf(batch);
    await atFailpoint('batch.progress', () => this.batches.change(batch, change));
    // There is more, here or of another batch.
    if (change.dueAt !== null && change.dueAt <= this.clock.date()) this.nudge();
  }

  private async progressOf({ _id, numLines }: FileBatch): Promise<FileBatchChange & { readonly dueAt: Date | null }> {
    const { count, nextAt } = await atFailpoint('batch.open_rows', () => this.rows.open(_id));
    const updatedAt = this.clock.date();
    const processedLines = numLines - count;
    if (count > 0) return { processedLines, updatedAt, dueAt: nextAt };
    const stored = await atFailpoint('batch.count', () => this.rows.count(_id));
    if (stored === numLines) return { status: 'completed', processedLines, updatedAt, dueAt: null };
    this.logger.error({ object: _id, count: numLines - stored }, 'rows of a file batch have vanished');
    return { status: 'failed', processedLines: stored, updatedAt, dueAt: null };
  }
}

const begun = ({ status }: FileBatch): FileBatchChange => (status === 'pending' ? { status: 'processing' } : {});
