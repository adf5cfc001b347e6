import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { Clock } from '../../common/clock.js';
import { fromStore } from '../../database/mongo-errors.js';
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
        .find({ nextAt: { $lte: now, $type: 'date' } } as never)
        .sort({ nextAt: 1 })
        .limit(limit)
        .lean<InboxRow[]>()
        .exec(),
    );
  }

  change(seen: InboxRow, change: Partial<Omit<InboxRow, '_id' | 'v' | 'w'>>): Promise<InboxRow | null> {
    return this.rows.swap(seen, change);
  }

  /** What is not done: waiting rows by state with the oldest's arrival, and those given up. */
  async backlog(): Promise<InboxBacklog> {
    const rows = await fromStore(() =>
      this.model
        .find({ nextAt: { $type: 'date' } } as never, { state: 1, receivedAt: 1 })
        .lean<Pick<InboxRow, 'state' | 'receivedAt'>[]>()
        .exec(),
    );
    const unmatched = rows.filter(({ state }) => state === 'unmatched');
    const pending = rows.filter(({ state }) => state !== 'unmatched');
    const dead = await fromStore(() => this.model.countDocuments({ state: 'dead' } as never));
    return {
      pending: pending.length,
      oldestPendingAt: oldest(pending),
      unmatched: unmatched.length,
      oldestUnmatchedAt: oldest(unmatched),
      dead,
    };
  }
}

export interface InboxBacklog {
  readonly pending: number;
  readonly oldestPendingAt: Date | null;
  readonly unmatched: number;
  readonly oldestUnmatchedAt: Date | null;
  readonly dead: number;
}

function oldest(rows: readonly { receivedAt: Date }[]): Date | null {
  return rows.length === 0 ? null : new Date(Math.min(...rows.map(({ receivedAt }) => receivedAt.getTime())));
}
