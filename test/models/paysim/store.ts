import { SECOND } from '../draw.js';
import type { Stored } from './model.types.js';
import { StoreAway, type Task, type World } from './world.js';

/** Duplicate key: what stands there. */
export class Duplicate<T> extends Error {
  constructor(readonly document: T) {
    super('duplicate');
  }
}

export const copy = <T>(value: T): T => structuredClone(value);

/** One atomic operation on one document. It can fail, or be applied and its answer lost; the process may die right after. */
export function* atomically<T>(w: World, operation: () => T): Task<T> {
  const { draw } = w;
  yield draw.int(0, 3);
  if (draw.chance(w.storeFaultProbability)) {
    w.count('mongoErr');
    if (draw.chance(0.5)) applyUnseen(operation);
    throw new StoreAway();
  }
  if (w.breaks('rollback') && w.now < w.chaosMs) mayRollBack(w);
  const result = operation();
  w.crashes();
  yield draw.int(0, 3);
  return result;
}

function applyUnseen(operation: () => unknown): void {
  try {
    operation();
  } catch (error) {
    if (!(error instanceof Duplicate)) throw error;
  }
}

/** A failover without majority writes: the last seconds are lost. */
function mayRollBack(w: World): void {
  const collections: Record<string, Map<string, unknown>> = w.collections;
  const before = Object.entries(collections).map(([name, all]) => [name, [...all].map((each) => copy(each))] as const);
  if (!w.draw.chance(0.01)) return;
  w.spawn(
    (function* (): Task {
      yield w.draw.int(0, 4 * SECOND);
      for (const [name, documents] of before) {
        collections[name]?.clear();
        for (const [id, document] of documents) collections[name]?.set(id, copy(document));
      }
      w.count('rollback');
    })(),
  );
}

/** @throws Duplicate */
export function insert<T extends Stored>(
  w: World,
  all: Map<string, T>,
  id: string,
  uniq: string,
  document: Omit<T, keyof Stored>,
): T {
  let stored = id;
  if (w.breaks('no_unique_index')) stored = `${id}~${w.nextId()}`;
  else for (const each of all.values()) if (each.uniq === uniq) throw new Duplicate(copy(each));
  all.set(stored, { ...copy(document), _id: stored, uniq, v: 1 } as T);
  return copy(all.get(stored) as T);
}

/** Compare-and-swap by version. @returns null if somebody else was faster */
export function swap<T extends Stored>(w: World, all: Map<string, T>, seen: Stored, change: Partial<T>): T | null {
  const document = all.get(seen._id);
  if (document === undefined || (!w.breaks('no_cas') && document.v !== seen.v)) return null;
  Object.assign(document, copy(change));
  document.v += 1;
  return copy(document);
}

export function find<T>(all: Map<string, T>, id: string): T | null {
  const document = all.get(id);
  return document === undefined ? null : copy(document);
}
