/** The same numbers for the same seed (mulberry32). */
export function seeded(seed: number) {
  let a = seed * 7919 + 13;
  const random = (): number => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  /** A whole number from `from` to `to`, both included. */
  const whole = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
  return {
    random,
    whole,
    shuffled<T>(items: readonly T[]): T[] {
      const all = [...items];
      for (let i = all.length - 1; i > 0; i--) {
        const j = whole(0, i);
        [all[i], all[j]] = [all[j] as T, all[i] as T];
      }
      return all;
    },
  };
}

export type Seeded = ReturnType<typeof seeded>;

/** Some at a time, in their order. */
export async function together<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}
