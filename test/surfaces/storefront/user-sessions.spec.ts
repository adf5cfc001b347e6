import { JwtService } from '@nestjs/jwt';
import { createHmac, createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createDocument } from '../../../src/app.openapi.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { logs } from '../../support/log-capture.js';
import { type StoredUsers, storedUsers } from '../../support/users.js';

let app: TestApp;
let users: StoredUsers;

beforeAll(async () => {
  app = await startTestApp();
  users = storedUsers(app);
});
afterAll(() => app.stop());

const whoAmI = (token: string) => app.http.get('/user', { token });

async function login(email: string, password = 'password'): Promise<string> {
  const answer = await app.http.post('/user/login', { email, password });
  expect(answer.status).toBe(201);
  return String(answer.body['access_token']);
}

describe('tokens', () => {
  it('say who, for whom, by whom and until when', async () => {
    const { token, userId, email } = await app.register();
    const [header, claims] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
    expect(JSON.parse(header ?? '')).toEqual({ alg: 'HS256', typ: 'JWT' });
    const { iat, exp, ...rest } = JSON.parse(claims ?? '') as { iat: number; exp: number };
    expect(rest).toEqual({ sub: userId, email, aud: 'storefront', iss: 'payments', ver: 0 });
    expect(exp - iat).toBe(24 * 3600);
    expect(Math.abs(iat - app.clock.now() / 1000)).toBeLessThan(5);
  });

  // T-40
  it('that are not ours are 401 with one body', async () => {
    const { token, userId, email } = await app.register();
    const secret = app.config.storefront.jwtSecret;
    const now = Math.floor(app.clock.now() / 1000);
    const good = { sub: userId, email, iat: now, exp: now + 600, aud: 'storefront', iss: 'payments', ver: 0 };
    const sign = (claims: object, algorithm: 'HS256' | 'HS384' | 'HS512' = 'HS256', key = secret) =>
      new JwtService().sign(claims, { privateKey: createSecretKey(Buffer.from(key)), algorithm });
    const without = (name: keyof typeof good) =>
      Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
    const handmade = (header: object, claims: object, key?: string) => {
      const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
      return `${text}.${key === undefined ? '' : createHmac('sha256', key).update(text).digest('base64url')}`;
    };
    expect((await whoAmI(sign(good))).status).toBe(200); // the recipe is right, so each change below is what refuses
    const bad: Record<string, string> = {
      'alg none': handmade({ alg: 'none', typ: 'JWT' }, good),
      'alg None': handmade({ alg: 'None', typ: 'JWT' }, good),
      'alg none with our signature': handmade({ alg: 'none' }, good, secret),
      HS384: sign(good, 'HS384'),
      HS512: sign(good, 'HS512'),
      'RS256 header over an HMAC with the public key': handmade({ alg: 'RS256' }, good, pem(publicKey)),
      RS256: new JwtService().sign(good, { privateKey, algorithm: 'RS256' }),
      'another secret': sign(good, 'HS256', `${secret}x`),
      'no exp': sign(without('exp')),
      'expired a second ago': sign({ ...good, exp: now - 1 }),
      'expires now': sign({ ...good, exp: Math.floor(app.clock.now() / 1000) }),
      'exp as text': handmade({ alg: 'HS256' }, { ...good, exp: String(now + 600) }, secret),
      'no iat': handmade({ alg: 'HS256' }, without('iat'), secret),
      'issued in the future': sign({ ...good, iat: now + 3600 }),
      'nbf in the future': sign({ ...good, nbf: now + 3600 }),
      'nbf as text': handmade({ alg: 'HS256' }, { ...good, nbf: 'x' }, secret),
      'no aud': sign(without('aud')),
      'other aud': sign({ ...good, aud: 'gateway' }),
      'no iss': sign(without('iss')),
      'other iss': sign({ ...good, iss: 'somebody' }),
      'no ver': sign(without('ver')),
      'other ver': sign({ ...good, ver: 1 }),
      'ver as text': sign({ ...good, ver: '0' }),
      'no sub': sign(without('sub')),
      'sub unknown': sign({ ...good, sub: '000000000000000000000000' }),
      'sub no id': sign({ ...good, sub: 'admin' }),
      'sub an operator': handmade({ alg: 'HS256' }, { ...good, sub: { $ne: null } }, secret),
      'sub a list': handmade({ alg: 'HS256' }, { ...good, sub: [userId] }, secret),
      'claims a text': new JwtService().sign('text', { privateKey: createSecretKey(Buffer.from(secret)) }),
      'signature cut': token.slice(0, -1),
      'claims changed': token.replace(
        /\.[^.]+\./,
        `.${Buffer.from(JSON.stringify({ ...good, ver: 0 })).toString('base64url')}.`,
      ),
      'no signature': token.split('.').slice(0, 2).join('.'),
      garbage: 'garbage',
      dots: '..',
      empty: '',
    };
    for (const [name, forged] of Object.entries(bad)) {
      const answer = await whoAmI(forged);
      expect([name, answer.status, answer.body]).toEqual([
        name,
        401,
        { statusCode: 401, message: 'Unauthorized', error: 'Unauthorized' },
      ]);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it('count only as a bearer header', async () => {
    const { token } = await app.register();
    for (const [path, headers] of [
      [`/user?access_token=${token}`, {}],
      ['/user', { cookie: `access_token=${token}` }],
      ['/user', { authorization: token }],
      ['/user', { authorization: `Basic ${token}` }],
      ['/user', { authorization: `Bearer ${token} x` }],
      ['/user', { 'x-access-token': token }],
    ] as [string, Record<string, string>][]) {
      expect([headers, (await app.http.get(path, { headers })).status]).toEqual([headers, 401]);
    }
    expect((await app.http.get('/user', { headers: { authorization: `bearer ${token}` } })).status).toBe(200);
  });

  it('die with the user, on every instance', async () => {
    const other = await startTestApp({ simulator: app.simulator, mongoUri: app.config.mongo.uri, webhooks: false });
    try {
      const { token, userId } = await app.register();
      expect((await other.http.get('/user', { token })).status).toBe(200);
      expect((await other.http.delete(`/user/${userId}`, { token })).status).toBe(200);
      expect((await whoAmI(token)).status).toBe(401);
      expect((await other.http.get('/user', { token })).status).toBe(401);
    } finally {
      await other.stop();
    }
    expect((await whoAmI((await app.register()).token)).status).toBe(200);
  });

  it('carry no role: one that is lost is lost at once', async () => {
    const [admin, user] = [await app.register(), await app.register()];
    await users.set(admin.userId, { isAdmin: true });
    expect((await app.http.get(`/user/${user.userId}`, { token: admin.token })).status).toBe(200);
    await users.set(admin.userId, { isAdmin: false });
    expect((await app.http.get(`/user/${user.userId}`, { token: admin.token })).status).toBe(403);
  });
});

describe('secrets', () => {
  it('are in no log line and no answer', async () => {
    logs.clear();
    const password = 'a secret that nobody may read';
    const body = { userName: 'A', email: 'secrets@example.com', password };
    const answer = await app.http.post('/user/register', body);
    const token = String(answer.body['access_token']);
    await whoAmI(token);
    await app.http.post('/user/login', { ...body, userName: undefined, password: `${password}!` });
    await app.http.post('/user/register', `{"userName":"A","password":"${password}",`, {
      headers: { 'content-type': 'application/json' },
    });
    const [user] = await users.byEmail(body.email);
    for (const hidden of [password, token, token.split('.')[2] ?? '', user?.passwordHash ?? '', body.email]) {
      expect(logs.text).not.toContain(hidden);
    }
  });
});

describe('the document', () => {
  it('asks for a token exactly where one is needed', async () => {
    const document = await createDocument(app.app);
    const open: string[] = [];
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(operations as Record<string, { security?: unknown[] }>)) {
        if ((operation.security ?? []).length === 0) open.push(`${method} ${path}`);
      }
    }
    expect(open.filter((route) => !route.includes('webhook')).toSorted()).toEqual([
      'post /api/token-auth',
      'post /user/login',
      'post /user/register',
    ]);
  });
});

describe('POST /user/logout', () => {
  it('kills every token of the caller and of nobody else', async () => {
    const [me, other] = [await app.register(), await app.register()];
    const second = await login(me.email);
    const answer = await app.http.post('/user/logout', undefined, { token: second });
    expect(answer).toMatchObject({ status: 201, body: { loggedOut: true } });
    expect((await whoAmI(me.token)).status).toBe(401);
    expect((await whoAmI(second)).status).toBe(401);
    expect((await whoAmI(other.token)).status).toBe(200);
    expect((await whoAmI(await login(me.email))).status).toBe(200);
    expect((await app.http.post('/user/logout')).status).toBe(401);
  });
});

describe('POST /user/change-password', () => {
  const change = (token: string, currentPassword: unknown, newPassword: unknown) =>
    app.http.post('/user/change-password', { currentPassword, newPassword }, { token });

  it('answers a new token; the others and the old password are dead', async () => {
    const me = await app.register();
    const second = await login(me.email);
    const answer = await change(me.token, 'password', 'another password');
    expect(answer.status).toBe(201);
    expect(Object.keys(answer.body)).toEqual(['access_token']);
    expect((await whoAmI(me.token)).status).toBe(401);
    expect((await whoAmI(second)).status).toBe(401);
    expect((await whoAmI(String(answer.body['access_token']))).status).toBe(200);
    expect((await app.http.post('/user/login', { email: me.email, password: 'password' })).status).toBe(401);
    expect((await whoAmI(await login(me.email, 'another password'))).status).toBe(200);
  });

  it('refuses a wrong current password and a bad new one', async () => {
    const { token } = await app.register();
    expect((await change(token, 'wrong', 'another password')).status).toBe(401);
    expect((await change(token, 'password', 'short')).status).toBe(400);
    expect((await change(token, 'password', 'x'.repeat(129))).status).toBe(400);
    expect((await change(token, { $ne: '' }, 'another password')).status).toBe(400);
    expect((await change(token, 'password', null)).status).toBe(400);
    expect((await whoAmI(token)).status).toBe(200);
  });

  it('lets one of several parallel changes win', async () => {
    const me = await app.register();
    const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => change(me.token, 'password', `password number ${n}`)));
    const won = answers.filter(({ status }) => status === 201);
    expect(won).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(4);
    expect((await whoAmI(String(won[0]?.body['access_token']))).status).toBe(200);
  });
});
