import { Inject, Injectable, Logger } from '@nestjs/common';
import { BackgroundWorker } from '../../platform/common/background-worker.js';
import { Clock } from '../../platform/common/clock.js';
import { DAY, HOUR, MINUTE } from '../../platform/common/duration.js';
import { atFailpoint } from '../../platform/common/failpoints.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Metrics } from '../../platform/operations/metrics.js';
import { Readiness } from '../../platform/operations/readiness.js';
import { SettlingRepository } from '../transaction/record/settling.repository.js';
import { BatchCloser } from './batch-closer.service.js';
import { SettlementBatchRepository } from './batch.repository.js';
import type { SettlementBatch } from './batch.types.js';
import { SettlementRun } from './settlement-run.service.js';
import { TerminalSettlement } from './terminal-settlement.service.js';

/** Two cut-offs have passed by. */
const OVERDUE_MS = 2 * DAY;
const COUNT_EVERY_MS = HOUR;
const RECOUNTS = 100;

/** Settles by itself: the cut-offs of the processors, the times of the terminals, and batches that are to be counted again. */
@Injectable()
export class SettlementWorker extends BackgroundWorker {
  private readonly logger = new Logger(SettlementWorker.name);
  private countAt = 0;

  constructor(
    private readonly run: SettlementRun,
    private readonly terminals: TerminalSettlement,
    private readonly closer: BatchCloser,
    private readonly batches: SettlementBatchRepository,
    private readonly settling: SettlingRepository,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    readiness: Readiness,
    @Inject(CONFIG) config: Config,
  ) {
    super(config.role, readiness, 'settlement', MINUTE);
  }

  override async pass(): Promise<void> {
    await this.showOverdue();
    this.tell(await this.run.closeDue(() => this.stopping));
    if (!this.stopping) this.tell(await this.terminals.closeDue());
    if (!this.stopping) await this.countAgain();
  }

  private async countAgain(): Promise<void> {
    const due = await atFailpoint('settlement.due', () => this.batches.due(this.clock.date(), RECOUNTS));
    for (const batch of due) if (!this.stopping) await this.closer.check(batch);
  }

  /** The store has to look at all that waits for it, so once an hour is enough. */
  private async showOverdue(): Promise<void> {
    const now = this.clock.now();
    if (now < this.countAt) return;
    const then = new Date(now - OVERDUE_MS);
    const count = await atFailpoint('settlement.overdue', () => this.settling.countWaitingSince(then));
    this.metrics.gauge('settlement_overdue', count);
    this.countAt = now + COUNT_EVERY_MS;
  }

  private tell(closed: readonly SettlementBatch[]): void {
    for (const { _id, numTransactions, capturedMinor, creditMinor, currency } of closed) {
      const amountMinor = capturedMinor - creditMinor;
      this.logger.log({ batchId: _id, count: numTransactions, amountMinor, currency }, 'settled');
    }
  }
}
