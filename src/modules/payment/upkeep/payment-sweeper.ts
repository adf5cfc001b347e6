import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { BackgroundWorker } from '../../../platform/common/background-worker.js';
import { Clock } from '../../../platform/common/clock.js';
import { MINUTE, SECOND } from '../../../platform/common/duration.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { Metrics } from '../../../platform/operations/metrics.js';
import { Readiness } from '../../../platform/operations/readiness.js';
import { StripePayments } from '../../../platform/stripe/stripe-payments.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import { SweepItem, type Swept } from './sweep-item.js';
import { SweepRepository } from './sweep.repository.js';
import { isFree, neverSwept, SWEEP_VERDICTS, type Sweep, type SweepRun, type SweepVerdict } from './sweep.types.js';

/** Length of a lease: longer than a page takes, whatever Stripe does. */
const LEASE_MS = 5 * MINUTE;
/** Payers' own calls must keep their share of Stripe's limit; a sweep is in no hurry. */
const PAGE_PAUSE_MS = SECOND / 4;

/**
 * Compares Stripe's list of PaymentIntents with our records, newest first, a page at a time; where it stands is stored
 * after each page, so that a sweep that was interrupted goes on there, on whatever instance. The window reaches back from
 * the last finished sweep: after a backup was restored, that is the last one before the backup.
 */
@Injectable()
export class PaymentSweeper extends BackgroundWorker {
  private readonly logger = new Logger(PaymentSweeper.name);

  constructor(
    private readonly sweeps: SweepRepository,
    private readonly item: SweepItem,
    private readonly stripe: StripePayments,
    private readonly deployment: DeploymentService,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    readiness: Readiness,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super(config.role, readiness, 'payment-sweeper', Math.min(MINUTE, config.sweep.intervalMs));
  }

  override onApplicationBootstrap(): void {
    if (this.config.sweep.intervalMs === 0) return;
    // Shown from the start, or an alarm that waits for a sweep that never ends would have nothing to look at.
    this.metrics.count('sweep_runs_total', { result: 'done' }, 0);
    super.onApplicationBootstrap();
  }

  /** Sweeps if it is due and nobody else is at it. */
  override async pass(): Promise<void> {
    let sweep = await this.claim();
    while (sweep !== null && sweep.run !== null) {
      const current: Sweep = sweep;
      const next = this.stopping ? null : await this.nextPage(sweep.run);
      if (next === null) return this.letGo(current);
      sweep = await atFailpoint('sweep.page', () => this.sweeps.swap(current, next));
      if (sweep?.run != null) await sleep(PAGE_PAUSE_MS);
    }
  }

  private async claim(): Promise<Sweep | null> {
    const now = this.clock.now();
    const sweep =
      (await atFailpoint('sweep.load', () => this.sweeps.load('payment-intents'))) ?? (await this.first(new Date(now)));
    this.showDrift(sweep.drift ?? {});
    if (!isFree(sweep, now)) return null;
    const run = sweep.run ?? this.begin(sweep);
    return atFailpoint('sweep.claim', () => this.sweeps.swap(sweep, { run, leaseUntil: new Date(now + LEASE_MS) }));
  }

  private async first(nextAt: Date): Promise<Sweep> {
    return (
      await atFailpoint('sweep.first', () => this.sweeps.insert({ _id: 'payment-intents', ...neverSwept(nextAt) }))
    ).document;
  }

  private begin({ doneThrough }: Sweep): SweepRun {
    const since = (doneThrough ?? this.deployment.createdAt).getTime() - this.config.sweep.overlapMs;
    return { startedAt: this.clock.date(), from: new Date(since), after: null, counts: {}, drift: {} };
  }

  /** @returns what the sweep becomes, or null when Stripe did not say or we are shutting down. */
  private async nextPage(run: SweepRun): Promise<Partial<Sweep> | null> {
    const answer = await atFailpoint('sweep.list', () => this.stripe.listCreatedSince(run.from, run.after));
    // The cursor is of another account's list, or its PaymentIntent is gone with test data: from the start again.
    if (answer.outcome === 'refused' && answer.code === 'resource_missing') return { run: null, leaseUntil: null };
    if (answer.outcome !== 'done') return null;
    const { items, unreadable, last, more } = answer.value;
    const compared = await this.item.sweep(items, () => this.stopping);
    if (compared === null) return null;
    const swept = this.countPage(run, compared, unreadable);
    if (more && last !== null)
      return { run: { ...swept, after: last }, leaseUntil: new Date(this.clock.now() + LEASE_MS) };
    this.report(swept);
    return {
      run: null,
      leaseUntil: null,
      doneThrough: run.startedAt,
      drift: swept.drift,
      // Counts from its beginning: a sweep that was interrupted for long has missed what was created since.
      nextAt: new Date(run.startedAt.getTime() + this.config.sweep.intervalMs),
    };
  }

  private countPage(run: SweepRun, page: readonly Swept[], unreadable: number): SweepRun {
    const counts: Partial<Record<SweepVerdict, number>> = { ...run.counts };
    const drift: Record<string, number> = { ...run.drift };
    const add = (verdict: SweepVerdict, n: number) => (counts[verdict] = (counts[verdict] ?? 0) + n);
    if (unreadable > 0) add('unreadable', unreadable);
    for (const { provider, verdict, missingMinor } of page) {
      add(verdict, 1);
      this.metrics.count('sweep_payments_total', { verdict });
      if (verdict === 'imported') this.metrics.count('orphan_imported_total');
      if (missingMinor !== 0) drift[provider.currency] = (drift[provider.currency] ?? 0) + missingMinor;
    }
    return { ...run, counts, drift };
  }

  private report({ counts, drift, from }: SweepRun): void {
    this.metrics.count('sweep_runs_total', { result: 'done' });
    this.showDrift(drift);
    const told = SWEEP_VERDICTS.flatMap((verdict) =>
      counts[verdict] === undefined ? [] : `${verdict} ${counts[verdict]}`,
    );
    this.logger.log({ detail: told.join(', ') || 'nothing', from: from.toISOString() }, 'sweep done');
    if (Object.keys(drift).length > 0) this.logger.error({ detail: JSON.stringify(drift) }, 'reconcile_drift');
  }

  /**
   * Shows the last finished sweep's drift on every worker: what one alone had found would stand there after another saw it
   * gone.
   */
  private showDrift(drift: SweepRun['drift']): void {
    this.metrics.clear('reconcile_drift_cents');
    for (const [currency, minor] of Object.entries(drift))
      this.metrics.gauge('reconcile_drift_cents', minor, { currency });
  }

  /** Stripe did not say, or we are shutting down: it goes on from here soon, wherever. */
  private async letGo(sweep: Sweep): Promise<void> {
    this.metrics.count('sweep_runs_total', { result: 'interrupted' });
    const pauseMs = this.stopping ? 0 : this.config.payments.unansweredRecheckMs;
    await atFailpoint('sweep.let_go', () =>
      this.sweeps.swap(sweep, { leaseUntil: null, nextAt: new Date(this.clock.now() + pauseMs) }),
    );
  }
}
