import { withShortStack } from './short-stack.js';

const frames = (error: Error) => error.stack?.match(/^ {4}at /gm)?.length ?? 0;

it('keeps stacks short while a call begins, and only then', async () => {
  const call = async () => {
    const atOnce = new Error('at once');
    await Promise.resolve();
    return { atOnce, later: deep(5) };
  };
  const { atOnce, later } = await withShortStack(call);
  expect(frames(atOnce)).toBe(1);
  expect(frames(later)).toBeGreaterThan(5);
});

it('lets what the call throws through, and stacks are as before', () => {
  const broken = new TypeError('a bug');
  expect(() =>
    withShortStack(() => {
      throw broken;
    }),
  ).toThrow(broken);
  expect(frames(deep(5))).toBeGreaterThan(5);
});

function deep(levels: number): Error {
  return levels === 0 ? new Error('deep') : deep(levels - 1);
}
