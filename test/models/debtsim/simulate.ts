import { Draw } from '../draw.js';
import { type Config, CONFIGS, start, type State, type Variant } from './model.types.js';
import { canonical, isSettled, isStuckAtTheEdge, steps, wrong } from './world.js';

const STEPS = 60;

/** One seeded walk. @returns what it broke, or null */
export function walk(seed: number, variant: Variant): string | null {
  const draw = new Draw(seed);
  let s = start(draw.pick(CONFIGS));
  for (let step = 0; step < STEPS; step++) {
    const next = steps(s, variant);
    if (next.length === 0) return null;
    s = canonical(JSON.parse(JSON.stringify(draw.pick(next))) as State, variant);
    const why = wrong(s);
    if (why !== null) return why;
  }
  return null;
}

export interface Explored {
  readonly states: number;
  /** What is broken in some state, or that the settled end cannot be reached from some; null for neither. */
  readonly why: string | null;
}

/** Visits every state that can be reached; throws beyond the limit. Minutes, and gigabytes, for the whole design. */
export function explore(variant: Variant, config: Config, limit: number): Explored {
  const ids = new Map<string, number>();
  const keys: string[] = [];
  const from: number[][] = [];
  const work: number[] = [];
  const add = (s: State, parent: number | null): void => {
    const key = JSON.stringify(canonical(s, variant));
    const id = ids.get(key) ?? keys.length;
    if (id === keys.length) {
      ids.set(key, id);
      keys.push(key);
      from.push([]);
      if (isSettled(s)) work.push(id);
    }
    if (parent !== null) from[id]?.push(parent);
  };
  add(start(config), null);
  for (let id = 0; id < keys.length; id++) {
    const s = JSON.parse(keys[id] as string) as State;
    const why = wrong(s);
    if (why !== null) return { states: keys.length, why };
    for (const n of steps(s, variant)) add(n, id);
    if (keys.length > limit) throw new Error(`more than ${limit} states`);
  }
  const stuck = unreachable(keys.length, from, work).filter(
    (id) => !isStuckAtTheEdge(JSON.parse(keys[id] as string) as State),
  );
  return { states: keys.length, why: stuck.length === 0 ? null : `stuck in ${stuck.length} states` };
}

/** Those from which no settled end can be reached. */
function unreachable(states: number, from: readonly (readonly number[])[], settled: readonly number[]): number[] {
  const reaches = new Uint8Array(states);
  const work = [...settled];
  for (const id of work) reaches[id] = 1;
  for (let id = work.pop(); id !== undefined; id = work.pop())
    for (const parent of from[id] ?? [])
      if (reaches[parent] === 0) {
        reaches[parent] = 1;
        work.push(parent);
      }
  return Array.from({ length: states }, (_one, id) => id).filter((id) => reaches[id] === 0);
}
