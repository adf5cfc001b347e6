import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { setTimeout as sleep } from 'node:timers/promises';
import { Indexes } from '../../src/platform/database/indexes.js';
import { missingIndexes } from '../../src/platform/database/index-check.js';
import { Readiness } from '../../src/platform/operations/readiness.js';
import { StoreWatch } from '../../src/platform/operations/store-watch.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { dropDatabase, freshDatabase, through } from '../support/database.js';
import { logs } from '../support/log-capture.js';
import { commandName } from '../support/mongo-frames.js';
import { eventually } from '../support/payments.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { deliverEvent, eventBody, inboxRow } from '../support/webhooks.js';

let test: TestApp;
beforeAll(async () => {
  test = await startTestApp();
});
afterAll(() => test.stop());

const connection = (of = test): Connection => of.app.get<Connection>(getConnectionToken());
const ready = async (
  of = test,
): Promise<{ status: number; checks: Record<string, { ok: boolean; detail?: string }> }> => {
  const { status, body } = await of.http.get('/health/ready');
  return { status, checks: body['checks'] as Record<string, { ok: boolean; detail?: string }> };
};

it('lives and is ready', async () => {
  expect((await test.http.get('/health/live')).body).toEqual({ status: 'ok' });
  const { status, body } = await test.http.get('/health/ready');
  expect(status).toBe(200);
  expect(body).toEqual({
    status: 'ready',
    checks: expect.objectContaining({ mongodb: { ok: true }, indexes: { ok: true }, clock: { ok: true } }),
  });
});

it('any part can stand in the way', async () => {
  const readiness = test.app.get(Readiness);
  readiness.require('stripe', false, 'the key is refused');
  expect(await ready()).toMatchObject({ status: 503, checks: { stripe: { ok: false, detail: 'the key is refused' } } });
  expect((await test.http.get('/health/live')).status).toBe(200);
  readiness.require('stripe', true);
  expect(await ready()).toMatchObject({ status: 200, checks: { stripe: { ok: true } } });
});

it('a machine whose clock is off does no work that others share', async () => {
  const real = Date.now.bind(Date);
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => real() + 45_000);
  await test.app.get(StoreWatch).verify();
  clock.mockRestore();
  expect(await ready()).toMatchObject({
    status: 503,
    checks: { clock: { ok: false, detail: expect.stringMatching(/^4\d{4} ms apart/) } },
  });
  const event = eventBody('capybara.spotted', { id: 'capy_1', object: 'capybara' });
  expect((await deliverEvent(test, event)).status).toBe(200);
  await sleep(2_500); // two of the inbox's rounds
  expect(await inboxRow(test, event.id)).toMatchObject({ state: 'new', tries: 0 });
  await test.app.get(StoreWatch).verify();
  expect((await ready()).status).toBe(200);
  await eventually(async () => expect(await inboxRow(test, event.id)).toMatchObject({ state: 'done' }));
});

describe('indexes', () => {
  const verify = (): Promise<void> => test.app.get(StoreWatch).verify();
  const users = () => connection().collection('users');

  it('T-30 one that is dropped at run time is noticed and named', async () => {
    await users().dropIndex('email_unique');
    logs.clear();
    await verify();
    expect(await ready()).toMatchObject({
      status: 503,
      checks: { indexes: { ok: false, detail: 'users.email_unique is missing' } },
    });
    expect(logs.lines).toContainEqual(
      expect.objectContaining({ msg: 'index_missing', index: 'users.email_unique is missing' }),
    );
    await users().createIndex({ email: 1 }, { name: 'email_unique', unique: true });
    await verify();
    expect((await ready()).status).toBe(200);
  });

  it.each<[string, Record<string, 1 | -1>, object]>([
    ['not unique', { email: 1 }, {}],
    ['another direction', { email: -1 }, { unique: true }],
    ['another key', { userName: 1 }, { unique: true }],
    ['sparse', { email: 1 }, { unique: true, sparse: true }],
    ['partial', { email: 1 }, { unique: true, partialFilterExpression: { isAdmin: true } }],
  ])('T-30 one with the right name and other options: %s', async (_name, key, options) => {
    await users().dropIndex('email_unique');
    await users().createIndex(key, { name: 'email_unique', ...options });
    await verify();
    expect((await ready()).checks['indexes']).toEqual({
      ok: false,
      detail: 'users.email_unique has other options than declared',
    });
    await users().dropIndex('email_unique');
    await users().createIndex({ email: 1 }, { name: 'email_unique', unique: true });
    await verify();
    expect((await ready()).status).toBe(200);
  });

  it('T-30 a running app looks again by itself: one of payments is dropped, named, and back', async () => {
    const looking = await startTestApp({
      simulator: test.simulator,
      webhooks: false,
      env: { STORE_CHECK_INTERVAL: '200ms' },
    });
    try {
      const payments = connection(looking).collection('payments');
      expect((await ready(looking)).status).toBe(200);
      logs.clear();
      await payments.dropIndex('scope_cuid');
      await eventually(async () =>
        expect(await ready(looking)).toMatchObject({
          status: 503,
          checks: { indexes: { ok: false, detail: 'payments.scope_cuid is missing' } },
        }),
      );
      expect((await looking.http.get('/health/live')).status).toBe(200);
      await eventually(async () => expect(logs.lines.filter(({ msg }) => msg === 'index_missing')).toHaveLength(1));
      await looking.app.get(Indexes, { strict: false }).repair();
      await eventually(async () => expect((await ready(looking)).status).toBe(200));
    } finally {
      await looking.stop();
    }
  });

  it('T-30 one with other options at the start: not ready, and it is not taken for the right one', async () => {
    await users().dropIndex('email_unique');
    await users().createIndex({ email: 1 }, { name: 'email_unique' });
    await test.restart();
    expect(await ready()).toMatchObject({
      status: 503,
      checks: { indexes: { ok: false, detail: 'users.email_unique has other options than declared' } },
    });
    await test.app.get(Indexes, { strict: false }).repair();
    await verify();
    expect((await ready()).status).toBe(200);
  });

  it('one that is missing at the start is built', async () => {
    await users().dropIndex('created_by');
    await test.restart();
    expect((await ready()).status).toBe(200);
    expect(await missingIndexes(connection())).toEqual([]);
  });

  it('T-30 one whose build fails on duplicates keeps the app from being ready', async () => {
    await users().dropIndex('email_unique');
    const double = { userName: 'x', email: 'twice@example.com', passwordHash: 'x' };
    await users().insertMany([{ ...double }, { ...double }]);
    logs.clear();
    await test.restart();
    expect(await ready()).toMatchObject({
      status: 503,
      checks: { indexes: { ok: false, detail: 'users.email_unique is missing' } },
    });
    expect(logs.lines).toContainEqual(expect.objectContaining({ msg: 'index_missing' }));
    expect(logs.text).not.toContain('twice@');
    await users().deleteMany({ email: 'twice@example.com' });
    await test.restart();
    expect((await ready()).status).toBe(200);
  });
});

