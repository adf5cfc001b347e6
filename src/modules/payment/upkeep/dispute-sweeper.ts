import { Inject, Injectable, Logger } from '@nestjs/common';
import { BackgroundWorker } from '../../../platform/common/background-worker.js';
import { Clock } from '../../../platform/common/clock.js';
import { MINUTE } from '../../../platform/common/duration.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { Readiness } from '../../../platform/operations/readiness.js';
import type { ProviderAnswer, ProviderDispute, ProviderPage } from '../../../platform/stripe/provider.types.js';
import { StripeDisputes } from '../../../platform/stripe/stripe-disputes.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import { DisputeReader } from './dispute-reader.js';
import { SweepRepository } from './sweep.repository.js';
import { isFree, neverSwept, type Sweep } from './sweep.types.js';

/** Length of a lease: longer than a page takes, whatever Stripe does. */
const LEASE_MS = 5 * MINUTE;

/**
 * Reads Stripe's list of disputes as often as the sweep of PaymentIntents, so that a chargeback or a returned debit is known
 * within the hour without webhooks too. What became of a known one is asked by the resolver.
 */
@Injectable()
export class DisputeSweeper extends BackgroundWorker {
  private readonly logger = new Logger(DisputeSweeper.name);

  constructor(
    private readonly sweeps: SweepRepository,
    private readonly disputes: DisputeReader,
    private readonly stripe: StripeDisputes,
    private readonly deployment: DeploymentService,
    private readonly clock: Clock,
    readiness: Readiness,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super(config.role, readiness, 'dispute-sweeper', Math.min(MINUTE, config.sweep.intervalMs));
  }

  override onApplicationBootstrap(): void {
    if (this.config.sweep.intervalMs > 0) super.onApplicationBootstrap();
  }

  /** Reads what is new, if it is due and nobody else is at it. */
  override async pass(): Promise<void> {
    const sweep = await this.claim();
    if (sweep === null) return;
    const startedAt = this.clock.date();
    const doneThrough = await this.comparedUntil(startedAt);
    const done = await this.readAll(sweep);
    const nextAt = new Date(
      startedAt.getTime() + (done ? this.config.sweep.intervalMs : this.config.payments.unansweredRecheckMs),
    );
    await atFailpoint('dispute.page', () =>
      this.sweeps.swap(sweep, { leaseUntil: null, nextAt, ...(done && doneThrough !== null ? { doneThrough } : {}) }),
    );
  }

  /**
   * A dispute of a payment that a restored backup does not have is nobody's until the sweep of PaymentIntents has brought the
   * payment back: the window moves no further than that one has come.
   */
  private async comparedUntil(now: Date): Promise<Date | null> {
    const payments = await atFailpoint('dispute.compared', () => this.sweeps.load('payment-intents'));
    const compared = payments?.doneThrough ?? null;
    return compared !== null && compared > now ? now : compared;
  }

  private async claim(): Promise<Sweep | null> {
    const now = this.clock.now();
    const sweep =
      (await atFailpoint('dispute.due', () => this.sweeps.load('disputes'))) ??
      (await atFailpoint('dispute.first', () => this.sweeps.insert({ _id: 'disputes', ...neverSwept(new Date(now)) })))
        .document;
    if (!isFree(sweep, now)) return null;
    return atFailpoint('dispute.claim', () => this.sweeps.swap(sweep, { leaseUntil: new Date(now + LEASE_MS) }));
  }

  /** Newest first, back to the last reading. Returns false when it could not be read to its end. */
  private async readAll({ doneThrough }: Sweep): Promise<boolean> {
    const since = (doneThrough ?? this.deployment.createdAt).getTime() - this.config.sweep.overlapMs;
    let after: string | null = null;
    for (let more = true; more;) {
      if (this.stopping) return false;
      const answer = await this.page(new Date(since), after);
      if (answer.outcome === 'refused')
        this.logger.warn({ status: answer.status }, 'Stripe does not show its disputes');
      if (answer.outcome !== 'done') return false;
      const { items, unreadable } = answer.value;
      if (unreadable > 0)
        this.logger.warn({ count: unreadable }, 'disputes have words that this release does not know');
      for (const dispute of items) await this.disputes.recordNew(dispute);
      after = answer.value.last;
      more = answer.value.more && after !== null;
    }
    return true;
  }

  private page(since: Date, after: string | null): Promise<ProviderAnswer<ProviderPage<ProviderDispute>>> {
    return atFailpoint('dispute.list', () => this.stripe.listCreatedSince(since, after));
  }
}
