// oxlint-disable-next-line import/no-unassigned-import
import './support/ts-resolution.js';
import { randomBytes } from 'node:crypto';
import { writeStripeAnswers, writeStripeSchema } from '../scripts/lib/stripe-schema.js';
import { builtDist } from './support/built-dist.js';
import { startTestStore, type TestStore } from './support/store-server.js';

declare global {
  var testStore: TestStore | undefined;
}

/** What Jest tells about the run. */
interface JestRun {
  nonFlagArgs: string[];
  findRelatedTests: boolean;
  onlyChanged: boolean;
  testNamePattern?: string;
}

/** The schemas, one store for the run unless TEST_MONGODB_URI names one, and dist, which the process tests run. */
export default async function globalSetup(run: JestRun): Promise<void> {
  // Seconds the first time: not inside a test's time-out.
  writeStripeSchema();
  writeStripeAnswers();
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
