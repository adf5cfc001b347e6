import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { Clock } from '../../common/clock.js';
import { fromStore } from '../../database/mongo-errors.js';
import { HAS_DATE } from '../../database/partial-index.js';
import { VersionedCollection } from '../../database/versioned-collection.js';
import { INBOX_MODEL } from './inbox.schema.js';
import type { InboxRow, ProviderEvent } from './provider-event.types.js';

@Injectable()
export class InboxRepository {
  private readonly rows: VersionedCollection<InboxRow>;

  constructor(
    @InjectModel(INBOX_MODEL) private readonly model: Model<InboxRow>,
    private readonly clock: Clock,
  ) {
    this.rows = new VersionedCollection(model);
  }

  /** Returns only once the insert is acknowledged by a majority, so that a 200 to Stripe is never a lie. */
  async store(event: ProviderEvent): Promise<'stored' | 'duplicate'> {
    const { id, ...facts } = event;
    const now = this.clock.date();
    const { inserted } = await this.rows.insert({
      _id: id,
      ...facts,
      state: 'new',
      verdict: null,
      tries: 0,
      receivedAt: now,
      nextAt: now,
      doneAt: null,
    });
    return inserted ? 'stored' : 'duplicate';
  }

  due(now: Date, limit: number): Promise<InboxRow[]> {
    return fromStore(() =>
      this.model
        .find({ nextAt: { $lte: now, ...HAS_DATE } } as never)
        .sort({ nextAt: 1 })
        .limit(limit)
        .lean<InboxRow[]>()
        .exec(),
    );
  }

  /** Returns the events of a PaymentIntent that are still kept, for an operator: no index serves it. */
  of(providerPaymentId: string): Promise<InboxRow[]> {
    return fromStore(() =>
      this.model
        .find({ providerPaymentId: String(providerPaymentId) } as never)
        .limit(1_000)
        .lean<InboxRow[]>()
        .exec(),
    );
  }

  change(seen: InboxRow, change: Partial<Omit<InboxRow, '_id' | 'v' | 'w'>>): Promise<InboxRow | null> {
    return this.rows.swap(seen, change);
  }

  /** Counts what is not done: waiting rows by state with the arrival of the oldest, and rows given up. */
  async backlog(): Promise<InboxBacklog> {
    const states = await fromStore(() =>
      this.model
        .aggregate<StateBacklog>([
          { $match: { nextAt: HAS_DATE } },
          { $group: { _id: '$state', count: { $sum: 1 }, oldestAt: { $min: '$receivedAt' } } },
        ])
        .exec(),
    );
    const waiting = (state: InboxRow['state']) => states.find(({ _id }) => _id === state);
    const [pending, unmatched] = [waiting('new'), waiting('unmatched')];
    const dead = await fromStore(() => this.model.countDocuments({ state: 'dead' } as never));
    return {
      pending: pending?.count ?? 0,
      oldestPendingAt: pending?.oldestAt ?? null,
      unmatched: unmatched?.count ?? 0,
      oldestUnmatchedAt: unmatched?.oldestAt ?? null,
      dead,
    };
  }
}

/** Grouped by the store: after an outage the rows are many, and this is asked after every pass. */
interface StateBacklog {
  readonly _id: InboxRow['state'];
  readonly count: number;
  readonly oldestAt: Date;
}

export interface InboxBacklog {
  readonly pending: number;
  readonly oldestPendingAt: Date | null;
  readonly unmatched: number;
  readonly oldestUnmatchedAt: Date | null;
  readonly dead: number;
}
