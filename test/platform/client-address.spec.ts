import { startTestApp, type TestApp } from '../support/app.js';
import { logs } from '../support/log-capture.js';

const LIMIT = 3;
const ENV = { LOGIN_MAX_FAILURES: String(LIMIT), LOGIN_WINDOW: '12h' };
const WARNING = 'X-Forwarded-For arrives while TRUST_PROXY is empty';

let n = 0;

/** A wrong login that says it comes this way, each for another account: only the address is counted twice. */
const tryFrom = (app: TestApp, forwardedFor: string) =>
  app.http.post(
    '/user/login',
    { email: `nobody${++n}@example.com`, password: 'wrong password' },
    { headers: { 'x-forwarded-for': forwardedFor } },
  );

describe('behind a trusted proxy, the client of X-Forwarded-For is', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ env: { ...ENV, TRUST_PROXY: '127.0.0.1, 10.1.0.0/16' }, webhooks: false });
  });
  afterAll(() => app.stop());

  /** So many failures from the ways in turn; after them each way is answered the same if they are all one client. */
  const triesFrom = async (ways: readonly string[]): Promise<number[]> => {
    const tries = [...Array.from({ length: LIMIT }, (_, i) => ways[i % ways.length] ?? ''), ...ways];
    const statuses: number[] = [];
    for (const way of tries) statuses.push((await tryFrom(app, way)).status);
    return statuses;
  };
  const oneClient = (ways: readonly string[]) => [...Array<number>(LIMIT).fill(401), ...ways.map(() => 429)];

  it.each<[string, string[]]>([
    ['the address without its port', ['203.0.113.8:50000', '203.0.113.8:50001', '203.0.113.8']],
    ['an IPv6 network, with or without port and brackets', ['[2001:db8::1]:50000', '[2001:db8::2]', '2001:db8::3']],
    ['the IPv4 address inside an IPv6 one', ['::ffff:203.0.113.9', '[::ffff:203.0.113.9]:443', '203.0.113.9']],
    [
      'what the nearest proxy says, whatever was sent to it',
      ['9.9.9.1, 203.0.113.10', 'unknown, 203.0.113.10:1', ', 203.0.113.10,'],
    ],
    ['named by an inner proxy that writes ports', ['203.0.113.11, 10.1.0.5:4711', '203.0.113.11:80, 10.1.0.6']],
  ])('%s', async (_what, ways) => {
    expect(await triesFrom(ways)).toEqual(oneClient(ways));
  });

  it('the proxy, where a hop is no address', async () => {
    const ways = [
      'unknown',
      '_hidden',
      '203.0.113.12, unknown',
      '203.0.113.13:port',
      '203.0.113.14:123456',
      '[203.0.113.15]:80',
      '2001:db8::1]:50000',
      '300.1.1.1',
      'x'.repeat(4_000),
    ];
    expect(await triesFrom(ways)).toEqual(oneClient(ways));
  });

  it('an inner proxy, where a hop before it is no address', async () => {
    const ways = ['203.0.113.16, unknown, 10.1.0.7', 'unknown, 10.1.0.7:99', '10.1.0.7'];
    expect(await triesFrom(ways)).toEqual(oneClient(ways));
  });
});

describe('X-Forwarded-For without a trusted proxy', () => {
  it('is not believed, and warned of once', async () => {
    const app = await startTestApp({ env: ENV, webhooks: false });
    logs.clear();
    expect((await app.http.post('/user/login', { email: 'nobody@example.com', password: 'wrong' })).status).toBe(401);
    expect(logs.text).not.toContain(WARNING);
    for (let i = 1; i < LIMIT; i++) expect((await tryFrom(app, `203.0.113.${i}:1`)).status).toBe(401);
    expect((await tryFrom(app, '203.0.113.99')).status).toBe(429);
    expect(logs.lines.filter(({ msg }) => String(msg).startsWith(WARNING))).toHaveLength(1);
    await app.stop();
  });
});
