import { Inject, Injectable, Logger } from '@nestjs/common';
import { DueWorker } from '../../common/due-worker.js';
import { Clock } from '../../common/clock.js';
import { HOUR, SECOND } from '../../common/duration.js';
import { atFailpoint } from '../../common/failpoints.js';
import { CONFIG, type Config } from '../../config/config.js';
import { Metrics } from '../../operations/metrics.js';
import { Readiness } from '../../operations/readiness.js';
import { InboxRepository } from './inbox.repository.js';
import { ProviderEvents } from './provider-events.js';
import type { InboxRow, ProviderEventVerdict } from './provider-event.types.js';

const BATCH = 100;
/** Pace of a backlog: an event costs one GET, and payers' own calls must keep their share of Stripe's limit. */
const EVENTS_PER_SECOND = 10;
/** Groups worked on at a time: most of the time goes by waiting for the store. */
const LANES = 4;
/** A lease longer than a read at Stripe takes, its hidden retry included. */
const CLAIM_MS = 30 * SECOND;
const RETRY_FIRST = 5 * SECOND;
const RETRY_MAX = 6 * HOUR;

/** Applies stored events: each at least once, in any order, as a hint to read the object again. */
@Injectable()
export class InboxWorker extends DueWorker<InboxRow, readonly InboxRow[]> {
  protected override readonly pace = { batch: BATCH, lanes: LANES, perSecond: EVENTS_PER_SECOND };
  private readonly logger = new Logger(InboxWorker.name);

  constructor(
    private readonly inbox: InboxRepository,
    private readonly events: ProviderEvents,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
    readiness: Readiness,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super(config.role, readiness, 'inbox', Math.min(1_000, config.payments.resolverTickMs));
  }

  protected override due(limit: number): Promise<readonly InboxRow[]> {
    return atFailpoint('inbox.due', () => this.inbox.due(this.clock.date(), limit));
  }

  protected override together(due: readonly InboxRow[]): Iterable<readonly InboxRow[]> {
    return sameObject(due);
  }

  protected override async showRest(): Promise<void> {
    const { pending, oldestPendingAt, unmatched, dead } = await atFailpoint('inbox.backlog', () =>
      this.inbox.backlog(),
    );
    const age = oldestPendingAt === null ? 0 : (this.clock.now() - oldestPendingAt.getTime()) / 1000;
    this.metrics.gauge('inbox_pending', pending);
    this.metrics.gauge('inbox_oldest_seconds', Math.max(0, age));
    this.metrics.gauge('inbox_unmatched', unmatched);
    this.metrics.gauge('inbox_dead', dead);
  }

  /**
   * Several events of one PaymentIntent need one look at it, made after the newest of them arrived.
   * @returns whether that was asked of Stripe.
   */
  protected override async work(group: readonly InboxRow[]): Promise<boolean> {
    const [first, ...rest] = group;
    if (first === undefined) return false;
    const handler = this.events.handlerOf(first.type);
    const row = handler === undefined ? first : await this.claim(first);
    if (row === null) return false;
    let verdict: ProviderEventVerdict | 'unhandled';
    try {
      const failedChargeIds = group.flatMap((each) => each.failedChargeIds ?? []);
      verdict = handler === undefined ? 'unhandled' : await handler({ ...row, id: row._id, failedChargeIds });
    } catch (error) {
      this.logger.warn({ err: error, eventId: row._id }, 'event could not be applied yet');
      verdict = 'again';
    }
    for (const each of [row, ...rest])
      await atFailpoint('inbox.done', () => this.inbox.change(each, this.after(each, verdict)));
    return verdict === 'applied' || verdict === 'again';
  }

  /** Several workers see the same rows: one takes the group by its first, and if it dies that is due again. */
  private claim(row: InboxRow): Promise<InboxRow | null> {
    return atFailpoint('inbox.claim', () => this.inbox.change(row, { nextAt: new Date(this.clock.now() + CLAIM_MS) }));
  }

  private after(row: InboxRow, verdict: ProviderEventVerdict | 'unhandled'): Partial<InboxRow> {
    const now = this.clock.now();
    const tries = row.tries + 1;
    if (verdict !== 'unmatched' && verdict !== 'again')
      return { state: 'done', verdict, tries, nextAt: null, doneAt: new Date(now) };
    if (now - row.receivedAt.getTime() > this.config.inbox.unmatchedForMs) {
      this.logger.error({ eventId: row._id, type: row.type, verdict }, 'event given up');
      return { state: 'dead', verdict, tries, nextAt: null };
    }
    const waitMs = Math.min(RETRY_FIRST * 2 ** Math.min(tries - 1, 20), RETRY_MAX);
    return { state: verdict === 'unmatched' ? 'unmatched' : 'new', verdict, tries, nextAt: new Date(now + waitMs) };
  }
}

/**
 * Rows of one PaymentIntent together; a success leads its group, because a payment that we had closed is read again only for
 * that.
 */
function sameObject(rows: readonly InboxRow[]): InboxRow[][] {
  const groups = new Map<string, InboxRow[]>();
  for (const row of rows) {
    const key =
      row.type.startsWith('payment_intent.') && row.providerPaymentId !== null ? row.providerPaymentId : row._id;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else if (row.type === 'payment_intent.succeeded') group.unshift(row);
    else group.push(row);
  }
  return [...groups.values()];
}
