import { Inject, Injectable, Logger } from '@nestjs/common';
import { BackgroundWorker } from '../../platform/common/background-worker.js';
import { Clock } from '../../platform/common/clock.js';
import { DAY, MINUTE } from '../../platform/common/duration.js';
import { atFailpoint } from '../../platform/common/failpoints.js';
import { isLeased } from '../../platform/common/lease.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Readiness } from '../../platform/operations/readiness.js';
import type { ProviderAnswer, ProviderPage, ProviderPayout } from '../../platform/stripe/provider.types.js';
import { StripeBooks } from '../../platform/stripe/stripe-books.js';
import { SettlementBatchRepository } from './batch.repository.js';
import type { SettlementProgress } from './batch.types.js';
import { PayoutNotes } from './payout-notes.service.js';
import { PayoutRepository } from './payout.repository.js';
import { SettlementProgressRepository } from './progress.repository.js';

/** A payout arrives, or comes back, days after it was made; a month of daily ones is a page. */
const LOOKS_BACK_MS = 30 * DAY;
const LEASE_MS = 15 * MINUTE;

/** Reads Stripe's list of payouts as often as the sweep of PaymentIntents: right without webhooks too. */
@Injectable()
export class PayoutWorker extends BackgroundWorker {
  private readonly logger = new Logger(PayoutWorker.name);

  constructor(
    private readonly notes: PayoutNotes,
    private readonly batches: SettlementBatchRepository,
    private readonly payouts: PayoutRepository,
    private readonly progress: SettlementProgressRepository,
    private readonly stripe: StripeBooks,
    private readonly clock: Clock,
    readiness: Readiness,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super(config.role, readiness, 'settlement-payouts', Math.min(MINUTE, config.sweep.intervalMs));
  }

  override onApplicationBootstrap(): void {
    if (this.config.sweep.intervalMs > 0) super.onApplicationBootstrap();
  }

  /** Notes what is new, if it is due and nobody else is at it. */
  override async pass(): Promise<void> {
    const claimed = await this.claim();
    if (claimed === null) return;
    const startedAt = this.clock.date();
    // A deployment without batches needs no permission to read payouts.
    const isEmpty = await atFailpoint('payout.any', () => this.batches.isEmpty());
    if (!isEmpty) await this.readAll();
    await atFailpoint('payout.done', () => this.progress.swap(claimed, { doneThrough: startedAt, leaseUntil: null }));
  }

  private async claim(): Promise<SettlementProgress | null> {
    const now = this.clock.now();
    const progress =
      (await atFailpoint('payout.progress', () => this.progress.load('payouts'))) ?? (await this.first());
    const { doneThrough } = progress;
    const isDue = doneThrough === null || doneThrough.getTime() + this.config.sweep.intervalMs <= now;
    if (!isDue || isLeased(progress, now)) return null;
    return atFailpoint('payout.claim', () => this.progress.swap(progress, { leaseUntil: new Date(now + LEASE_MS) }));
  }

  private async first(): Promise<SettlementProgress> {
    const never = { _id: 'payouts', doneThrough: null, leaseUntil: null } as const;
    return (await atFailpoint('payout.first', () => this.progress.insert(never))).document;
  }

  /** Notes one payout; one that could not be read is in the list the next time too. */
  private async readAll(): Promise<void> {
    const now = this.clock.now();
    const span = { from: new Date(now - LOOKS_BACK_MS), until: new Date(now + DAY) };
    for (let after: string | null = null, more = true; more && !this.stopping;) {
      const answer: ProviderAnswer<ProviderPage<ProviderPayout>> = await atFailpoint('payout.list', () =>
        this.stripe.payoutsCreated(span, after),
      );
      if (answer.outcome === 'refused') this.logger.warn({ status: answer.status }, 'Stripe does not show its payouts');
      if (answer.outcome !== 'done') return;
      for (const payout of answer.value.items)
        if (!this.stopping && (await this.isNews(payout))) await this.notes.note(payout);
      after = answer.value.last;
      more = answer.value.more && after !== null;
    }
  }

  private async isNews({ id, status }: ProviderPayout): Promise<boolean> {
    const known = await atFailpoint('payout.known', () => this.payouts.load(id));
    if (known?.status !== status) return true;
    return known.nextCheckAt !== null && known.nextCheckAt.getTime() <= this.clock.now();
  }
}
