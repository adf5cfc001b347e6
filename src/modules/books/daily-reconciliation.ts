import { Inject, Injectable, Logger } from '@nestjs/common';
import { BackgroundWorker } from '../../platform/common/background-worker.js';
import { Clock } from '../../platform/common/clock.js';
import { MINUTE } from '../../platform/common/duration.js';
import { isLeased } from '../../platform/common/lease.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Metrics } from '../../platform/operations/metrics.js';
import { Readiness } from '../../platform/operations/readiness.js';
import { isZero } from './compare.js';
import { CouldNotReconcile } from './could-not-reconcile.js';
import { dayOf, daysLater, spanOf } from './day-range.js';
import { wordsFor } from './difference-words.js';
import { ReconcileRunRepository } from './reconcile-run.repository.js';
import { Reconciler } from './reconciler.service.js';
import type { DayRange, ReconcileRun, Reconciliation } from './reconciliation.types.js';
import { type RowDifference, TransactionRows } from './transaction-rows.js';

/** A lease longer than a comparison takes. */
const LEASE_MS = 60 * MINUTE;
const AFTER_FAILURE_MS = 10 * MINUTE;
/** Days that were missed are made up for, so many at once. */
const MAX_DAYS = 31;
/** A limit of log lines: more differences than this have one cause, and the report lists them all. */
const TOLD = 20;

/** Compares yesterday (UTC) once it is over, on one of the workers. It only reads: repairing is a person's decision. */
@Injectable()
export class DailyReconciliation extends BackgroundWorker {
  private readonly logger = new Logger(DailyReconciliation.name);

  constructor(
    private readonly runs: ReconcileRunRepository,
    private readonly reconciler: Reconciler,
    private readonly rows: TransactionRows,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    readiness: Readiness,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super(config.role, readiness, 'daily-reconciliation', MINUTE);
  }

  override onApplicationBootstrap(): void {
    if (this.config.reconcile.afterMs <= 0) return;
    this.metrics.count('reconcile_runs_total', { result: 'agrees' }, 0);
    super.onApplicationBootstrap();
  }

  /** Compares what is due, if nobody else is at it. */
  override async pass(): Promise<void> {
    const run = await this.claim();
    if (run === null) return;
    try {
      const range = this.rangeAfter(run);
      const isOver = () => this.stopping;
      const reconciliation = await this.reconciler.compare(range, { isOver });
      const rows = await this.rows.differing(spanOf(range, this.clock.now()), isOver);
      await this.runs.swap(run, {
        comparedThrough: reconciliation.range.to,
        differences: this.tell(reconciliation, rows),
        leaseUntil: null,
      });
    } catch (error) {
      if (this.stopping && error instanceof CouldNotReconcile) {
        await this.runs.swap(run, { leaseUntil: null }); // from its beginning, by whoever is alive
        return;
      }
      this.metrics.count('reconcile_runs_total', { result: 'failed' });
      await this.runs.swap(run, { leaseUntil: null, nextAt: new Date(this.clock.now() + AFTER_FAILURE_MS) });
      throw error; // the loop logs it
    }
  }

  /** @returns null when nothing is due, or somebody is at it. */
  private async claim(): Promise<ReconcileRun | null> {
    const now = this.clock.now();
    const run = (await this.runs.load('daily')) ?? (await this.first());
    this.metrics.gauge('reconcile_differences', run.differences);
    const isDue = run.comparedThrough === null || run.comparedThrough < this.lastDay();
    if (!isDue || isLeased(run, now) || run.nextAt.getTime() > now) return null;
    return this.runs.swap(run, { leaseUntil: new Date(now + LEASE_MS) });
  }

  private async first(): Promise<ReconcileRun> {
    const never = { comparedThrough: null, differences: 0, nextAt: this.clock.date(), leaseUntil: null };
    return (await this.runs.insert({ _id: 'daily', ...never })).document;
  }

  /** The newest day that has been over for long enough. */
  private lastDay(): string {
    return daysLater(dayOf(new Date(this.clock.now() - this.config.reconcile.afterMs)), -1);
  }

  private rangeAfter({ comparedThrough }: ReconcileRun): DayRange {
    const to = this.lastDay();
    const usual = daysLater(to, 1 - this.config.reconcile.days);
    const missed = comparedThrough === null ? usual : daysLater(comparedThrough, 1);
    const earliest = daysLater(to, 1 - MAX_DAYS);
    const from = missed < usual ? missed : usual;
    return { from: from < earliest ? earliest : from, to };
  }

  /** @returns how many differences there are. */
  private tell(reconciliation: Reconciliation, rows: readonly RowDifference[]): number {
    const { range, differences, counts } = reconciliation;
    const count = differences.length + counts.unreadable + rows.length;
    const agrees = isZero(reconciliation) && rows.length === 0;
    this.metrics.count('reconcile_runs_total', { result: agrees ? 'agrees' : 'differs' });
    this.metrics.gauge('reconcile_differences', count);
    this.logger.log({ detail: JSON.stringify(counts), ...range, count }, 'reconciled');
    if (!agrees) this.logger.error({ ...range, count, detail: JSON.stringify(counts) }, 'reconcile_differs');
    for (const one of differences.slice(0, TOLD)) {
      const { kind, paymentId, providerPaymentId, gaps } = one;
      const detail = `${wordsFor(one).what} ${JSON.stringify(gaps)}`;
      this.logger.error({ reason: kind, paymentId, providerPaymentId, detail }, 'reconcile_difference');
    }
    for (const { paymentId, transactionId, detail } of rows.slice(0, TOLD))
      this.logger.error({ reason: 'transaction_row', paymentId, transactionId, detail }, 'reconcile_difference');
    return count;
  }
}
