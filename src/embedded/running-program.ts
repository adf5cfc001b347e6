import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity } from './process-identity.js';
import { readRecord, writeRecord, type ProcessRecord } from './process-record.js';
import type { ProgramSpec } from './program-spec.js';

const WATCH_ADOPTED_MS = 100;
const KILL_WAIT_MS = 5_000;

/** Started programs of this process; told to end when it ends without having stopped them. */
const running = new Set<RunningProgram>();
let exitHook = false;

/** A live program of ours: started by this process, or adopted from one that was killed. */
export class RunningProgram {
  readonly adopted: boolean;
  /** The way the program ended, null while it lives. */
  ended: string | null = null;
  /** Settles with `ended`. */
  readonly exited: Promise<string>;
  private stopping: Promise<void> | null = null;

  constructor(
    private readonly spec: ProgramSpec,
    readonly record: ProcessRecord & { pid: number },
    origin: { child: ChildProcess } | { adopted: true },
  ) {
    this.adopted = 'adopted' in origin;
    this.exited = 'child' in origin ? this.childExit(origin.child) : this.adoptedExit();
    running.add(this);
    if (!exitHook) process.once('exit', () => running.forEach((program) => program.signal('SIGTERM')));
    exitHook = true;
  }

  /** Sends SIGTERM, then SIGKILL to the whole group if that is not enough; returns when the program is gone. */
  stop(): Promise<void> {
    this.stopping ??= this.doStop();
    return this.stopping;
  }

  private async doStop(): Promise<void> {
    const { spec, record } = this;
    this.signal('SIGTERM');
    spec.nudge?.(record);
    if (!(await this.goneWithin(spec.stopWithinMs))) {
      spec.log(`${spec.name}: pid ${record.pid} did not end within ${spec.stopWithinMs} ms, killing it`);
      this.signal('SIGKILL');
      if (!(await this.goneWithin(KILL_WAIT_MS))) throw new Error(`${spec.name}: pid ${record.pid} cannot be ended`);
    }
    // Not when a newer start has written its own record meanwhile.
    if (readRecord(spec.dir)?.token === record.token) writeRecord(spec.dir, { ...record, pid: null, birth: null });
  }

  /** Every signal asks first whether the pid is still the same process. */
  private signal(name: 'SIGTERM' | 'SIGKILL'): void {
    if (this.ended !== null || !this.isStillIt()) return;
    const group = name === 'SIGKILL' && process.platform !== 'win32';
    try {
      process.kill(group ? -this.record.pid : this.record.pid, name);
    } catch {
      // It ended between the question and the signal.
    }
  }

  private isStillIt(): boolean {
    const identity = processIdentity(this.record.pid);
    return identity !== null && (this.record.birth === null || identity.birth === this.record.birth);
  }

  private async goneWithin(ms: number): Promise<boolean> {
    // The timer keeps the event loop alive, which neither the child nor the watch of an adopted one does.
    const timer = new AbortController();
    const late = sleep(ms, false, { signal: timer.signal }).catch(() => false);
    const gone = await Promise.race([this.exited.then(() => true), late]);
    timer.abort();
    return gone;
  }

  private childExit(child: ChildProcess): Promise<string> {
    return new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve(this.end(signal === null ? `code ${code}` : signal)));
    });
  }

  /** Watches a process that is not our child: it has no exit event and nothing to wait on. */
  private adoptedExit(): Promise<string> {
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        if (this.isStillIt()) return;
        clearInterval(timer);
        resolve(this.end('gone'));
      }, WATCH_ADOPTED_MS);
      timer.unref();
    });
  }

  private end(how: string): string {
    this.ended = how;
    running.delete(this);
    return how;
  }
}
