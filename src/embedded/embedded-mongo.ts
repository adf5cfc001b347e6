import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { startProgram } from './child-program.js';
import { NoEmbeddedStoreError, ProgramFailedError, StoreInUseError } from './embedded-errors.js';
import { processesNaming } from './process-identity.js';
import type { ProgramSpec } from './program-spec.js';
import type { RunningProgram } from './running-program.js';
import {
  saysFilesInUse,
  saysReady,
  secantusConfigFile,
  storageDir,
  storeCommand,
  type Progress,
  type StoreCandidate,
  type StoreKind,
} from './store-candidate.js';
import { storeCandidates } from './store-choice.js';
import { hasMarker, writeMarker } from './store-marker.js';
import { SupervisedProgram } from './supervised-program.js';

export interface EmbeddedMongoOptions {
  dataDir: string;
  /** Restricts the choice to this kind of store. */
  choice?: StoreKind;
  /** Restricts the choice to this mongod. */
  mongodBinary?: string;
  /** The user's cache folder (XDG_CACHE_HOME); ~/.cache when absent. */
  cacheDir?: string;
  /** The database that `uri` names. */
  database?: string;
  /** Allows failCommand and the like: tests only. */
  testCommands?: boolean;
  progress: Progress;
  log(line: string): void;
  /** Called when the store ended by itself and is being started again on the same port. */
  onExit?(how: string): void;
}

export interface EmbeddedMongo {
  uri: string;
  kind: StoreKind;
  port: number;
  reason: string;
  tookMs: number;
  adopted: boolean;
  /** The process id; a restart changes it. */
  readonly pid: number;
  stop(): Promise<void>;
}

// Recovery after a kill comes before readiness, and a machine that runs tests at full load is slow.
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 15_000;

/** Starts, or adopts, the database of DATA_DIR/mongo and keeps it running until `stop`. */
export async function startEmbeddedMongo(options: EmbeddedMongoOptions): Promise<EmbeddedMongo> {
  const since = performance.now();
  const dir = resolve(options.dataDir, 'mongo');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const earlier = earlierKind(dir);
  const asked = options.mongodBinary === undefined ? options.choice : 'mongod';
  const refused: string[] = [];
  // A mongod that somebody installs later must not make the data of an earlier start seem gone.
  const only = asked ?? earlier ?? undefined;
  const candidates = storeCandidates({
    only,
    onlyReason: asked === undefined ? 'the kind that earlier starts left data of' : 'as configured',
    mongodBinary: options.mongodBinary,
    cacheDir: options.cacheDir ?? join(homedir(), '.cache'),
    progress: options.progress,
    refuse: (reason) => refused.push(reason),
  });
  for await (const candidate of candidates) {
    options.progress('starting', candidate.kind);
    const spec = storeSpec(candidate, dir, options);
    try {
      const running = await startStore(spec, candidate.kind);
      writeFileSync(kindFile(dir), `${candidate.kind}\n`);
      if (asked !== undefined && earlier !== null && earlier !== asked) {
        options.log(
          `store: the data of earlier starts stays in ${storageDir(dir, earlier)} and is not seen by ${asked}`,
        );
      }
      return supervised(running, candidate, spec, options, Math.round(performance.now() - since));
    } catch (error) {
      if (!(error instanceof ProgramFailedError)) throw error;
      refused.push(`${candidate.kind}, ${candidate.reason}: ${error.message}`);
      options.log(`store: ${error.message}`);
    }
  }
  if (asked === undefined && earlier !== null)
    refused.push(`${storageDir(dir, earlier)} holds data for ${earlier} only`);
  throw new NoEmbeddedStoreError(refused);
}

function supervised(
  running: RunningProgram,
  candidate: StoreCandidate,
  spec: ProgramSpec,
  options: EmbeddedMongoOptions,
  tookMs: number,
): EmbeddedMongo {
  const { kind, reason } = candidate;
  const { port, pid } = running.record;
  const program = new SupervisedProgram(running, {
    name: spec.name,
    restart: (samePort) => startStore(spec, kind, samePort),
    log: (line) => options.log(line),
    onExit: (how) => options.onExit?.(how),
  });
  const verb = running.adopted ? 'adopted' : 'started';
  options.log(
    `store: ${kind} ${verb} on 127.0.0.1:${port} in ${tookMs} ms, pid ${pid} (${reason}), data in ${spec.dir}`,
  );
  return {
    uri: storeUri(port, options.database),
    kind,
    port,
    reason,
    tookMs,
    adopted: running.adopted,
    get pid() {
      return program.pid;
    },
    stop: () => program.stop(),
  };
}

/**
 * retryWrites=false: SecantusDB sorts its whole record of retryable writes at every write once there are 10,000
 * (5-9 ms instead of 1), and a standalone mongod does not have them. maxIdleTimeMS: SecantusDB closes connections
 * idle for 300 s, and a write sent just then would fail without having been tried again.
 */
function storeUri(port: number, database = 'payments'): string {
  return `mongodb://127.0.0.1:${port}/${database}?directConnection=true&retryWrites=false&maxIdleTimeMS=120000`;
}

function storeSpec(candidate: StoreCandidate, dir: string, options: EmbeddedMongoOptions): ProgramSpec {
  const { testCommands = false } = options;
  return {
    name: 'store',
    dir,
    command: (port) => storeCommand(candidate, { dir, port, testCommands }),
    mark: `${dir}${sep}`,
    ready: (output) => saysReady(candidate.kind, output),
    afterStart: writeMarker,
    prove: hasMarker,
    nudge: candidate.kind === 'secantus' ? wakeAccept : undefined,
    readyWithinMs: READY_WITHIN_MS,
    stopWithinMs: STOP_WITHIN_MS,
    log: (line) => options.log(line),
  };
}

async function startStore(spec: ProgramSpec, kind: StoreKind, port?: number): Promise<RunningProgram> {
  const storage = storageDir(spec.dir, kind);
  mkdirSync(storage, { recursive: true, mode: 0o700 });
  writeFileSync(secantusConfigFile(spec.dir), '');
  try {
    return await startProgram(spec, port);
  } catch (error) {
    if (!(error instanceof ProgramFailedError) || !saysFilesInUse(error.logTail)) throw error;
    throw new StoreInUseError(storage, processesNaming(storage));
  }
}

/** After SIGTERM its accepting thread sleeps on until a connection comes, and everything waits 2 s for it. */
function wakeAccept({ port }: { port: number }): void {
  for (const afterMs of [20, 100, 400]) {
    setTimeout(() => {
      const socket = connect(port, '127.0.0.1', () => socket.destroy());
      socket.on('error', () => undefined);
    }, afterMs).unref();
  }
}

function earlierKind(dir: string): StoreKind | null {
  try {
    const kind = readFileSync(kindFile(dir), 'utf8').trim();
    return kind === 'mongod' || kind === 'secantus' ? kind : null;
  } catch {
    return null;
  }
}

function kindFile(dir: string): string {
  return join(dir, 'kind');
}
