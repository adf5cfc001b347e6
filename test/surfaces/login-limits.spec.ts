import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { startTestApp, type TestApp } from '../support/app.js';
import { gatewayCaller, PASSWORD } from '../support/gateway.js';

const PER_ADDRESS = 3;
const PER_ACCOUNT = 6;
const PER_DAY = 9;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ENV = {
  LOGIN_MAX_FAILURES: String(PER_ADDRESS),
  LOGIN_ACCOUNT_MAX_FAILURES: String(PER_ACCOUNT),
  LOGIN_ACCOUNT_MAX_FAILURES_DAY: String(PER_DAY),
  LOGIN_WINDOW: '1h',
  TRUST_PROXY: '127.0.0.1',
};

let app: TestApp;
let other: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: ENV, webhooks: false });
  other = await startTestApp({
    env: ENV,
    webhooks: false,
    simulator: app.simulator,
    mongoUri: app.config.mongo.uri,
  });
});
afterAll(async () => {
  await other.stop();
  await app.stop();
});

let address = 0;
const fresh = (): string => `10.${Math.floor(++address / 250)}.7.${address % 250}`;
const from = (ip: string) => ({ headers: { 'x-forwarded-for': ip } });

/** Both move: the clock is the simulator's. */
async function advance(ms: number): Promise<void> {
  await app.advance(ms);
  await other.clock.refresh();
}

/** Windows are fixed: a test that fills one starts at its beginning, and at that of a day. */
beforeEach(() => advance(DAY - (app.clock.now() % DAY) + 1_000));

interface Account {
  /** Tries to log in and answers the status. */
  login(right: boolean, ip: string, at?: TestApp): Promise<number>;
  readonly known: string;
  readonly id: string;
}

let n = 0;

const SURFACES: [name: string, make: () => Promise<Account>][] = [
  [
    'POST /user/login',
    async () => {
      const known = fresh();
      const email = `owner${++n}@example.com`;
      const login: Account['login'] = async (right, ip, at = app) =>
        (await at.http.post('/user/login', { email, password: right ? 'password' : 'not it' }, from(ip))).status;
      const body = { userName: 'Owner', email, password: 'password' };
      const made = await app.http.post('/user/register', body, from(fresh()));
      expect(made.status).toBe(201);
      const [, claims = ''] = String(made.body['access_token']).split('.');
      const { sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sub: string };
      return { login, known, id: `storefront:${sub}` };
    },
  ],
  [
    'POST /api/token-auth',
    async () => {
      const { username, userId } = await gatewayCaller(app);
      const login: Account['login'] = async (right, ip, at = app) => {
        const body = { username, password: right ? PASSWORD : 'not it' };
        const { status } = await at.http.post('/api/token-auth', body, from(ip));
        return status === 200 ? 201 : status;
      };
      return { login, known: fresh(), id: `gateway:${userId}` };
    },
  ],
];

interface Stored {
  readonly _id: string;
  readonly addresses: { hash: string; at: Date }[];
}
const stored = (of: TestApp, id: string): Promise<Stored | null> =>
  of.app.get<Connection>(getConnectionToken()).collection<Stored>('login_addresses').findOne({ _id: id });

