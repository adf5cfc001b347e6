import { join } from 'node:path';

export type StoreKind = 'mongod' | 'secantus';

/** Receives what a start is busy with; lines of one step replace each other on a screen. */
export type Progress = (step: string, detail: string) => void;

/** One program that could be the embedded store, and why it is the one to try. */
export interface StoreCandidate {
  kind: StoreKind;
  reason: string;
  /** The program with the arguments that come before ours. */
  program: [string, ...string[]];
}

export interface StoreArguments {
  /** DATA_DIR/mongo */
  dir: string;
  port: number;
  /** failCommand and the like. */
  testCommands: boolean;
}

// The embedded store is for one developer's machine or one test run: a quarter of a gigabyte is plenty.
const CACHE_GIGABYTES = 0.25;

/** Each kind has a folder of its own: neither reads the other's files. */
export function storageDir(dir: string, kind: StoreKind): string {
  return join(dir, kind);
}

/** Exists and is empty: without it SecantusDB would obey a secantusd.toml of the user's or the system's. */
export function secantusConfigFile(dir: string): string {
  return join(dir, 'secantusd.toml');
}

export function storeCommand(candidate: StoreCandidate, to: StoreArguments): [string, ...string[]] {
  const storage = storageDir(to.dir, candidate.kind);
  const port = String(to.port);
  if (candidate.kind === 'secantus') {
    return [
      ...candidate.program,
      ...['--config', secantusConfigFile(to.dir), '--host', '127.0.0.1', '--port', port, '--storage-path', storage],
      ...['--cache-size', `${CACHE_GIGABYTES * 1024}M`],
      ...(to.testCommands ? ['--enable-test-commands'] : []),
    ];
  }
  return [
    ...candidate.program,
    ...['--dbpath', storage, '--port', port, '--bind_ip', '127.0.0.1'],
    ...['--wiredTigerCacheSizeGB', String(CACHE_GIGABYTES)],
    // Otherwise it leaves a socket in /tmp that a later one of another user cannot replace.
    ...(process.platform === 'win32' ? [] : ['--nounixsocket']),
    ...(to.testCommands ? ['--setParameter', 'enableTestCommands=1'] : []),
  ];
}

/** The words by which each says that it serves. */
export function saysReady(kind: StoreKind, output: string): boolean {
  return kind === 'secantus' ? output.includes('secantus listening on') : /waiting for connections/i.test(output);
}

/** The words by which each says that another process has its files open. */
export function saysFilesInUse(output: string): boolean {
  return /Device or resource busy|DBPathInUse|Unable to lock the lock file|another mongod instance/i.test(output);
}
