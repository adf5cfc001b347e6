import { mkdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { startProgram } from './child-program.js';
import { ProgramFailedError, SimulatorRefusedError } from './embedded-errors.js';
import type { ProcessRecord } from './process-record.js';
import type { ProgramSpec } from './program-spec.js';
import { SupervisedProgram } from './supervised-program.js';

export interface EmbeddedSimulatorOptions {
  dataDir: string;
  /** The port; 0 means that of the last start if it is free, otherwise any. */
  port: number;
  /** Other names by which its pages answer. */
  allowHosts?: readonly string[];
  /** packages/stripe-simulator/bin/stripe-simulator.js */
  program: string;
  log(line: string): void;
  /** Called when the simulator ended by itself and is being started again on the same port. */
  onExit?(how: string): void;
}

export interface EmbeddedSimulator {
  url: string;
  port: number;
  adopted: boolean;
  /** The process id; a restart changes it. */
  readonly pid: number;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 20_000;
const STOP_WITHIN_MS = 3_000;
const IDENTITY_WITHIN_MS = 2_000;
/** The one line in which it says why it cannot start. */
const REFUSAL = /^stripe-simulator: (.+)$/m;

/** Starts, or adopts, the Stripe simulator with its data in DATA_DIR/simulator and keeps it running until `stop`. */
export async function startEmbeddedSimulator(options: EmbeddedSimulatorOptions): Promise<EmbeddedSimulator> {
  const since = performance.now();
  const dir = resolve(options.dataDir, 'simulator');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const spec = simulatorSpec(dir, resolve(options.program), options);
  const running = await startProgram(spec, options.port === 0 ? undefined : options.port).catch((error: unknown) => {
    const why = error instanceof ProgramFailedError ? REFUSAL.exec(error.logTail)?.[1] : undefined;
    throw why === undefined ? error : new SimulatorRefusedError(why);
  });
  const { port, pid } = running.record;
  const program = new SupervisedProgram(running, {
    name: spec.name,
    restart: (samePort) => startProgram(spec, samePort),
    log: (line) => options.log(line),
    onExit: (how) => options.onExit?.(how),
  });
  const url = simulatorUrl(port);
  const verb = running.adopted ? 'adopted' : 'started';
  options.log(`simulator: ${verb} at ${url} in ${Math.round(performance.now() - since)} ms, pid ${pid}`);
  return {
    url,
    port,
    adopted: running.adopted,
    get pid() {
      return program.pid;
    },
    stop: () => program.stop(),
  };
}

function simulatorSpec(dir: string, program: string, options: EmbeddedSimulatorOptions): ProgramSpec {
  return {
    name: 'simulator',
    dir,
    command: (port, token) => [
      ...([process.execPath, '--enable-source-maps', program] as const),
      ...['--port', String(port), '--data', dir, '--instance', token],
      // The product takes card numbers towards it, where they are nobody's.
      '--allow-raw-cards',
      ...(options.allowHosts ?? []).filter((host) => !host.startsWith('[')).flatMap((host) => ['--allow-host', host]),
    ],
    mark: dir,
    ready: (output) => output.includes('SIMULATOR_READY '),
    prove: isTheSimulator,
    // Built anew since: the old code must not answer for the new.
    isCurrent: (record) => statSync(program).mtimeMs <= Date.parse(record.startedAt),
    readyWithinMs: READY_WITHIN_MS,
    stopWithinMs: STOP_WITHIN_MS,
    log: (line) => options.log(line),
  };
}

async function isTheSimulator(record: ProcessRecord): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(IDENTITY_WITHIN_MS);
    const answer = await fetch(`${simulatorUrl(record.port)}/_sim/identity`, { signal, redirect: 'error' });
    const identity: unknown = await answer.json();
    if (typeof identity !== 'object' || identity === null) return false;
    const { program, instance, pid }: Record<string, unknown> = { ...identity };
    return program === 'stripe-simulator' && instance === record.token && pid === record.pid;
  } catch {
    return false;
  }
}

function simulatorUrl(port: number): string {
  return `http://127.0.0.1:${port}`;
}
