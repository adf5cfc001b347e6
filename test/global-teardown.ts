// oxlint-disable-next-line import/no-unassigned-import
import './support/ts-resolution.js';
import { mongo } from 'mongoose';
import { rmSync } from 'node:fs';
import { testRunPrefix } from './support/store-server.js';

export default async function globalTeardown(): Promise<void> {
  if (globalThis.testStore) await globalThis.testStore.stop();
  else await dropDatabases(process.env['TEST_MONGODB_URI'] ?? '');
  if (!globalThis.testFolder) return;
  rmSync(globalThis.testFolder.dataDir, { recursive: true, force: true });
  await globalThis.testFolder.release();
}

/** A store that was there before the run is left as it was. */
async function dropDatabases(uri: string): Promise<void> {
  const client = new mongo.MongoClient(uri, { serverSelectionTimeoutMS: 2_000 });
  try {
    const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
    const ours = databases.filter(({ name }) => name.startsWith(testRunPrefix()));
    for (const { name } of ours) await client.db(name).dropDatabase();
  } finally {
    await client.close();
  }
}
