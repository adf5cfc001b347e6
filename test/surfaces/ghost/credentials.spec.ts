import { commandLineActor } from '../../../src/modules/audit/actors.js';
import { ApiKeyService } from '../../../src/modules/auth/api-key/api-key.service.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller } from '../../support/gateway.js';
import { basic, forbidden, GHOST, type GhostCaller, ghostCaller, unauthorized } from '../../support/ghost.js';

let app: TestApp;
let ghost: GhostCaller;
let other: GhostCaller;
let gateway: GatewayCaller;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  ghost = await ghostCaller(app);
  other = await ghostCaller(app, 'other');
  gateway = await gatewayCaller(app);
});
afterAll(() => app.stop());

const CHALLENGE = 'Basic realm="ghost", charset="UTF-8"';
const ask = (authorization?: string) =>
  app.http.get(`${GHOST}/accounts/${ghost.number}`, authorization === undefined ? {} : { headers: { authorization } });

it('whatever is wrong with a pair, the answer is the same', async () => {
  const { publicKey, secretKey } = ghost;
  const wrong = [
    undefined,
    '',
    'Basic',
    'Basic !!!',
    basic(publicKey, ''),
    basic('', secretKey),
    basic(secretKey, publicKey),
    basic(publicKey, `${secretKey}x`),
    basic(publicKey, secretKey.slice(0, -1)),
    basic(`${publicKey} `, secretKey),
    basic(other.publicKey, secretKey),
    basic(publicKey, other.secretKey),
    basic('gpk_'.padEnd(31, 'x'), 'gsk_'.padEnd(31, 'x')),
    `Basic ${Buffer.from(secretKey).toString('base64')}`,
    `Bearer ${secretKey}`,
    secretKey,
    `Basic ${'A'.repeat(5_000)}`,
  ];
  for (const authorization of wrong) {
    const answer = await ask(authorization);
    expect([authorization, answer]).toMatchObject([authorization, unauthorized]);
    expect(answer.headers.get('www-authenticate')).toBe(CHALLENGE);
  }
});

it('takes the scheme word in any case', async () => {
  const pair = basic(ghost.publicKey, ghost.secretKey);
  for (const authorization of [pair, pair.replace('Basic', 'basic'), pair.replace('Basic', 'BASIC')])
    expect((await ask(authorization)).status).toBe(200);
});

it('tells a key of another surface 403, and the gateway takes none of these keys', async () => {
  const { key } = gateway;
  for (const authorization of [key, `Bearer ${key}`, basic(key, ''), basic('', key), basic(ghost.publicKey, key)])
    expect([authorization, await ask(authorization)]).toMatchObject([authorization, forbidden]);
  const shopper = await app.register();
  expect(await ask(`Bearer ${shopper.token}`)).toMatchObject(unauthorized);
  for (const authorization of [ghost.secretKey, ghost.publicKey, basic(ghost.publicKey, ghost.secretKey)])
    expect(await gateway.call('GET', '/api/user', undefined, authorization)).toMatchObject({
      status: 401,
      body: failed('unauthorized'),
    });
});

it('asks for the pair before it looks at anything else', async () => {
  const routes = [
    ['GET', '/accounts/x'],
    ['POST', '/customers'],
    ['GET', '/customers/x'],
    ['PUT', '/customers/x'],
    ['DELETE', '/customers/x'],
    ['POST', '/customers/x'],
    ['POST', '/customers/x/cards'],
    ['GET', '/customers/x/cards/x'],
    ['DELETE', '/customers/x/cards/x'],
  ] as const;
  for (const [method, path] of routes) {
    const body = method === 'POST' || method === 'PUT' ? { email: 'nobody' } : undefined;
    const answer = await app.http.request(method, GHOST + path, body);
    expect([method, path, answer]).toMatchObject([method, path, unauthorized]);
  }
});

it('a revoked pair is dead with the next request; the account’s other pairs are not', async () => {
  const second = await ghostCaller(app);
  expect((await second.call('GET', `/accounts/${second.number}`)).status).toBe(200);
  await app.app.get(ApiKeyService, { strict: false }).revoke(commandLineActor(), second.keyId);
  expect(await second.call('GET', `/accounts/${second.number}`)).toMatchObject(unauthorized);
  expect((await ask(basic(ghost.publicKey, ghost.secretKey))).status).toBe(200);
});

it('is in no list of the gateway, and cannot be deleted there', async () => {
  const { text } = await gateway.call('GET', '/api/user/apikeys');
  expect(text).not.toContain(ghost.keyId);
  for (const name of [ghost.keyId, ghost.secretKey, ghost.publicKey])
    expect(await gateway.call('DELETE', `/api/user/apikey/${name}`)).toMatchObject({ status: 404 });
  expect((await ask(basic(ghost.publicKey, ghost.secretKey))).status).toBe(200);
});

it('what is at no address, and a method that an address has not, is answered in this language', async () => {
  expect(await ghost.call('GET', '/nowhere')).toMatchObject({ body: { message: 'Not found', status: 404 } });
  expect(await ghost.call('GET', '/customers')).toMatchObject({
    status: 405,
    body: { message: 'Method not allowed', status: 405, error: 'Method Not Allowed' },
  });
  const options = await app.http.request('OPTIONS', `${GHOST}/customers/customer_1`, undefined, { check: false });
  expect([options.status, options.headers.get('allow')]).toEqual([204, 'DELETE, GET, HEAD, POST, PUT, OPTIONS']);
});
