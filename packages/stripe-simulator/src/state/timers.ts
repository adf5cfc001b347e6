import type { Clock } from './clock.js';

interface Entry {
  at: number;
  order: number;
  kind: string;
  ref: string;
}

/** Node's longest timer. */
const MAX_TIMEOUT_MS = 2_147_483_647;

/**
 * Things due at an instant of *simulator* time, so that moving the clock brings them forward.
 *
 * In memory only: who schedules keeps what is needed in a table and schedules again after a restart.
 */
export class Timers {
  private readonly heap: Entry[] = [];
  private readonly handlers = new Map<string, (ref: string) => void>();
  private timer: NodeJS.Timeout | undefined;
  private order = 0;
  private stopped = false;

  constructor(private readonly clock: Clock) {}

  on(kind: string, handler: (ref: string) => void): void {
    this.handlers.set(kind, handler);
  }

  /** `at` in epoch milliseconds of simulator time. */
  schedule(at: number, kind: string, ref: string): void {
    this.push({ at, order: this.order++, kind, ref });
    if (this.heap[0]?.order === this.order - 1) this.arm();
  }

  /** Run what is due, oldest first, then wait for the next one. Call it after the clock moved. */
  runDue(): void {
    const now = this.clock.now();
    for (let next = this.heap[0]; next !== undefined && next.at <= now; next = this.heap[0]) {
      this.pop();
      this.handlers.get(next.kind)?.(next.ref);
    }
    this.arm();
  }

  clear(): void {
    this.heap.length = 0;
    clearTimeout(this.timer);
  }

  stop(): void {
    this.stopped = true;
    this.clear();
  }

  private arm(): void {
    clearTimeout(this.timer);
    const next = this.heap[0];
    if (next === undefined || this.stopped) return;
    const wait = next.at - this.clock.now();
    // While time stands still nothing becomes due by itself.
    if (wait > 0 && this.clock.frozen) return;
    this.timer = setTimeout(() => this.runDue(), Math.min(Math.max(wait, 0), MAX_TIMEOUT_MS));
    this.timer.unref();
  }

  private push(entry: Entry): void {
    let i = this.heap.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(entry, this.heap[parent])) break;
      this.swap(i, parent);
      i = parent;
    }
  }

  private pop(): void {
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    this.heap[0] = last;
    for (let i = 0; ;) {
      const left = 2 * i + 1;
      let least = i;
      if (before(this.heap[left], this.heap[least])) least = left;
      if (before(this.heap[left + 1], this.heap[least])) least = left + 1;
      if (least === i) return;
      this.swap(i, least);
      i = least;
    }
  }

  private swap(a: number, b: number): void {
    const [first, second] = [this.heap[a], this.heap[b]];
    if (first === undefined || second === undefined) return;
    this.heap[a] = second;
    this.heap[b] = first;
  }
}

function before(a: Entry | undefined, b: Entry | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
