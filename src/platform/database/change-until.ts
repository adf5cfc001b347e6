import { StoreError } from './store-error.js';
import type { Versioned } from './versioned-collection.js';

/** Somebody else is first so often only while something is wrong. */
const RACES = 20;

/** Writes and reads of one document, as its repository offers them. */
export interface ChangedBySwap<T, C> {
  /** Returns the new version, or null when somebody changed it first. */
  readonly change: (seen: T, change: C) => Promise<T | null>;
  readonly reload: (seen: T) => Promise<T>;
}

/**
 * Changes what `think` says, of the document as it is by then: asked again when somebody else was first. Null leaves it as it
 * is. Throws what `think` throws; StoreError `not_applied` when others are first again and again.
 */
export async function changeUntil<T extends Versioned, C>(
  seen: T,
  { change, reload }: ChangedBySwap<T, C>,
  think: (current: T) => C | null | Promise<C | null>,
): Promise<T> {
  let current = seen;
  for (let race = 0; race < RACES; race++) {
    const wanted = await think(current);
    if (wanted === null) return current;
    const changed = await change(current, wanted);
    if (changed !== null) return changed;
    current = await reload(current);
  }
  throw new StoreError('not_applied', new Error(`${seen._id} is changed by too many at once`));
}
