import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { Clock, SystemClock } from '../common/clock.js';
import { fromStore, isDuplicateKey } from '../database/mongo-errors.js';
import { RateWindowRecord } from './rate-window.schema.js';

export interface RateWindow {
  readonly count: number;
  /** Milliseconds until the count starts again at 0; what `Retry-After` says. */
  readonly resetsInMs: number;
}

/** Two racing first hits both insert and one gets a duplicate key; its next try finds the document. */
const UPSERT_TRIES = 4;

const machine = new SystemClock();

/**
 * Counts in fixed windows, shared by all instances. Windows are the app Clock's. Every method may throw StoreError: a
 * limit that cannot be counted lets nobody pass (ruling 24).
 */
@Injectable()
export class RateWindows {
  constructor(
    @InjectModel(RateWindowRecord.name) private readonly windows: Model<RateWindowRecord>,
    private readonly clock: Clock,
  ) {}

  /** Counts one. @returns the key's current window, this one included, and its id, by which it can be given back. */
  async hit(key: string, windowMs: number): Promise<RateWindow & { id: string }> {
    const { id, resetsInMs } = this.current(key, windowMs);
    const update = this.one(windowMs);
    await fromStore(async () => {
      for (let tries = 1; ; tries++) {
        try {
          await this.windows.updateOne({ _id: id }, update, { upsert: true });
          return;
        } catch (error) {
          if (!isDuplicateKey(error) || tries === UPSERT_TRIES) throw error;
        }
      }
    });
    return { count: await this.read(id), id, resetsInMs };
  }

  /**
   * Counts one unless `max` are counted already, in one conditional upsert: where the window is full its condition matches
   * nothing, and inserting beside it is a duplicate key. @returns whether it was counted, and in which window.
   */
  async take(key: string, windowMs: number, max: number): Promise<{ taken: boolean; id: string; resetsInMs: number }> {
    const { id, resetsInMs } = this.current(key, windowMs);
    const filter = { _id: id, count: { $lt: Number(max) } };
    for (let tries = 1; ; tries++) {
      try {
        await fromStore(() => this.windows.collection.updateOne(filter as never, this.one(windowMs), { upsert: true }));
        return { taken: true, id, resetsInMs };
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        // Full at every try, however places come and go between them: so it is for whoever asks.
        if ((await this.read(id)) >= max || tries === UPSERT_TRIES) return { taken: false, id, resetsInMs };
      }
    }
  }

  /** Takes back one that was counted in this window, however long ago that was. */
  async giveBack(id: string): Promise<void> {
    const filter = { _id: String(id), count: { $gt: 0 } };
    await fromStore(() => this.windows.collection.updateOne(filter as never, { $inc: { count: -1 } }));
  }

  /**
   * Notes that this was counted, for `keepMs` after it was last seen. @returns whether it is new. A store that loses the answer
   * makes it look known: rather one count too few than one too many.
   */
  async isNew(key: string, keepMs: number): Promise<boolean> {
    const update = { $inc: { count: 1 }, $set: { expireAt: new Date(machine.now() + keepMs) } };
    try {
      const filter = { _id: String(key) };
      const { upsertedCount } = await fromStore(() =>
        this.windows.collection.updateOne(filter as never, update, { upsert: true }),
      );
      return upsertedCount === 1;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** Returns whether `isNew` has noted it, on any instance; it may be noted the next moment. */
  async isKnown(key: string): Promise<boolean> {
    return (await this.read(String(key))) > 0;
  }

  /** Returns the counts as they are, of all the keys in one round trip to the store. */
  async peekAll(keys: readonly { key: string; windowMs: number }[]): Promise<RateWindow[]> {
    const asked = keys.map(({ key, windowMs }) => this.current(key, windowMs));
    const ids = asked.map(({ id }) => id);
    const found = await fromStore(() =>
      this.windows.collection.find({ _id: { $in: ids } } as never, { projection: { count: 1 } }).toArray(),
    );
    const counts = new Map(found.map(({ _id, count }) => [String(_id), count]));
    return asked.map(({ id, resetsInMs }) => ({ count: counts.get(id) ?? 0, resetsInMs }));
  }

  /** The count as it is. */
  async peek(key: string, windowMs: number): Promise<RateWindow> {
    const { id, resetsInMs } = this.current(key, windowMs);
    return { count: await this.read(id), resetsInMs };
  }

  /** The store deletes by its machine's time, which a moved Clock is not. */
  private one(windowMs: number) {
    return { $inc: { count: 1 }, $setOnInsert: { expireAt: new Date(machine.now() + 2 * windowMs) } };
  }

  private current(key: string, windowMs: number): { id: string; resetsInMs: number } {
    if (typeof key !== 'string') throw new TypeError('a rate limit key is a string');
    const now = this.clock.now();
    const start = now - (now % windowMs);
    return { id: `${key}|${start}`, resetsInMs: start + windowMs - now };
  }

  private async read(id: string): Promise<number> {
    const record = await fromStore(() => this.windows.findOne({ _id: id }).lean<RateWindowRecord>().exec());
    return record?.count ?? 0;
  }
}
