import { createHash, randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * Stripe-like ids (`pi_` and 24 letters or digits) from a seed and one counter per prefix.
 *
 * The same seed and the same calls give the same ids; one counter per prefix keeps a webhook that happens to come earlier
 * from shifting the ids of payments.
 */
export class Ids {
  readonly counters = new Map<string, number>();
  /** Counters moved since the last commit, for the journal. */
  readonly moved = new Set<string>();

  constructor(public seed: string) {}

  static randomSeed(): string {
    return randomBytes(12).toString('hex');
  }

  /** A new id such as `pi_3f…`; `length` counts the characters behind the underscore. */
  next(prefix: string, length = 24): string {
    return `${prefix}_${this.letters(prefix, length)}`;
  }

  /** `length` letters and digits that no one can guess without the seed. */
  letters(name: string, length: number): string {
    const n = (this.counters.get(name) ?? 0) + 1;
    this.counters.set(name, n);
    this.moved.add(name);
    return derive(`${this.seed}|${name}|${n}`, length);
  }

  /** The same letters for the same text, e.g. a card's fingerprint. */
  of(text: string, length: number): string {
    return derive(`${this.seed}|=|${text}`, length);
  }

  restart(seed: string): void {
    this.seed = seed;
    this.counters.clear();
  }
}

function derive(text: string, length: number): string {
  let out = '';
  for (let block = 0; out.length < length; block++) {
    const digest = createHash('sha256')
      .update(block === 0 ? text : `${text}|${block}`)
      .digest();
    // 248 = 4 * 62: bytes above it would favour the first letters.
    for (const byte of digest) if (byte < 248 && out.length < length) out += ALPHABET[byte % 62];
  }
  return out;
}
