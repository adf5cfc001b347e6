import { AppError } from '../common/app-error.js';

const MAX_DEPTH = 32;
/** A limit far above what any of our routes takes; libraries that copy and check objects are slow with many keys. */
const MAX_KEYS = 200;
const MAX_VALUES = 20_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/**
 * Refuses JSON that is too deep or holds too much, before anything is built of it: one pass over the bytes. What is no JSON
 * at all passes here, the parser refuses it. Throws AppError.
 */
export function refuseHugeShape(json: Uint8Array): void {
  const counts = new Counts();
  let isFirst = false;
  for (let i = 0; i < json.length && counts.depth >= 0; i++) {
    const byte = json[i] ?? 0;
    if (isBlank(byte)) continue;
    if (isClosing(byte)) counts.close();
    else if (isFirst || byte === COMMA) counts.member();
    isFirst = isOpening(byte);
    if (isFirst) counts.open(byte);
    if (byte === QUOTE) i = endOfText(json, i);
  }
}

/** Numbers of members of each open container, and of all together. */
class Counts {
  depth = 0;
  private values = 1;
  private readonly keys = new Uint32Array(MAX_DEPTH + 1);
  private readonly isObject = new Uint8Array(MAX_DEPTH + 1);

  open(byte: number): void {
    if (++this.depth > MAX_DEPTH) throw tooMuch(`is nested deeper than ${MAX_DEPTH} levels`);
    this.keys[this.depth] = 0;
    this.isObject[this.depth] = byte === 0x7b ? 1 : 0;
  }

  close(): void {
    this.depth--;
  }

  member(): void {
    if (++this.values > MAX_VALUES) throw tooMuch(`holds more than ${MAX_VALUES} values`);
    if (this.isObject[this.depth] === 0) return;
    const keys = (this.keys[this.depth] ?? 0) + 1;
    this.keys[this.depth] = keys;
    if (keys > MAX_KEYS) throw tooMuch(`has an object of more than ${MAX_KEYS} properties`);
  }
}

const tooMuch = (what: string): AppError => new AppError('unparseable_body', `The JSON ${what}`);

const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
/** `[` and `{`, `]` and `}` differ by one bit. */
const isOpening = (byte: number): boolean => (byte | 0x20) === 0x7b;
const isClosing = (byte: number): boolean => (byte | 0x20) === 0x7d;

/** The index of the closing quote, or the end. */
function endOfText(json: Uint8Array, opening: number): number {
  let i = opening + 1;
  for (; i < json.length && json[i] !== QUOTE; i++) if (json[i] === BACKSLASH) i++;
  return i;
}
