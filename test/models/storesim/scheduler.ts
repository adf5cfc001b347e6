import type { Draw } from '../draw.js';

/** Sleep so many milliseconds, or wait for a slot at most so long. */
export type Pause = number | readonly [slot: Slot<unknown>, ms: number];
export type Task<T = void> = Generator<Pause, T, undefined>;

/** An answer that somebody may be waiting for. The first one counts. */
export interface Slot<T> {
  value: T | null;
  waiter: Process | null;
}

/** One process of the app; a kill ends all that runs in its epoch. */
export interface Instance {
  readonly i: number;
  up: boolean;
  epoch: number;
}

export interface Process {
  readonly task: Task;
  readonly instance: Instance | null;
  readonly epoch: number | undefined;
  /** Only the newest wake-up counts: an answer overtakes a time-out. */
  token: number;
  slot: Slot<unknown> | null;
}

interface WakeUp {
  readonly at: number;
  readonly tie: number;
  readonly process: Process;
  readonly token: number;
}

const earlier = (a: WakeUp, b: WakeUp): boolean => a.at < b.at || (a.at === b.at && a.tie < b.tie);

export function newSlot<T>(): Slot<T> {
  return { value: null, waiter: null };
}

/** A heap of wake-ups; what is due at the same moment comes in drawn order, because no order is promised. */
export class Scheduler {
  now = 0;
  /** How long one millisecond of waiting takes. Near 0, time passes only where somebody sets `now`. */
  pace = 1;
  steps = 0;
  current: Process | null = null;
  private readonly heap: WakeUp[] = [];

  constructor(private readonly draw: Draw) {}

  spawn(task: Task, instance: Instance | null = null, delay = 0): void {
    const process: Process = { task, instance, epoch: instance?.epoch, token: 0, slot: null };
    this.wakeAt(process, this.now + delay);
  }

  fill<T>(slot: Slot<T>, value: T): void {
    if (slot.value !== null) return;
    slot.value = value;
    if (slot.waiter !== null) this.wakeAt(slot.waiter, this.now);
  }

  /** @param onError of a task; it ends there. @param mayGoOn asked before each step. */
  run(until: number, mayGoOn: () => boolean, onError: (error: unknown) => void): void {
    for (let next = this.heap[0]; next !== undefined && next.at <= until; next = this.heap[0]) {
      const { at, process, token } = next;
      this.pop();
      if (token !== process.token || (process.instance !== null && process.epoch !== process.instance.epoch)) continue;
      this.now = at;
      this.current = process;
      this.steps += 1;
      if (!mayGoOn()) return;
      this.step(process, onError);
    }
  }

  private step(process: Process, onError: (error: unknown) => void): void {
    let result: IteratorResult<Pause, void>;
    try {
      result = process.task.next();
    } catch (error) {
      onError(error);
      return;
    }
    if (result.done === true) return;
    const pause = result.value;
    if (process.slot !== null) process.slot.waiter = null;
    process.slot = null;
    if (typeof pause === 'number') return this.wakeAt(process, this.now + pause * this.pace);
    const [slot, ms] = pause;
    if (slot.value !== null) return this.wakeAt(process, this.now);
    slot.waiter = process;
    process.slot = slot;
    this.wakeAt(process, this.now + ms * this.pace);
  }

  private wakeAt(process: Process, at: number): void {
    const { heap } = this;
    process.token += 1;
    let i = heap.push({ at, tie: this.draw.next(), process, token: process.token }) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!earlier(this.at(i), this.at(parent))) return;
      this.swap(i, parent);
      i = parent;
    }
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let i = 0; ;) {
      let child = 2 * i + 1;
      if (child >= heap.length) return;
      if (child + 1 < heap.length && earlier(this.at(child + 1), this.at(child))) child += 1;
      if (!earlier(this.at(child), this.at(i))) return;
      this.swap(i, child);
      i = child;
    }
  }

  private at(i: number): WakeUp {
    return this.heap[i] as WakeUp;
  }

  private swap(a: number, b: number): void {
    [this.heap[a], this.heap[b]] = [this.at(b), this.at(a)];
  }
}
