/** Numbers in [0, 1), always the same for the same seed and name. */
export interface Dice {
  roll(): number;
  /** Whole, from `from` to `to`. */
  between(from: number, to: number): number;
  pick<T>(of: readonly T[]): T;
  /** True so often. */
  chance(probability: number): boolean;
}

/** A stream of its own for each name, so that what one part draws does not shift what another does. */
export function dice(seed: number, name: string): Dice {
  let a = Array.from(name).reduce(
    (hash, letter) => Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16_777_619),
    seed * 7919 + 13,
  );
  const roll = () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    roll,
    between: (from, to) => from + Math.floor(roll() * (to - from + 1)),
    pick: (of) => of[Math.floor(roll() * of.length)] as (typeof of)[number],
    chance: (probability) => roll() < probability,
  };
}
