import { JwtService } from '@nestjs/jwt';
import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, gatewayCaller, PASSWORD, success, unauthorized } from '../../support/gateway.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
});
afterAll(() => app.stop());

const login = (username: string, password = PASSWORD) => app.http.post('/api/token-auth', { username, password });
async function tokenOf(username: string, password = PASSWORD): Promise<string> {
  const { status, body } = await login(username, password);
  expect(status).toBe(200);
  return (body['data'] as { token: string }).token;
}

describe('POST /api/token-auth', () => {
  it('answers a token for an hour', async () => {
    const { username, userId } = await gatewayCaller(app);
    const answer = await login(username.toUpperCase());
    expect(answer.body).toEqual(success({ token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) }));
    const token = await tokenOf(username);
    expect((await app.http.get('/api/user', { token })).body['data']).toMatchObject({ id: userId });
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, number>;
    expect(claims).toMatchObject({ sub: userId, aud: 'gateway', exp: Number(claims['iat']) + 3600 });
    await app.advance(3_601_000);
    expect(await app.http.get('/api/user', { token })).toMatchObject(unauthorized);
  });

  it('answers the same for an unknown name and a wrong password', async () => {
    const { username } = await gatewayCaller(app);
    const [wrong, unknown] = [await login(username, 'Wr0ng-password'), await login('nobody1', 'Wr0ng-password')];
    expect(wrong).toMatchObject(unauthorized);
    expect(unknown.text).toBe(wrong.text);
  });

  it('refuses what is no log-in', async () => {
    for (const body of [undefined, '', {}, { username: null, password: null }]) {
      expect(await app.http.post('/api/token-auth', body)).toMatchObject({
        status: 400,
        body: failed('bad request error: username is required; password is required'),
      });
    }
  });

  it('counts failures per name', async () => {
    const limited = await startTestApp({
      webhooks: false,
      simulator: app.simulator,
      env: { LOGIN_MAX_FAILURES: '3', LOGIN_WINDOW: '12h' },
    });
    const { username } = await gatewayCaller(limited);
    const tries = (password: string) => limited.http.post('/api/token-auth', { username, password });
    for (let i = 0; i < 3; i++) expect((await tries('wrong')).status).toBe(401);
    const locked = await tries(PASSWORD);
    expect(locked).toMatchObject({ status: 429, body: failed('too many requests') });
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0);
    await limited.stop();
  });
});

describe('tokens of somebody else', () => {
  it('the storefront’s are not taken here, nor ours there, nor one without its scheme word', async () => {
    const { username } = await gatewayCaller(app);
    const token = await tokenOf(username);
    expect((await app.http.get('/user', { token })).status).toBe(401);
    expect(await app.http.get('/api/user', { headers: { authorization: token } })).toMatchObject(unauthorized);
    const shop = await app.register();
    expect(await app.http.get('/api/user', { token: shop.token })).toMatchObject(unauthorized);
  });

  it.each<[string, (claims: object) => [object, object]]>([
    ['another secret', (claims) => [claims, { secret: 'x'.repeat(40), algorithm: 'HS256' }]],
    ['another algorithm', (claims) => [claims, { algorithm: 'HS512' }]],
    ['another audience', (claims) => [{ ...claims, aud: 'storefront' }, { algorithm: 'HS256' }]],
    ['another version', (claims) => [{ ...claims, ver: 1 }, { algorithm: 'HS256' }]],
    ['no version', (claims) => [{ ...claims, ver: undefined }, { algorithm: 'HS256' }]],
    ['no end', (claims) => [{ ...claims, exp: undefined }, { algorithm: 'HS256' }]],
    ['a user that is none', (claims) => [{ ...claims, sub: { $ne: 1 } }, { algorithm: 'HS256' }]],
  ])('signed with %s', async (_name, change) => {
    const { userId } = await gatewayCaller(app);
    const now = Math.floor(app.clock.now() / 1000);
    const claims = { sub: userId, iat: now, exp: now + 60, aud: 'gateway', iss: 'payments', ver: 0 };
    const jwt = new JwtService({ secret: app.config.gateway.jwtSecret });
    const good = jwt.sign(claims);
    expect((await app.http.get('/api/user', { token: good })).status).toBe(200);
    const [changed, options] = change(claims);
    let token: string;
    try {
      token = jwt.sign(changed, options);
    } catch {
      // jsonwebtoken signs no subject that is not a text; a forger does.
      const [header] = good.split('.');
      token = `${header}.${Buffer.from(JSON.stringify(changed)).toString('base64url')}.${good.split('.')[2]}`;
    }
    expect(await app.http.get('/api/user', { token })).toMatchObject(unauthorized);
  });
});

describe('POST /api/user/change-password', () => {
  const body = (username: string, change: object = {}) => ({
    username,
    current_password: PASSWORD,
    new_password: 'N3w-Passw0rd',
    ...change,
  });

  it('ends the tokens, keeps the keys', async () => {
    const caller = await gatewayCaller(app, { role: 'standard' });
    const token = await tokenOf(caller.username);
    const answer = await caller.call('POST', '/api/user/change-password', body(caller.username.toUpperCase()));
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: success(null) });
    expect(await app.http.get('/api/user', { token })).toMatchObject(unauthorized);
    expect((await caller.call('GET', '/api/user')).status).toBe(200);
    expect(await login(caller.username)).toMatchObject(unauthorized);
    const fresh = await tokenOf(caller.username, 'N3w-Passw0rd');
    expect((await app.http.get('/api/user', { token: fresh })).status).toBe(200);
  });

  it('is for the caller’s own, also where an administrator asks', async () => {
    const [admin, other] = [await gatewayCaller(app), await gatewayCaller(app)];
    expect(await admin.call('POST', '/api/user/change-password', body(other.username))).toMatchObject(unauthorized);
    expect((await login(other.username)).status).toBe(200);
  });

  it.each<[string, object, string | RegExp]>([
    ['a wrong current one', { current_password: 'Wr0ng-password' }, 'current_password is wrong'],
    ['the same again', { new_password: PASSWORD }, 'new_password must differ from current_password'],
    ['a weak one', { new_password: 'weak' }, /new_password must be 8 to 64/],
    ['none', { new_password: null }, 'new_password is required'],
    ['no username', { username: '' }, 'username is required'],
  ])('refuses %s', async (_name, change, reason) => {
    const caller = await gatewayCaller(app);
    const answer = await caller.call('POST', '/api/user/change-password', body(caller.username, change));
    const msg = typeof reason === 'string' ? `bad request error: ${reason}` : expect.stringMatching(reason);
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 400, body: failed(msg) });
    expect((await login(caller.username)).status).toBe(200);
  });

  it('five wrong ones are the last for a quarter of an hour, the right one included', async () => {
    const caller = await gatewayCaller(app);
    const change = (current: string) =>
      caller.call('POST', '/api/user/change-password', body(caller.username, { current_password: current }));
    // A window starts every quarter of an hour: be at the beginning of one.
    await app.advance(900_000 - (app.clock.now() % 900_000) + 1_000);
    for (let i = 0; i < 5; i++) expect((await change('Wr0ng-password')).status).toBe(400);
    for (const password of ['Wr0ng-password', PASSWORD]) {
      const answer = await change(password);
      expect(answer).toMatchObject({ status: 429, body: failed('too many requests') });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    await app.advance(900_000);
    expect((await change(PASSWORD)).status).toBe(200);
  });
});
