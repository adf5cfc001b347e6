import { drawHistory, type History } from './history.js';
import { OraclePlayer } from './on-the-oracle.js';
import { ProductPlayer } from './on-the-product.js';
import { dayOfSlot, type Shown, slotOf } from './shown.js';
import { written } from './oracle.js';

export interface Difference {
  readonly slot: number;
  readonly at: string;
  readonly product: unknown;
  readonly oracle: unknown;
}

/** What a history went through, so that a run can say that it went through everything. */
export type Seen = Map<string, number>;

/** Plays one history on both sides and compares after each step. @returns the first difference, or null */
export function differenceIn(history: History, seen: Seen = new Map()): Difference | null {
  try {
    return play(history, seen);
  } catch (error) {
    return { slot: -1, at: 'thrown', product: error instanceof Error ? error.stack : error, oracle: null };
  }
}

function play(history: History, seen: Seen): Difference | null {
  const [product, oracle] = [new ProductPlayer(history), new OraclePlayer(history)];
  const [made, expected] = [product.create(), oracle.create()];
  if (made !== expected) return { slot: 0, at: 'create', product: made, oracle: expected };
  count(seen, made ? 'created' : 'create refused');
  if (!made) return null;
  const turns = [...history.turns];
  for (let slot = 0; slot <= history.slots;) {
    while (turns[0]?.slot === slot) {
      const { act } = turns.shift() as History['turns'][number];
      const [taken, wanted] = [product.act(act, slot), oracle.act(act, slot)];
      count(seen, `${act.kind} ${taken ? 'taken' : 'refused'}`);
      if (taken !== wanted) return { slot, at: JSON.stringify(act), product: taken, oracle: wanted };
      const found = taken ? unlike(product.shown(), oracle.shown()) : null;
      if (found !== null) return { slot, at: JSON.stringify(act), ...found };
    }
    let due: number | null = null;
    const outage = history.outages.find(({ from, to }) => slot >= from && slot < to);
    if (outage === undefined) {
      const moved = [product.run(slot), oracle.run(slot)];
      // Where neither did anything, both are as they were compared before.
      const found = moved.includes(true) ? unlike(product.shown(), oracle.shown()) : null;
      if (found !== null) return { slot, at: 'after the engine', ...found };
      const wanted = oracle.dueAt(slot);
      due = product.dueAt(slot);
      if (due !== wanted) return { slot, at: 'dueAt', product: due, oracle: wanted };
    }
    // One history of eight is walked slot by slot; the others stop where either side, or the world, has something to do.
    const dates = due === null ? [] : [slotOf(history, due)];
    const idle = [outage?.to, turns[0]?.slot, product.newsAt(), oracle.newsAt(), outageAfter(history, slot), ...dates];
    const next = Math.min(...idle.filter((one) => one !== undefined));
    slot = history.seed % 8 === 0 ? slot + 1 : Math.max(slot + 1, next);
  }
  const { status, bills, parked } = product.shown();
  count(seen, `ends ${status}`);
  if (parked !== null) count(seen, `parked ${parked}`);
  for (const bill of bills) count(seen, `billing ${bill.split(' ')[4]}`);
  return null;
}

const count = (seen: Seen, what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);

const outageAfter = ({ outages, slots }: History, slot: number): number =>
  Math.min(slots + 1, ...outages.map(({ from }) => from).filter((from) => from > slot));

/** The first field that differs. */
function unlike(product: Shown, oracle: Shown): Pick<Difference, 'product' | 'oracle'> | null {
  for (const field of Object.keys(product) as (keyof Shown)[])
    if (!isSame(product[field], oracle[field]))
      return { product: { [field]: product[field] }, oracle: { [field]: oracle[field] } };
  return null;
}

function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((each, index) => each === other[index]);
  return one === other;
}

/** Leaves out whatever the difference does not need: turns, outages, wishes, the time after it. */
export function shrunk(history: History): History {
  let least = history;
  for (;;) {
    const smaller = simpler(least).find((one) => differenceIn(one) !== null);
    if (smaller === undefined) return least;
    least = smaller;
  }
}

function simpler(history: History): readonly History[] {
  const { turns, outages, first } = history;
  const { slot } = differenceIn(history) ?? { slot: history.slots };
  const without = <T>(list: readonly T[], index: number) => list.filter((_one, at) => at !== index);
  return [
    ...(slot >= 0 && slot < history.slots ? [{ ...history, slots: slot }] : []),
    ...turns.map((_turn, index) => ({ ...history, turns: without(turns, index) })),
    ...outages.map((_one, index) => ({ ...history, outages: without(outages, index) })),
    ...(history.withPlan ? [{ ...history, withPlan: false }] : []),
    ...(history.trouble > 0 ? [{ ...history, trouble: 0 }] : []),
    ...Object.keys(first)
      .map((field) => ({ ...history, first: { ...first, [field]: undefined } }))
      .filter((_one, index) => Object.values(first)[index] !== undefined),
    ...turns.flatMap(({ act, slot: at }, index) => {
      if (act.kind !== 'update') return [];
      const wishes = Object.keys(act.wish).filter((field) => act.wish[field as keyof typeof act.wish] !== undefined);
      return wishes.map((field) => ({
        ...history,
        turns: turns.map((turn, i) =>
          i === index ? { slot: at, act: { ...act, wish: { ...act.wish, [field]: undefined } } } : turn,
        ),
      }));
    }),
  ];
}

/** @returns the text of a failing seed, with the history that is left of it and the step at which it fails; null for none */
export function failureOf(seed: number, seen?: Seen): string | null {
  const history = drawHistory(seed);
  if (differenceIn(history, seen) === null) return null;
  const least = shrunk(history);
  const found = differenceIn(least) as Difference;
  const day = found.slot < 0 ? '' : ` on ${written(dayOfSlot(least, found.slot))}`;
  return `seed ${seed}${day}, ${found.at}\n${JSON.stringify(found, null, 1)}\n${JSON.stringify(least)}`;
}
