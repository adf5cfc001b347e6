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
  const slow = draw.chance(w.storeSlowProbability) ? draw.pick(['asking', 'answering'] as const) : null;
  if (slow === 'asking') yield draw.int(1 * SECOND, 40 * SECOND);
  if (draw.chance(w.storeFaultProbability)) {
    w.count('storeErr');
    if (draw.chance(0.5)) operation();
    yield draw.int(0, 2 * SECOND);
    throw new StoreAway();
  }
  const result = operation();
  if (w.crashes()) yield 0;
  yield slow === 'answering' ? draw.int(1 * SECOND, 40 * SECOND) : draw.int(0, 3);
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
  refuseUnprovenKey(w, stored, change);
  if (stored.unsettled && change.unsettled === false && change.result != null)
    w.results.push({ doc: stored.id, n: stored.attempt, result: change.result });
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
  const status = keptStatus(w, stored);
  if (status !== 200 && status !== 402)
    w.bad(`SETTLED attempt ${stored.attempt} of ${stored.id} as ${change_.result}, Stripe has no answer under its key`);
}

/** Ruling 14: attempt n gets another key only when a 500 is kept under this one, so that nothing sent with it can run any more. */
function refuseUnprovenKey(w: World, stored: PaymentDoc, { attempt, confirmGeneration }: Change): void {
  if (attempt !== undefined || confirmGeneration === undefined || w.variant === 'random_key') return;
  if (confirmGeneration > stored.confirmGeneration && keptStatus(w, stored) !== 500)
    w.bad(`REKEYED attempt ${stored.attempt} of ${stored.id}, what was sent under its key may still run`);
}

/** What Stripe keeps under the key of the newest attempt. */
function keptStatus(w: World, { id, attempt, confirmGeneration }: PaymentDoc): number | undefined {
  return w.keys.get(`${id}:confirm:${attempt}:${confirmGeneration}`)?.answer?.status;
}
