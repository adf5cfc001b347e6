import { createServer } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import { freePort } from '../../src/embedded/free-port.js';
import { isCommand } from '../support/mongo-frames.js';
import { testDatabaseUri } from '../support/store-server.js';
import { TcpProxy } from '../support/tcp-proxy.js';

interface Note {
  _id: string;
  text?: string;
}

const networkError = mongoose.mongo.MongoNetworkError;
let proxy: TcpProxy;
let direct: mongoose.Connection;
let through: mongoose.Connection;

beforeAll(async () => {
  const uri = testDatabaseUri();
  const port = Number(/:(\d+)\//.exec(uri)?.[1]);
  proxy = await TcpProxy.start({ target: { port } });
  direct = await mongoose.createConnection(uri).asPromise();
  const timeouts = { serverSelectionTimeoutMS: 600, socketTimeoutMS: 1_500, heartbeatFrequencyMS: 500 };
  through = await mongoose.createConnection(uri.replace(`:${port}/`, `:${proxy.port}/`), timeouts).asPromise();
});
afterAll(async () => {
  await through.close();
  await direct.close();
  await proxy.close();
});
afterEach(() => proxy.restore());

const notes = (connection: mongoose.Connection) => connection.collection<Note>('notes');
const has = async (_id: string) => (await notes(direct).countDocuments({ _id })) === 1;

it('forwards, messages of many chunks too', async () => {
  const text = 'x'.repeat(3_000_000);
  const uri = new URL(testDatabaseUri());
  uri.port = String(proxy.port);
  const patient = await mongoose.createConnection(uri.toString()).asPromise(); // a busy machine takes its time
  await notes(patient).insertOne({ _id: 'big', text });
  expect((await notes(patient).findOne({ _id: 'big' }))?.text).toHaveLength(text.length);
  await patient.close();
});

it('loses the answer to a write that was applied, once', async () => {
  const cut = proxy.cutAfterNextRequest(isCommand('insert', 'notes', 'lost-answer'));
  await notes(through).insertOne({ _id: 'another' });
  await expect(notes(through).insertOne({ _id: 'lost-answer', text: 'x'.repeat(200_000) })).rejects.toThrow(
    networkError,
  );
  expect((await cut).length).toBeGreaterThan(200_000);
  expect(await has('lost-answer')).toBe(true);
  await notes(through).insertOne({ _id: 'next' });
  expect(await has('next')).toBe(true);
});

it('loses the request itself', async () => {
  const cut = proxy.cutBeforeNextRequest(isCommand('update', 'never'));
  await expect(notes(through).updateOne({ _id: 'never' }, { $set: { text: 'x' } }, { upsert: true })).rejects.toThrow(
    networkError,
  );
  await cut;
  expect(await has('never')).toBe(false);
});

it('cuts the network, and restores it', async () => {
  await proxy.cut();
  await expect(notes(through).insertOne({ _id: 'cut' })).rejects.toThrow(mongoose.mongo.MongoError);
  await expect(notes(through).insertOne({ _id: 'cut' })).rejects.toThrow(/ECONNREFUSED|not connected|timed out/i);
  expect(await has('cut')).toBe(false);
  await proxy.restore();
  for (let i = 0; i < 40 && !(await has('restored')); i++) {
    await notes(through)
      .insertOne({ _id: 'restored' })
      .catch(() => sleep(50));
  }
  expect(await has('restored')).toBe(true);
});

it('stalls: nothing is refused, nothing comes', async () => {
  await notes(through).insertOne({ _id: 'warm' });
  proxy.stall();
  await expect(notes(through).insertOne({ _id: 'stalled' })).rejects.toThrow('timed out');
  await proxy.restore();
  for (let i = 0; i < 40 && !(await has('flowing')); i++) {
    await notes(through)
      .insertOne({ _id: 'flowing' })
      .catch(() => sleep(50));
  }
  expect(await has('flowing')).toBe(true);
});

it('delays', async () => {
  proxy.delay(60);
  const since = performance.now();
  await notes(through).findOne({ _id: 'warm' });
  expect(performance.now() - since).toBeGreaterThan(115);
});

it('stands in front of HTTP, where a connection may end in good order', async () => {
  let served = 0;
  const server = createServer((request, response) => {
    served++;
    response.setHeader('connection', 'close');
    request.resume().on('end', () => response.end('y'.repeat(500_000)));
  });
  server.listen(await freePort(), '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const http = await TcpProxy.start({ target: { port }, framing: 'raw' });
  const url = `http://127.0.0.1:${http.port}/v1/payment_intents`;

  expect(await (await fetch(url)).text()).toHaveLength(500_000);
  const cut = http.cutAfterNextRequest((bytes) => bytes.includes('POST /v1/payment_intents'));
  await expect(fetch(url, { method: 'POST', body: 'amount=1' })).rejects.toThrow('fetch failed');
  await cut;
  expect(served).toBe(2);
  // Read to its end: Node 24's fetch does not bear a connection that closes below a body nobody reads.
  expect(await (await fetch(url, { method: 'POST', body: 'amount=1' })).text()).toHaveLength(500_000);
  await http.close();
  server.close();
});
