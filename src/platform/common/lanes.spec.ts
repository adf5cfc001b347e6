import { setTimeout as sleep } from 'node:timers/promises';
import { inLanes } from './lanes.js';

it('works every item off once, never more at a time than it has lanes', async () => {
  const seen: number[] = [];
  let [now, most] = [0, 0];
  await inLanes(3, Array(20).keys(), async (item) => {
    most = Math.max(most, ++now);
    await sleep(item % 4);
    seen.push(item);
    now--;
  });
  expect(seen.toSorted((a, b) => a - b)).toEqual([...Array(20).keys()]);
  expect(most).toBe(3);
});

it('a failure comes out when nothing is at work any more, and the other lanes finish', async () => {
  const done: number[] = [];
  const ran = inLanes(2, [1, 2, 3, 4], async (item) => {
    if (item === 1) throw new Error('the first');
    await sleep(5);
    done.push(item);
  });
  await expect(ran).rejects.toThrow('the first');
  expect(done).toEqual([2, 3, 4]);
});

it('does nothing without items', async () => {
  await expect(inLanes(4, [], () => Promise.reject(new Error('called')))).resolves.toBeUndefined();
});
