const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Characters that nobody sees in an address. */
export const INVISIBLE: readonly string[] = [
  ...[0xad, 0x34f, 0x61c, 0x180e, ...range(0x200b, 0x200f), ...range(0x202a, 0x202e), ...range(0x2060, 0x2064)],
  ...[0xfe0f, 0x3164, 0xe000, 0xffff],
].map((code) => String.fromCodePoint(code));