describe.each(SURFACES)('%s', (_name, make) => {
  /** Somebody at so many other addresses, on both instances, guesses until nothing more is counted. */
  async function attack(account: Account, failures: number): Promise<void> {
    for (let i = 0; i < failures; i++) expect(await account.login(false, fresh(), i % 2 ? other : app)).toBe(401);
  }

  it('an address is locked after few failures, the account from elsewhere is not', async () => {
    const account = await make();
    const here = fresh();
    for (let i = 0; i < PER_ADDRESS; i++) expect(await account.login(false, here, i % 2 ? other : app)).toBe(401);
    for (const at of [app, other]) expect(await account.login(true, here, at)).toBe(429);
    expect(await account.login(true, fresh())).toBe(201);
    await advance(HOUR);
    expect(await account.login(true, here)).toBe(201);
  });

  it('failures from everywhere lock the account, but never where it has logged in', async () => {
    const account = await make();
    expect(await account.login(true, account.known)).toBe(201);
    await attack(account, PER_ACCOUNT);
    for (const at of [app, other]) {
      expect(await account.login(true, fresh(), at)).toBe(429);
      expect(await account.login(true, account.known, at)).toBe(201);
    }
    // Its own failures are counted by address only, and are none of the others'.
    for (let i = 0; i < PER_ADDRESS; i++) expect(await account.login(false, account.known)).toBe(401);
    expect(await account.login(true, account.known)).toBe(429);
    await advance(HOUR);
    await attack(account, PER_DAY - PER_ACCOUNT);
    expect(await account.login(true, fresh())).toBe(429); // the day's are used up
    expect(await account.login(true, account.known)).toBe(201);
    await advance(DAY - HOUR);
    expect(await account.login(true, fresh())).toBe(201);
  });

  it('counts no more than allowed however many guess at once', async () => {
    const account = await make();
    const answers = await Promise.all(
      Array.from({ length: 5 * PER_ACCOUNT }, (_, i) => account.login(false, fresh(), i % 2 ? other : app)),
    );
    expect(answers.filter((status) => status === 401)).toHaveLength(PER_ACCOUNT);
    expect(answers.filter((status) => status === 429)).toHaveLength(4 * PER_ACCOUNT);
  });

  it('an address is known for 30 days after the last login from it', async () => {
    const account = await make();
    expect(await account.login(true, account.known)).toBe(201);
    await advance(29 * DAY);
    expect(await account.login(true, account.known)).toBe(201);
    await advance(29 * DAY);
    await attack(account, PER_ACCOUNT);
    expect(await account.login(true, account.known)).toBe(201);
    await advance(31 * DAY);
    await attack(account, PER_ACCOUNT);
    expect(await account.login(true, account.known)).toBe(429);
  });

  it('a home of IPv6 is a network', async () => {
    const account = await make();
    const network = `2001:db8:${++n}`;
    expect(await account.login(true, `${network}::1`)).toBe(201);
    await attack(account, PER_ACCOUNT);
    expect(await account.login(true, `[${network}::2]:4711`)).toBe(201);
    expect(await account.login(true, `${network}:1::1`)).toBe(429);
  });

  it('the latest 20 are known, as hashes and by success only', async () => {
    const account = await make();
    expect(await account.login(false, fresh())).toBe(401);
    expect((await stored(app, account.id))?.addresses ?? []).toHaveLength(account.id.startsWith('gateway') ? 0 : 1);
    const homes = Array.from({ length: 22 }, fresh);
    for (const home of homes) expect(await account.login(true, home)).toBe(201);
    const { addresses } = (await stored(app, account.id)) as Stored;
    expect(addresses).toHaveLength(20);
    for (const { hash } of addresses) expect(hash).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify(addresses)).not.toContain(homes.at(-1));
    await attack(account, PER_ACCOUNT - 1);
    expect(await account.login(true, homes[0] as string)).toBe(429);
    expect(await account.login(true, homes[2] as string)).toBe(201);
    expect(await account.login(true, homes[21] as string)).toBe(201);
  });

  it('is not remembered where the client’s address is not certain', async () => {
    const account = await make();
    const before = await stored(app, account.id);
    for (const unclear of ['unknown', '203.0.113.1, unknown', 'x'])
      expect(await account.login(true, unclear)).toBe(201);
    expect(await stored(app, account.id)).toEqual(before);
  });
});

describe('without a trusted proxy', () => {
  it('an address is remembered only where no X-Forwarded-For came', async () => {
    const bare = await startTestApp({ env: { ...ENV, TRUST_PROXY: '' }, webhooks: false });
    const { email } = await bare.register();
    const { username, userId } = await gatewayCaller(bare);
    const all = () => bare.app.get<Connection>(getConnectionToken()).collection('login_addresses').deleteMany({});
    await all();
    const logins: [string, object][] = [
      ['/user/login', { email, password: 'password' }],
      ['/api/token-auth', { username, password: PASSWORD }],
    ];
    const count = () => bare.app.get<Connection>(getConnectionToken()).collection('login_addresses').countDocuments();
    for (const [path, body] of logins) await bare.http.post(path, body, from('203.0.113.5'));
    expect(await count()).toBe(0);
    for (const [path, body] of logins) await bare.http.post(path, body);
    expect(await count()).toBe(2);
    expect((await stored(bare, `gateway:${userId}`))?.addresses).toHaveLength(1);
    await bare.stop();
  });
});
