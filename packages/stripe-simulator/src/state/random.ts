import { createHash } from 'node:crypto';

/** Seeded chance (mulberry32): the same seed gives the same run. */
export class Random {
  private state: number;

  constructor(seed: string | number) {
    this.state = createHash('sha256').update(String(seed)).digest().readUInt32LE(0);
  }

  /** 0 to below 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** As if `next` had been called so often. */
  skip(times: number): void {
    this.state = (this.state + Math.imul(times, 0x6d2b79f5)) | 0;
  }

  happens(chance: number): boolean {
    return chance > 0 && this.next() < chance;
  }
}
