import { SECOND } from '../draw.js';
import type { Change, PaymentDoc } from './model.types.js';
import type { Task } from './scheduler.js';
import type { World } from './world.js';

/** The store did not answer. What was asked of it may have been applied. */
export class StoreAway extends Error {}

export const copy = <T>(value: T): T => structuredClone(value);

/** One atomic operation on one document. It can fail, or be applied and its answer lost; the process may die right after. */
export function* atomically<T>(w: World, operation: () => T): Task<T> {
  const { draw } = w;
  yield draw.int(0, 3);
  if (draw.chance(w.storeFaultProbability)) {
    w.count('storeErr');
    if (draw.chance(0.5)) operation();
    yield draw.int(0, 2 * SECOND);
    throw new StoreAway();
  }
  const result = operation();
  if (w.crashes()) yield 0;
  yield draw.int(0, 3);
  return result;
}

export function load(w: World, id: string): Task<PaymentDoc | null> {
  return atomically(w, () => copy(w.payments.get(id) ?? null));
}

/** The document must be there: payments are never deleted. */
export function* reload(w: World, id: string): Task<PaymentDoc> {
  const found = yield* load(w, id);
  if (found === null) throw new Error(`payment ${id} is gone`);
  return found;
}

/** Compare-and-swap by version, to be called inside `atomically`. @returns null if somebody else was faster */
export function swap(w: World, seen: PaymentDoc, change: Change): PaymentDoc | null {
  const stored = w.payments.get(seen.id);
  if (stored === undefined || stored.v !== seen.v) return null;
  const before = stored.state;
  refuseUnprovenSettling(w, stored, change);
  Object.assign(stored, copy(change));
  stored.v += 1;
  const leftFinal =
    (before === 'CANCELED' && stored.state !== 'CANCELED') || (before === 'SUCCEEDED' && stored.state !== 'SUCCEEDED');
  if (leftFinal) {
    w.count('alarms');
    w.bad(`FINAL state left ${stored.id} ${before}->${stored.state}`);
  }
  w.log('  cas', seen.id, `v${stored.v}`, change);
  return copy(stored);
}

/** @param to a function where it holds a time: that of the moment at which it is applied. */
export function* change(w: World, seen: PaymentDoc, to: Change | (() => Change)): Task<PaymentDoc | null> {
  return yield* atomically(w, () => swap(w, seen, typeof to === 'function' ? to() : to));
}

export function* changeOrReload(w: World, seen: PaymentDoc, to: Change): Task<PaymentDoc> {
  return (yield* change(w, seen, to)) ?? (yield* reload(w, seen.id));
}

/** Ruling 2: an attempt is settled as declined or waiting only by Stripe's answer to its own key. */
function refuseUnprovenSettling(w: World, stored: PaymentDoc, change_: Change): void {
  if (!stored.unsettled || change_.unsettled !== false || w.variant === 'random_key') return;
  if (change_.result !== 'declined' && change_.result !== 'action') return;
  const key = `${stored.id}:confirm:${stored.attempt}:${stored.confirmGeneration}`;
  const status = w.keys.get(key)?.answer?.status;
  if (status !== 200 && status !== 402)
    w.bad(`SETTLED attempt ${stored.attempt} of ${stored.id} as ${change_.result}, Stripe has no answer under its key`);
}
