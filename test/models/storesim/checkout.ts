import type { PaymentDoc } from './model.types.js';
import type { Slot, Task } from './scheduler.js';
import { atomically, change, copy, load, StoreAway } from './store.js';
import { DEFAULT_PRICE, type Price, type World } from './world.js';

/**
 * `PUT /checkout/{cuid}`: a price can be set only while no payment has claimed it (ruling 12), or once Stripe has refused
 * the claimant's payment at it (ruling 57).
 */
export function* putCheckout(w: World, cuid: string, amount: number, slot: Slot<number>): Task {
  try {
    const accepted = (yield* setUnclaimed(w, cuid, amount)) || (yield* correctRefused(w, cuid, amount));
    w.log('PUT', cuid, amount, accepted);
    w.scheduler.fill(slot, accepted ? 200 : 409);
  } catch (error) {
    if (!(error instanceof StoreAway)) throw error;
    w.scheduler.fill(slot, 503);
  }
}

function setUnclaimed(w: World, cuid: string, amount: number): Task<boolean> {
  return atomically(w, () => {
    const price = w.prices.get(cuid);
    if (price?.tombstone === true || price?.by !== undefined) return false;
    w.prices.set(cuid, { amount });
    return true;
  });
}

/** Two documents: a reopening that has read the old price is made void before the price changes. */
function* correctRefused(w: World, cuid: string, amount: number): Task<boolean> {
  for (let race = 0; race < 3; race++) {
    const seen = yield* atomically(w, () => copy(w.prices.get(cuid)));
    if (seen?.by === undefined) return false;
    const doc = yield* load(w, `${seen.by}|${cuid}`);
    if (doc?.state !== 'REJECTED') return false;
    const reopening = seen.claimedFor ?? 0;
    if (reopening > doc.createGeneration) {
      const voided = yield* change(w, doc, { createGeneration: reopening });
      if (voided === null) continue;
    }
    const corrected = yield* atomically(w, () => replace(w, cuid, seen, { ...seen, amount, claimedFor: null }));
    if (corrected) return true;
  }
  return false;
}

/**
 * The price that a refused payment is created at now, claimed for its next generation.
 * @returns null while it has not been corrected
 */
export function* reclaim(w: World, doc: PaymentDoc): Task<number | null> {
  const next = doc.createGeneration + 1;
  for (;;) {
    const seen = yield* atomically(w, () => copy(w.prices.get(doc.cuid)));
    if (seen === undefined || seen.by !== doc.user) return null;
    if (typeof seen.claimedFor === 'number' && seen.claimedFor >= next) return seen.amount;
    if (seen.claimedFor !== null) return null;
    if (w.breaks('reopen_unclaimed')) return seen.amount;
    if (yield* atomically(w, () => replace(w, doc.cuid, seen, { ...seen, claimedFor: next }))) return seen.amount;
  }
}

/** Compare-and-swap by version. */
function replace(w: World, cuid: string, seen: Price, to: Price): boolean {
  const stored = w.prices.get(cuid);
  if (stored?.version !== seen.version) return false;
  w.prices.set(cuid, { ...to, version: (seen.version ?? 0) + 1 });
  return true;
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
