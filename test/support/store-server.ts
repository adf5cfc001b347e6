import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { DataDirLock } from '../../src/embedded/data-dir-lock.js';
import type { EmbeddedMongo } from '../../src/embedded/embedded-mongo.js';

/*
 * One store for a whole Jest run, started by global-setup through the embedded store's own code. It allows
 * failCommand. Measured on SecantusDB 0.7.0b3 (`configureFailPoint: 'failCommand'`, `mode: {times: n}`):
 *   closeConnection    BEFORE the command: the write is not applied; MongoNetworkError. Wins over blockConnection.
 *   errorCode          BEFORE: not applied; MongoServerError with that code and the given errorLabels.
 *   blockConnection    sleeps BEFORE, then applies and answers (together with errorCode: sleeps, not applied).
 *   writeConcernError  AFTER: applied, and the answer carries the error (MongoWriteConcernError).
 *   appName            is obeyed (set `appName` in the URI to hit one client); `namespace` is ignored.
 *   a find that fails once is tried again by the driver and succeeds; writes are not, with retryWrites=false.
 * So "applied, answer lost" needs the proxy: tcp-proxy.ts, cutAfterNextRequest.
 */
export interface TestStore {
  uri: string;
  stop(): Promise<void>;
}

const PREFIX = 'payments-test-store-';
const YOUNG_MS = 60_000;

export async function startTestStore(): Promise<TestStore> {
  // Imported late: test files want only the names below.
  const { startEmbeddedMongo } = await import('../../src/embedded/embedded-mongo.js');
  const { lockDataDir } = await import('../../src/embedded/data-dir-lock.js');
  const lock = await lockDataDir(mkdtempSync(join(tmpdir(), PREFIX)));
  const store = await startEmbeddedMongo({
    dataDir: lock.dataDir,
    cacheDir: process.env['XDG_CACHE_HOME'],
    mongodBinary: process.env['MONGODB_BINARY'],
    testCommands: true,
    progress: (step, detail) => step === 'starting' || console.error(`test store: ${step}: ${detail}`),
    log: (line) => process.env['TEST_STORE_LOG'] && console.error(`test store: ${line}`),
  });
  return { uri: store.uri, stop: () => stopAndRemove(store, lock) };
}

async function stopAndRemove(store: EmbeddedMongo, lock: DataDirLock): Promise<void> {
  await store.stop();
  rmSync(lock.dataDir, { recursive: true, force: true });
  await lock.release();
}

/** What runs that were killed left behind in a folder: stores whose lock is free, perhaps still running. */
export async function removeAbandonedStores(parent: string): Promise<void> {
  const { lockDataDir } = await import('../../src/embedded/data-dir-lock.js');
  const { readRecord } = await import('../../src/embedded/process-record.js');
  const { processIdentity } = await import('../../src/embedded/process-identity.js');
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(PREFIX))) {
    const dir = join(parent, name);
    // A run that begins just now has its folder a moment before its lock.
    const age = Date.now() - (statSync(dir, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    const lock = age < YOUNG_MS ? null : await lockDataDir(dir).catch(() => null);
    if (!lock) continue;
    const record = readRecord(join(lock.dataDir, 'mongo'));
    const identity = record?.pid ? processIdentity(record.pid) : null;
    const ours = identity?.birth === record?.birth && identity?.command?.includes(lock.dataDir);
    if (record?.pid && ours) process.kill(record.pid, 'SIGKILL');
    rmSync(lock.dataDir, { recursive: true, force: true });
    await lock.release();
  }
}

/** The run's store with a database of its own for the calling test file, or the named one. */
export function testDatabaseUri(name: string = ownName()): string {
  const uri = process.env['TEST_MONGODB_URI'];
  if (!uri) throw new Error('TEST_MONGODB_URI is not set: run through Jest, whose global setup starts the store');
  const parts = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(uri);
  if (!parts) throw new Error('TEST_MONGODB_URI is not a mongodb:// address');
  return `${parts[1]}/${testRunPrefix()}${name}${parts[2] ?? ''}`;
}

/** All databases of this run begin with it. */
export function testRunPrefix(): string {
  return `pt_${process.env['TEST_RUN_ID'] ?? 'run'}_`;
}

// MongoDB allows 63 characters.
function ownName(): string {
  const file = basename(expect.getState().testPath ?? 'test').replace(/\W+/g, '_');
  return `${file.slice(0, 32)}_${randomBytes(4).toString('hex')}`;
}
