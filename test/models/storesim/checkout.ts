import type { Slot, Task } from './scheduler.js';
import { atomically, StoreAway } from './store.js';
import { DEFAULT_PRICE, type World } from './world.js';

/** `PUT /checkout/{cuid}`: a price can be set only while no payment has claimed it (ruling 12). */
export function* putCheckout(w: World, cuid: string, amount: number, slot: Slot<number>): Task {
  try {
    const accepted = yield* atomically(w, () => {
      const price = w.prices.get(cuid);
      if (price?.tombstone === true || price?.by !== undefined) return false;
      w.prices.set(cuid, { amount });
      return true;
    });
    w.log('PUT', cuid, amount, accepted);
    w.scheduler.fill(slot, accepted ? 200 : 409);
  } catch (error) {
    if (!(error instanceof StoreAway)) throw error;
    w.scheduler.fill(slot, 503);
  }
}

/** One document decides the price, in one step. @returns null when another user has it */
export function claim(w: World, user: string, cuid: string): Task<number | null> {
  if (w.breaks('price_before_claim')) return readThenClaim(w, user, cuid);
  return atomically(w, () => {
    const price = w.prices.get(cuid);
    if (price === undefined) {
      w.prices.set(cuid, { amount: DEFAULT_PRICE, tombstone: true });
      return DEFAULT_PRICE;
    }
    if (price.tombstone === true) return price.amount;
    if (price.by !== undefined && price.by !== user) return null;
    price.by = user;
    return price.amount;
  });
}

function* readThenClaim(w: World, user: string, cuid: string): Task<number | null> {
  const amount = yield* atomically(w, () => w.prices.get(cuid)?.amount ?? null);
  yield w.draw.int(0, 30);
  return yield* atomically(w, () => {
    const price = w.prices.get(cuid);
    if (price?.by !== undefined && price.by !== user) return null;
    const claimed =
      price === undefined
        ? { amount: DEFAULT_PRICE, tombstone: true }
        : { ...price, by: price.tombstone === true ? undefined : user };
    w.prices.set(cuid, claimed);
    return amount ?? DEFAULT_PRICE;
  });
}
