import { setTimeout as sleep } from 'node:timers/promises';
import { scrubLines } from '../logging/scrub.js';

interface Step {
  readonly name: string;
  run(): Promise<unknown>;
}

/** Errors that know what the process should end with, such as ConfigError, carry it. */
interface Failure {
  message: string;
  stack?: string;
  exitCode?: number;
}

export interface ShutdownOptions {
  /** A step that hangs must not keep the process: after so long it exits with 1. */
  readonly timeoutMs: number;
  log(line: string): void;
}

/**
 * A signal below `npm` arrives twice: Ctrl-C from the terminal and from npm, SIGTERM from a supervisor that tells every
 * process of a group, and from npm. Only a later one is somebody losing patience. SIGHUP, of a closed terminal, comes from
 * the terminal, from the shell and, emitted by end-with-parent.js, from npm's end: however late, nobody is there to be
 * impatient.
 */
const SAME_SIGNAL_MS = { SIGINT: 500, SIGTERM: 150, SIGHUP: Infinity } as const;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const HELD_FOR_MS = 10_000;

/**
 * The orderly end of the process, and the only place that calls process.exit. What was started last is stopped first:
 * the app drains while its store still answers.
 */
export class Shutdown {
  private readonly steps: Step[] = [];
  private held: Promise<unknown> = Promise.resolve();
  private since: number | undefined;

  constructor(private readonly options: ShutdownOptions) {}

  get started(): boolean {
    return this.since !== undefined;
  }

  add(name: string, run: Step['run']): void {
    this.steps.push({ name, run });
  }

  /** Holds a stop back while this start is under way (not for ever), or what it starts would stay behind. */
  hold<T>(start: Promise<T>): Promise<T> {
    this.held = start.catch(() => undefined);
    return start;
  }

  listen(): void {
    for (const signal of SIGNALS) process.on(signal, () => this.onSignal(signal));
    // State is unknown after either: end, and let whoever supervises us start a fresh process.
    process.on('uncaughtException', (error) => this.onCrash(error));
    process.on('unhandledRejection', (error) => this.onCrash(error));
  }

  /** Stops everything that was started and ends the process. */
  async stop(exitCode: number): Promise<void> {
    if (this.started) return;
    this.since = Date.now();
    setTimeout(() => {
      this.options.log(`not stopped after ${this.options.timeoutMs} ms, exiting`);
      process.exit(1);
    }, this.options.timeoutMs).unref();
    await Promise.race([this.held, sleep(HELD_FOR_MS, undefined, { ref: false })]);
    let failed = false;
    for (let step = this.steps.pop(); step !== undefined; step = this.steps.pop()) {
      try {
        await step.run();
      } catch (error) {
        failed = true;
        this.options.log(`stopping ${step.name} failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    process.exit(exitCode === 0 && failed ? 1 : exitCode);
  }

  /** A start that failed: says why in one line, stops what was started, exits with the error's own `exitCode`. */
  fail(error: unknown): void {
    const { exitCode, message, stack } = (error instanceof Error ? error : { message: String(error) }) as Failure;
    if (!this.started) process.stderr.write(`${exitCode === undefined ? scrubLines(stack ?? message) : message}\n`);
    void this.stop(exitCode ?? 1);
  }

  private onSignal(signal: keyof typeof SAME_SIGNAL_MS): void {
    if (this.since === undefined) {
      this.options.log(`${signal}: stopping`);
      void this.stop(0);
    } else if (Date.now() - this.since > SAME_SIGNAL_MS[signal]) {
      this.options.log(`${signal} again: exiting at once`);
      process.exit(1);
    }
  }

  private onCrash(error: unknown): void {
    this.options.log(`crashed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    void this.stop(1);
  }
}
