import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { startTestApp, type TestApp } from '../../support/app.js';
import { newCuid } from '../../support/payments.js';

/** Long windows: a test that runs across the end of one would see the count start again. */
const LIMITS = {
  LOGIN_MAX_FAILURES: '5',
  LOGIN_ACCOUNT_MAX_FAILURES: '5',
  LOGIN_WINDOW: '12h',
  REGISTER_RATE_LIMIT: '30',
  REGISTER_RATE_WINDOW: '12h',
  PAYMENT_RATE_LIMIT: '3',
  PAYMENT_RATE_WINDOW: '12h',
};

/** Each test gets an address of its own, which a trusted proxy tells. */
const TRUSTED = { TRUST_PROXY: '127.0.0.1' };
let address = 0;
const from = (ip = `10.0.0.${++address}`) => ({ headers: { 'x-forwarded-for': ip } });

let app: TestApp;
let n = 0;

beforeAll(async () => {
  app = await startTestApp({ env: { ...LIMITS, ...TRUSTED } });
});
afterAll(() => app.stop());

async function register(options = from()): Promise<{ email: string; token: string }> {
  const email = `limit${++n}@example.com`;
  const answer = await app.http.post('/user/register', { userName: 'A', email, password: 'password' }, options);
  expect(answer.status).toBe(201);
  return { email, token: String(answer.body['access_token']) };
}
const login = (email: string, password: string, options = from()) =>
  app.http.post('/user/login', { email, password }, options);

describe('failed logins', () => {
  it('lock an account, also for the right password, until the window is over; unknown accounts alike', async () => {
    const { email, token } = await register();
    for (const account of [email, 'unknown@example.com']) {
      for (let i = 0; i < 5; i++) expect((await login(account, 'wrong password')).status).toBe(401);
      for (const password of ['wrong password', 'password']) {
        const answer = await login(account, password);
        expect(answer.status).toBe(429);
        const wait = Number(answer.headers.get('retry-after'));
        expect(wait).toBeGreaterThan(0);
        expect(wait).toBeLessThanOrEqual(12 * 3600);
        expect(answer.body).toEqual({ statusCode: 429, message: expect.any(String), error: 'Too Many Requests' });
      }
    }
    expect((await app.http.get('/user', { token })).status).toBe(200); // who is logged in stays so
    const body = { currentPassword: 'password', newPassword: 'another password' };
    expect((await app.http.post('/user/change-password', body, { token })).status).toBe(429);
    const other = await register();
    expect((await login(other.email, 'password')).status).toBe(201);
  });

  it('lock an address, for every account', async () => {
    const { email } = await register();
    const here = from();
    for (let i = 0; i < 5; i++)
      expect((await login(`nobody${i}@example.com`, 'wrong password', here)).status).toBe(401);
    expect((await login(email, 'password', here)).status).toBe(429);
    expect((await login(email, 'password')).status).toBe(201);
  });

  it('are not forgotten by a success, and successes do not count', async () => {
    const { email } = await register();
    for (let i = 0; i < 10; i++) expect((await login(email, 'password')).status).toBe(201);
    for (let i = 0; i < 4; i++) expect((await login(email, 'wrong password')).status).toBe(401);
    expect((await login(email, 'password')).status).toBe(201);
    expect((await login(email, 'wrong password')).status).toBe(401);
    expect((await login(email, 'password')).status).toBe(429);
  });

  it('are counted in parallel too', async () => {
    const { email } = await register();
    const answers = await Promise.all(Array.from({ length: 30 }, () => login(email, 'wrong password')));
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5);
    expect((await login(email, 'password')).status).toBe(429);
  });

  it('are shared by all instances', async () => {
    const other = await startTestApp({
      env: { ...LIMITS, ...TRUSTED },
      simulator: app.simulator,
      mongoUri: app.config.mongo.uri,
      webhooks: false,
    });
    const { email } = await register();
    for (let i = 0; i < 5; i++) await login(email, 'wrong password');
    expect((await other.http.post('/user/login', { email, password: 'password' }, from())).status).toBe(429);
    await other.stop();
  });
});

describe('registrations', () => {
  it('are limited by address', async () => {
    const here = from();
    for (let i = 0; i < 30; i++) await register(here);
    const body = { userName: 'A', email: 'onemore@example.com', password: 'password' };
    const answer = await app.http.post('/user/register', body, here);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await register();
  });
});

describe('payments', () => {
  it('are limited by user, and only with a good token', async () => {
    const [me, other] = [await register(), await register()];
    for (let i = 0; i < 5; i++) expect((await app.http.get('/payment', { token: 'x.y.z' })).status).toBe(401);
    for (let i = 0; i < 3; i++) expect((await app.http.get('/payment', { token: me.token })).status).toBe(200);
    const answer = await app.http.post('/payment', { cuid: newCuid() }, { token: me.token });
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(12 * 3600);
    expect((await app.http.get('/payment', { token: other.token })).status).toBe(200);
    expect((await app.http.get('/user', { token: me.token })).status).toBe(200);
  });
});

describe('without a trusted proxy', () => {
  it('X-Forwarded-For changes nothing', async () => {
    const bare = await startTestApp({ env: LIMITS, simulator: app.simulator, webhooks: false });
    for (let i = 0; i < 5; i++) {
      const body = { email: `nobody${i}@example.com`, password: 'wrong password' };
      expect((await bare.http.post('/user/login', body, from())).status).toBe(401);
    }
    const body = { email: 'nobody@example.com', password: 'wrong password' };
    expect((await bare.http.post('/user/login', body, from())).status).toBe(429);
    await bare.stop();
  });
});

describe('password hashing', () => {
  it('beyond the queue is 503 with Retry-After, at once, and tokens go on working', async () => {
    const small = await startTestApp({
      env: { BCRYPT_COST: '14', BCRYPT_CONCURRENCY: '1', BCRYPT_QUEUE: '1' },
      simulator: app.simulator,
      webhooks: false,
    });
    const me = await small.register();
    const flood = Array.from({ length: 12 }, () => small.http.post('/user/login', { email: me.email, password: 'x' }));
    expect((await small.http.get('/user', { token: me.token })).status).toBe(200);
    const answers = await Promise.all(flood);
    const refused = answers.filter(({ status }) => status === 503);
    // A hash takes about a second, yet on busy cores the last of the flood may find that the first is done.
    expect(refused.length).toBeGreaterThanOrEqual(6);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect(refused[0]?.body).toMatchObject({ statusCode: 503, error: 'Service Unavailable' });
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(12 - refused.length);
    await small.stop();
  });
});

describe('without the store', () => {
  it('a token is 503 and not 401, and no limit lets anybody pass', async () => {
    const alone = await startTestApp({ env: LIMITS, simulator: app.simulator, webhooks: false });
    const me = await alone.register();
    await alone.app.get<Connection>(getConnectionToken()).close();
    const body = { userName: 'A', email: 'new@example.com', password: 'password' };
    for (const answer of [
      await alone.http.get('/user', { token: me.token }),
      await alone.http.get('/payment', { token: me.token }),
      await alone.http.post('/user/login', { email: me.email, password: 'password' }),
      await alone.http.post('/user/register', body),
      await alone.http.post('/user/logout', undefined, { token: me.token }),
    ]) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('2');
      expect(answer.body).toEqual({ statusCode: 503, message: expect.any(String), error: 'Service Unavailable' });
    }
    expect((await alone.http.get('/user', { token: 'x.y.z' })).status).toBe(401);
    await alone.stop();
  });
});
