// oxlint-disable-next-line import/no-unassigned-import
import './support/ts-resolution.js';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { endWithParent } from '../scripts/lib/end-with-parent.js';
import { writeStripeAnswers, writeStripeSchema } from '../scripts/lib/stripe-schema.js';
import type { DataDirLock } from '../src/embedded/data-dir-lock.js';
import { builtDist } from './support/built-dist.js';
import { memoryFolder, removeAbandonedFolders } from './support/memory-folder.js';
import { removeAbandonedStores, startTestStore, type TestStore } from './support/store-server.js';

declare global {
  var testFolder: DataDirLock | null | undefined;
  var testStore: TestStore | undefined;
}

/** What Jest tells about the run. */
interface JestRun {
  nonFlagArgs: string[];
  findRelatedTests: boolean;
  onlyChanged: boolean;
  testNamePattern?: string;
}

/** Everything of the run goes into one folder, in memory where there is room. */
async function makeFolder(): Promise<void> {
  const { lockDataDir } = await import('../src/embedded/data-dir-lock.js');
  await removeAbandonedStores(tmpdir());
  await removeAbandonedFolders(lockDataDir, removeAbandonedStores);
  globalThis.testFolder = await memoryFolder(lockDataDir);
  if (globalThis.testFolder) process.env['TMPDIR'] = globalThis.testFolder.dataDir;
}

/** By default a signal ends Jest without its exit listeners, which are what ends the store. */
function endWithSignals(): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => process.exit(code));
  }
  endWithParent();
}

/** The schemas, one store for the run unless TEST_MONGODB_URI names one, and dist, which the process tests run. */
export default async function globalSetup(run: JestRun): Promise<void> {
  endWithSignals();
  // Seconds the first time: not inside a test's time-out.
  writeStripeSchema();
  writeStripeAnswers();
  await makeFolder();
  process.env['TEST_RUN_ID'] = randomBytes(3).toString('hex');
  if (!process.env['TEST_MONGODB_URI']) {
    globalThis.testStore = await startTestStore();
    process.env['TEST_MONGODB_URI'] = globalThis.testStore.uri;
  }
  // A run of chosen files builds only if one of them asks for it.
  if (run.nonFlagArgs.length === 0 && !run.findRelatedTests && !run.testNamePattern && !run.onlyChanged) {
    await builtDist();
  }
}
