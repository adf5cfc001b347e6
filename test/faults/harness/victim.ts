import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import type { Reaper } from './reaper.js';

export interface VictimSpec {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly logFile: string;
  ready(output: string): boolean;
  /** Told what it wrote to stderr. */
  onStderr?(text: string): void;
  /** It ended, and not by `stop`. */
  onDeath(how: string): void;
}

const READY_WITHIN_MS = 60_000;

/** A process that is killed and started again on the same port and data. */
export class Victim {
  private child: ChildProcess | undefined;
  private up = false;
  private stopping = false;

  constructor(
    private readonly reaper: Reaper,
    private readonly spec: (name: string) => VictimSpec,
  ) {}

  get isUp(): boolean {
    return this.up;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** @throws Error with the end of its output when it ends, or is not ready within a minute. */
  async start(name: string): Promise<void> {
    const spec = this.spec(name);
    const [program = '', ...args] = spec.command;
    const child = spawn(program, args, { cwd: spec.cwd, env: spec.env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    this.reaper.started(child.pid);
    this.stopping = false;
    const log = createWriteStream(spec.logFile, { flags: 'a' });
    let output = '';
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${spec.name} is not ready:\n${output}`)), READY_WITHIN_MS);
      const read = (chunk: Buffer) => {
        log.write(chunk);
        if (this.up || this.child !== child) return;
        output = (output + chunk.toString()).slice(-8_000);
        if (!spec.ready(output)) return;
        this.up = true;
        clearTimeout(timer);
        resolve();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', (chunk: Buffer) => {
        spec.onStderr?.(chunk.toString());
        read(chunk);
      });
      child.once('close', (code, signal) => {
        log.end();
        this.reaper.ended(child.pid);
        clearTimeout(timer);
        if (this.child === child) this.up = false;
        if (!this.stopping) spec.onDeath(signal ?? `exit ${code}`);
        reject(new Error(`${spec.name} ended (${signal ?? code}):\n${output}`));
      });
    });
  }

  /** Stands still, its connections open, until `resume`. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  /** As a power cut would. */
  kill(): void {
    this.up = false;
    this.child?.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.up = false;
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await closed;
  }
}
