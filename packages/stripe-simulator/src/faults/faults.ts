import type { World } from '../world.js';
import { type Action, Fault, type Match, type Target } from './fault.js';

/** Why a wait ended: released or due, or because the simulator forgot it. */
type Ended = 'due' | 'forgotten';

interface Waiting {
  fault: string;
  /** Simulator time at which it is due even if no real time passes; null while only a release ends it. */
  due: number | null;
  end(how: Ended): void;
}

/** The faults set up by the control plane, which outlive the process, and the requests they make wait, which do not. */
export class Faults {
  private readonly faults = new Map<string, Fault>();
  private readonly waiting = new Set<Waiting>();
  private count = 0;

  constructor(private readonly world: World) {
    for (const state of world.faults) {
      this.faults.set(state.id, new Fault(state));
      this.count = Math.max(this.count, Number(state.id.slice('fault_'.length)));
    }
  }

  add(match: Match, action: Action): Fault {
    const fault = new Fault({ id: `fault_${++this.count}`, match, action, matched: 0, hits: 0, drawn: 0 });
    this.faults.set(fault.id, fault);
    this.keep();
    return fault;
  }

  list(): Fault[] {
    return [...this.faults.values()];
  }

  remove(id: string): boolean {
    this.release(id);
    const there = this.faults.delete(id);
    if (there) this.keep();
    return there;
  }

  clear(): void {
    this.faults.clear();
    this.keep();
    this.forget();
  }

  /** Ends every wait without effect. */
  forget(): void {
    for (const one of [...this.waiting]) one.end('forgotten');
  }

  /** The first fault, in order of creation, that strikes this request. */
  strike(target: Target): Fault | undefined {
    let counted = false;
    let struck: Fault | undefined;
    for (const fault of this.faults.values()) {
      const before = fault.matched;
      if (fault.strikes(target)) struck = fault;
      counted ||= fault.matched !== before;
      if (struck !== undefined) break;
    }
    if (counted) this.keep();
    return struck;
  }

  /** Waits until released; `fault` undefined releases everything held. */
  hold(fault: string): Promise<Ended> {
    return this.wait(fault, null, undefined);
  }

  /** Waits `ms` of real time, or less when the clock is moved past it. */
  delay(fault: string, ms: number): Promise<Ended> {
    return this.wait(fault, this.world.clock.now() + ms, ms);
  }

  release(fault?: string): number {
    let released = 0;
    for (const one of [...this.waiting]) {
      if (one.due !== null || (fault !== undefined && one.fault !== fault)) continue;
      one.end('due');
      released += 1;
    }
    return released;
  }

  /** The clock was moved: ends the waits it went past. */
  clockMoved(): void {
    for (const one of [...this.waiting]) if (one.due !== null && one.due <= this.world.clock.now()) one.end('due');
  }

  private keep(): void {
    this.world.keepFaults(this.list().map((fault) => fault.state()));
  }

  private wait(fault: string, due: number | null, ms: number | undefined): Promise<Ended> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(() => waiting.end('due'), ms);
      timer?.unref();
      const waiting: Waiting = {
        fault,
        due,
        end: (how) => {
          clearTimeout(timer);
          this.waiting.delete(waiting);
          resolve(how);
        },
      };
      this.waiting.add(waiting);
    });
  }
}
