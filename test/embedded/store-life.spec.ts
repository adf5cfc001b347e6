import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import { NoEmbeddedStoreError, StoreInUseError } from '../../src/embedded/embedded-errors.js';
import { startEmbeddedMongo, type EmbeddedMongo } from '../../src/embedded/embedded-mongo.js';
import { processIdentity } from '../../src/embedded/process-identity.js';
import { readRecord, writeRecord } from '../../src/embedded/process-record.js';
import { Workshop } from './fixtures/owner-process.js';

const workshop = new Workshop();
const cacheDir = process.env['XDG_CACHE_HOME'];
const lines: string[] = [];
const log = (line: string) => void lines.push(line);
const progress = () => undefined;
let count = 0;
let dataDir = '';
let current: EmbeddedMongo | null = null;

beforeEach(() => {
  lines.length = 0;
  dataDir = join(workshop.dir, `data-${++count}`);
});
afterEach(async () => {
  await current?.stop();
  current = null;
});
afterAll(() => workshop.close());

const start = async () => (current = await startEmbeddedMongo({ dataDir, cacheDir, progress, log }));
const recordDir = () => join(dataDir, 'mongo');

async function withDatabase<T>(uri: string, use: (db: mongoose.Connection) => Promise<T>): Promise<T> {
  const connection = await mongoose.createConnection(uri, { serverSelectionTimeoutMS: 5_000 }).asPromise();
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

const notes = (db: mongoose.Connection) => db.collection<{ _id: string }>('notes');
const durable = { writeConcern: { w: 'majority', journal: true } } as const;

it('says which store it chose, why, and how long it took; finds its data and port again', async () => {
  const first = await start();
  expect(first.uri).toMatch(/^mongodb:\/\/127\.0\.0\.1:\d+\/payments\?.*retryWrites=false/);
  expect(lines.at(-1)).toMatch(/^store: (mongod|secantus) started on 127\.0\.0\.1:\d+ in \d+ ms, pid \d+ \(.+\)/);
  await withDatabase(first.uri, (db) => notes(db).insertOne({ _id: 'kept' }));
  await first.stop();
  expect(processIdentity(first.pid)).toBeNull();

  const second = await start();
  expect(second).toMatchObject({ port: first.port, kind: first.kind, adopted: false });
  expect(await withDatabase(second.uri, (db) => notes(db).countDocuments({ _id: 'kept' }))).toBe(1);
});

it('adopts the store of a killed app, with what was written to it, and stops it as its own', async () => {
  const owner = await workshop.owner('store', { dataDir, cacheDir });
  await withDatabase(String(owner.told['uri']), (db) => notes(db).insertOne({ _id: 'kept' }));
  await owner.kill();

  const store = await start();
  expect(store).toMatchObject({ adopted: true, pid: owner.told['pid'], uri: owner.told['uri'] });
  expect(await withDatabase(store.uri, (db) => notes(db).countDocuments())).toBe(1);
  await store.stop();
  expect(processIdentity(store.pid)).toBeNull();
});

it('starts on the data of a store that was killed itself', async () => {
  const owner = await workshop.owner('store', { dataDir, cacheDir });
  await withDatabase(String(owner.told['uri']), (db) => notes(db).insertOne({ _id: 'kept' }, durable));
  await owner.kill();
  process.kill(Number(owner.told['pid']), 'SIGKILL');

  const store = await start();
  expect(await withDatabase(store.uri, (db) => notes(db).countDocuments({ _id: 'kept' }))).toBe(1);
});

it('restarts a killed store on its port, and an open connection goes on by itself', async () => {
  const store = await start();
  const killed = store.pid;
  await withDatabase(store.uri, async (db) => {
    await notes(db).insertOne({ _id: 'kept' }, durable);
    process.kill(killed, 'SIGKILL');
    for (let i = 0; i < 200 && store.pid === killed; i++) await sleep(25);
    expect(store.pid).not.toBe(killed);
    expect(await notes(db).countDocuments()).toBe(1);
  });
  expect(lines.join('\n')).toContain('ended by itself (SIGKILL)');
});

it('refuses files that an unproven process has open, naming it', async () => {
  const owner = await workshop.owner('store', { dataDir, cacheDir });
  const record = readRecord(recordDir());
  if (!record) throw new Error('no record');
  writeRecord(recordDir(), { ...record, token: 'of another start', birth: 'another time' });

  await expect(start()).rejects.toThrow(StoreInUseError);
  expect(processIdentity(Number(owner.told['pid']))).not.toBeNull();
  expect(lines.join('\n')).toContain('not shown to be ours');
  await expect(start()).rejects.toThrow(process.platform === 'linux' ? `process ${record.pid}` : 'in use');
  // The owner first: it would start a killed store again.
  await owner.kill();
  process.kill(Number(owner.told['pid']), 'SIGKILL');
});

it('runs the mongod that is configured, and names the ways out when it does not run', async () => {
  const mongodBinary = join(workshop.dir, 'mongod');
  const starting = startEmbeddedMongo({ dataDir, mongodBinary, progress, log });
  await expect(starting).rejects.toThrow(NoEmbeddedStoreError);
  await expect(starting).rejects.toMatchObject({ exitCode: 78, message: expect.stringContaining('MONGODB_URI') });

  const real = await start();
  await real.stop();
  if (real.kind === 'mongod') return;
  const python = readRecord(recordDir())?.command[0];
  writeFileSync(mongodBinary, fakeMongod(python ?? ''));
  chmodSync(mongodBinary, 0o755);
  current = await startEmbeddedMongo({ dataDir, mongodBinary, progress, log });
  expect(current).toMatchObject({ kind: 'mongod', reason: expect.stringContaining('configured') });
  expect(lines.at(-2)).toContain('the data of earlier starts stays in');
});

/** SecantusDB behind mongod's options and words. */
function fakeMongod(python: string): string {
  return `#!/bin/sh
if [ "$1" = --version ]; then echo "db version v8.2.6"; exit; fi
while [ $# -gt 0 ]; do case "$1" in --dbpath) D="$2";; --port) P="$2";; esac; shift; done
trap 'kill $!; wait' TERM
: >"$D/empty.toml"
"${python}" -I -u -m secantus --config "$D/empty.toml" --host 127.0.0.1 --port "$P" --storage-path "$D" 2>"$D/said" &
until grep -q listening "$D/said"; do kill -0 $! || exit 1; sleep 0.05; done
echo '{"msg":"Waiting for connections"}'
wait
`;
}