describe('the store behind a network that fails', () => {
  let proxy: TcpProxy;
  let remote: TestApp;
  const database = freshDatabase();
  beforeAll(async () => {
    proxy = await TcpProxy.start({ target: { port: Number(new URL(database).port) } });
    const mongoUri = through(database, proxy.port);
    remote = await startTestApp({ simulator: test.simulator, webhooks: false, mongoUri });
  });
  afterAll(async () => {
    await proxy.restore();
    await remote.stop();
    await proxy.close();
    await dropDatabase(database);
  });

  /** Two seconds of the product's own; the rest is for a busy machine. A wait without end takes longer than the test. */
  const SOON_MS = 12_000;
  const within = async <T>(ms: number, work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const result = await work();
    expect(performance.now() - began).toBeLessThan(ms);
    return result;
  };
  const withPoolOf = (size: number, uri: string): string => {
    const url = new URL(uri);
    url.searchParams.set('maxPoolSize', String(size));
    return url.toString();
  };
  const recovered = async (): Promise<void> => {
    for (let i = 0; i < 100 && (await ready(remote)).status !== 200; i++) await new Promise((r) => setTimeout(r, 100));
    expect((await ready(remote)).status).toBe(200);
  };

  it.each<[string, (p: TcpProxy) => unknown]>([
    ['refuses', (p) => p.cut()],
    ['swallows', (p) => p.stall()],
  ])('that %s: soon not ready, still alive, and back by itself', async (_name, breakIt) => {
    await breakIt(proxy);
    await within(SOON_MS, () =>
      eventually(async () =>
        expect(await ready(remote)).toMatchObject({ status: 503, checks: { mongodb: { ok: false } } }),
      ),
    );
    await within(SOON_MS, () => remote.http.get('/health/live'));
    await proxy.restore();
    await recovered();
  });

  it('that is far away: payers who fill the pool do not make it not ready, and probes of one second ask once', async () => {
    let pings = 0;
    const crowded = await startTestApp({
      simulator: test.simulator,
      webhooks: false,
      mongoUri: withPoolOf(1, through(database, proxy.port)),
    });
    try {
      const { token } = await crowded.register();
      expect((await ready(crowded)).status).toBe(200);
      await sleep(1_100); // the cache of that
      proxy.delay(200);
      proxy.onRequest = (message) => void (commandName(message) === 'ping' && pings++);
      const payers = Array.from({ length: 15 }, () => crowded.http.get('/payment', { token, check: false }));
      const probes = await Promise.all(Array.from({ length: 20 }, () => ready(crowded)));
      expect(new Set(probes.map(({ status }) => status))).toEqual(new Set([200]));
      expect(pings).toBe(1);
      await Promise.all(payers);
    } finally {
      proxy.onRequest = undefined;
      await proxy.restore();
      await crowded.stop();
    }
  });

  it('requests are told soon, and may be sent again', async () => {
    const { token } = await remote.register();
    await proxy.cut();
    const answer = await within(SOON_MS, () => remote.http.get('/user', { token }));
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await proxy.restore();
    await recovered();
    expect((await remote.http.get('/user', { token })).status).toBe(200);
  });
});

it('a worker serves nothing but health and numbers', async () => {
  const worker = await startTestApp({ env: { ROLE: 'worker' }, simulator: test.simulator, webhooks: false });
  for (const path of ['/health/live', '/health/ready', '/metrics', '/']) {
    expect([path, (await worker.http.get(path)).status]).toEqual([path, 200]);
  }
  for (const path of ['/user', '/payment', '/docs', '/docs-json', '/outbox', '/checkout/return']) {
    expect([path, (await worker.http.get(path, { check: false })).status]).toEqual([path, 404]);
  }
  expect((await worker.http.post('/webhook/stripe', {}, { check: false })).status).toBe(404);
  await worker.stop();
});
