import { setTimeout as sleep } from 'node:timers/promises';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/payments.js';
import { headAndOneByte, SlowClients } from '../support/slow-clients.js';

jest.setTimeout(240_000);

/** Clients that take their time, from 127.0.0.1 as one client and with X-Forwarded-For as many behind a proxy. */
let test: TestApp;
let token: string;
let clients: SlowClients | undefined;
beforeAll(async () => {
  test = await startTestApp({
    webhooks: false,
    env: {
      LOGIN_MAX_FAILURES: '100000',
      LOGIN_ACCOUNT_MAX_FAILURES: '100000',
      LOGIN_ACCOUNT_MAX_FAILURES_DAY: '100000',
    },
  });
  ({ token } = await test.register());
});
afterEach(async () => {
  clients?.close();
  await sleep(100);
});
afterAll(() => test.stop());

/** What everybody else does meanwhile: reads, a body, the operators. */
async function expectOthersServed(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    expect((await test.http.get('/user', { token })).status).toBe(200);
    expect((await test.http.post('/user/login', { email: 'x@example.com', password: 'password' })).status).toBe(401);
    expect((await test.http.get('/api/user', { check: false })).status).toBe(401);
    expect((await test.http.get('/health/ready')).status).toBe(200);
  }
}

const POSTS = ['/user/login', '/payment', '/webhook/stripe', '/api/token-auth', '/nowhere'];

describe('a head and one byte of the body', () => {
  it.each([520, 1_000])('%i of one client: others are served, and the client keeps fifty', async (count) => {
    clients = await SlowClients.open(test.url, count, headAndOneByte('/user/login'));
    await expectOthersServed();
    await eventually(async () => expect(clients?.open).toBe(50));
    const refused = clients.heard.filter((text) => text !== '');
    expect(refused).toHaveLength(count - 50);
    expect(new Set(refused.map((text) => text.slice(0, 12)))).toEqual(new Set(['HTTP/1.1 503']));
    expect(refused[0]).toMatch(/retry-after: 1\r\n/);
    await expectOthersServed();
  });

  it.each(POSTS)('at %s too', async (path) => {
    clients = await SlowClients.open(test.url, 80, headAndOneByte(path));
    await eventually(async () => expect(clients?.open).toBe(50));
  });

  it('of unknown length too', async () => {
    const head =
      'POST /payment HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    clients = await SlowClients.open(test.url, 80, `${head}1\r\n{\r\n`);
    await eventually(async () => expect(clients?.open).toBe(50));
  });

  it('behind a proxy that we were not told of the client is not known: all together have two thousand', async () => {
    const forwarded = headAndOneByte('/user/login', 'X-Forwarded-For: 203.0.113.8');
    clients = await SlowClients.open(test.url, 2_100, forwarded);
    await sleep(2_500); // two rounds
    expect(clients.open).toBe(2_000);
    await expectOthersServed();
  });
});

describe('other ways to take one’s time', () => {
  it('no head, and as many as there are connections', async () => {
    clients = await SlowClients.open(test.url, 4_100, '');
    await expectOthersServed();
  });

  it('half a head', async () => {
    clients = await SlowClients.open(test.url, 1_000, 'POST /user/login HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    await expectOthersServed();
    expect(clients.heard.join('')).toBe('');
  });

  it('a thousand requests on one connection, none of whose answers is read', async () => {
    const page = 'GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n';
    clients = await SlowClients.open(test.url, 2, page.repeat(1_000), { reads: false });
    await expectOthersServed();
    await sleep(3_000); // two rounds
    await expectOthersServed();
    expect(clients.heard.join('')).toBe('');
  });

  it('two hundred that read nothing', async () => {
    const page = 'GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n';
    clients = await SlowClients.open(test.url, 200, page.repeat(5), { reads: false });
    await expectOthersServed();
    expect(clients.heard.join('')).toBe('');
  });
});

it('a burst of whole requests from one client is no slow client', async () => {
  const answers = await Promise.all(
    Array.from({ length: 300 }, () => test.http.post('/user/login', { email: 'x@example.com', password: 'password' })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
});

it('half-sent bodies leave the bounds when their clients leave', async () => {
  for (let round = 0; round < 3; round++) {
    // Those of the round before are seen to be gone when the loop comes to it.
    await eventually(async () => {
      clients = await SlowClients.open(test.url, 1_000, headAndOneByte('/payment', 'X-Forwarded-For: 203.0.113.8'));
      const { open } = clients;
      clients.close();
      expect(open).toBe(1_000);
    });
  }
  await expectOthersServed();
});
