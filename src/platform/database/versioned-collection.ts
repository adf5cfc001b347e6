import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Model } from 'mongoose';
import { fromStore, isDuplicateKey } from './mongo-errors.js';
import { HiddenByLaterVersion, StoreError } from './store-error.js';

/** A document that only changes by compare-and-swap. */
export interface Versioned {
  readonly _id: string;
  /** Grows by one with every write. */
  readonly v: number;
  /** Names the write that made this version, so that a writer whose answer was lost recognises its own work. */
  readonly w: string;
}

const RETRY_PAUSES_MS = [50, 250, 700];
/** A store that swallows instead of failing costs seconds a try, and somebody is waiting for the answer. */
const SETTLE_WITHIN_MS = 4_000;

/** Leaves out undefined fields; the driver by itself would store null. */
const AS_TYPED = { ignoreUndefined: true };

/**
 * Single-document atomic writes, with lost answers settled. A write whose answer was lost is sent again under the same
 * condition: either it matches now (the first never ran and never can any more), or the document tells by `w` who won.
 *
 * The driver's own collection, not mongoose's queries: each filter and field is typed and made here or in a repository, and
 * casting them once more would cost as much as a fifth of the operation.
 */
export class VersionedCollection<T extends Versioned> {
  constructor(private readonly model: Model<T>) {}

  async load(id: string): Promise<T | null> {
    return fromStore(() => this.model.collection.findOne({ _id: String(id) } as never) as Promise<T | null>);
  }

  /** Inserts, or answers the document that was there first. */
  async insert(document: Omit<T, 'v' | 'w'>): Promise<{ document: T; inserted: boolean }> {
    const fresh = { ...document, v: 1, w: newWriteId() } as unknown as T;
    return this.untilAnswered(async () => {
      try {
        await this.model.collection.insertOne(fresh as never, AS_TYPED);
        return { document: fresh, inserted: true };
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        const existing = await this.load(fresh._id);
        if (existing === null) throw error; // another unique index of the collection, or deleted meanwhile
        return { document: existing, inserted: existing.w === fresh.w };
      }
    });
  }

  /**
   * `seen` becomes the next version with `set` applied, if nobody changed it since.
   * @returns the new version, or null when somebody else was first: load again and think again.
   * @throws StoreError, `unknown` when the write may have run; HiddenByLaterVersion when somebody has written since.
   */
  async swap(seen: T, set: Partial<Omit<T, '_id' | 'v' | 'w'>>): Promise<T | null> {
    const next = { ...seen, ...set, v: seen.v + 1, w: newWriteId() };
    const filter = { _id: String(seen._id), v: Number(seen.v) };
    const update = { $set: { ...set, v: next.v, w: next.w } };
    let lostAnswers = 0;
    return this.untilAnswered<T | null>(
      async () => {
        const { matchedCount } = await this.model.collection.updateOne(filter as never, update as never, AS_TYPED);
        if (matchedCount === 1) return next;
        if (lostAnswers === 0) return null;
        const current = await this.load(seen._id);
        if (current?.w === next.w) return next;
        // Another's write took our place only if it made the very next version; below a later one ours may have run.
        if (current !== null && current.v === seen.v + 1) return null;
        throw new HiddenByLaterVersion(current);
      },
      () => lostAnswers++,
    );
  }

  private async untilAnswered<R>(write: () => Promise<R>, onLostAnswer: () => void = () => undefined): Promise<R> {
    let mayHaveRun = false;
    const until = performance.now() + SETTLE_WITHIN_MS;
    for (const pause of [...RETRY_PAUSES_MS, undefined]) {
      try {
        return await fromStore(write);
      } catch (error) {
        if (!(error instanceof StoreError) || error instanceof HiddenByLaterVersion) throw error;
        mayHaveRun ||= error.outcome === 'unknown';
        if (!mayHaveRun) throw error; // it never left: nothing to settle, the caller may say so at once
        onLostAnswer();
        if (pause === undefined || error.outcome === 'not_applied' || performance.now() > until)
          throw new StoreError('unknown', error);
        await sleep(pause);
      }
    }
    throw new Error('unreachable');
  }
}

/** Unique is enough. Node draws UUIDs from a pool; `randomBytes` asks the system each time, 10 us. */
function newWriteId(): string {
  return randomUUID();
}
