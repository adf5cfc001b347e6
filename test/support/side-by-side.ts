import { inLanes } from '../../src/platform/common/lanes.js';

/**
 * Does the same for cases that do not touch each other, so many at a time: most of such a case is waiting.
 * @param lanes few enough that nobody waits for the machine instead
 * @returns what came of one of them; throws what that one threw.
 */
export async function sideBySide<C, T>(
  cases: readonly C[],
  lanes: number,
  act: (one: C) => Promise<T>,
): Promise<(one: C) => T> {
  const outcomes = new Map<C, () => T>();
  await inLanes(lanes, cases, async (one) => {
    outcomes.set(one, await outcomeOf(act(one)));
  });
  return (one) => {
    const outcome = outcomes.get(one);
    if (outcome === undefined) throw new Error('this case was not among them');
    return outcome();
  };
}

function outcomeOf<T>(work: Promise<T>): Promise<() => T> {
  return work.then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );
}
