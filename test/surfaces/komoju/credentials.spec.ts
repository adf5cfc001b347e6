import { commandLineActor } from '../../../src/modules/audit/actors.js';
import { ApiKeyService } from '../../../src/modules/auth/api-key/api-key.service.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, gatewayCaller } from '../../support/gateway.js';
import { basic, forbidden as ghostForbidden, ghostCaller } from '../../support/ghost.js';
import { failure, forbidden, KOMOJU, type KomojuCaller, komojuCaller, unauthorized } from '../../support/komoju.js';

let app: TestApp;
let komoju: KomojuCaller;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  komoju = await komojuCaller(app);
});
afterAll(() => app.stop());

const ask = (authorization?: string) =>
  app.http.get(KOMOJU, authorization === undefined ? {} : { headers: { authorization } });
const base64 = (text: string): string => Buffer.from(text).toString('base64');

it('takes the secret key as the user name, whatever the password, and blanks within the Base64', async () => {
  const { secretKey } = komoju;
  const blob = base64(`${secretKey}:`);
  const right = [
    basic(secretKey, ''),
    basic(secretKey, 'any password'),
    basic(secretKey, 'a:b'),
    `basic   ${blob}`,
    `Basic ${blob.slice(0, 20)} ${blob.slice(20)}\t`,
  ];
  for (const authorization of right)
    expect([authorization, (await ask(authorization)).status]).toEqual([authorization, 200]);
});

it('whatever is wrong with a key, the answer is the same, with a challenge', async () => {
  const { secretKey } = komoju;
  const wrong = [
    undefined,
    '',
    'Basic',
    'Basic !!!',
    basic('', ''),
    basic('', secretKey),
    basic(`${secretKey}x`, ''),
    basic(secretKey.slice(0, -1), ''),
    basic(`${secretKey} `, ''),
    basic('sk_'.padEnd(30, 'x'), ''),
    `Basic ${base64(secretKey)}`,
    `Bearer ${secretKey}`,
    secretKey,
    `Basic ${'A'.repeat(5_000)}`,
  ];
  for (const authorization of wrong) {
    const answer = await ask(authorization);
    expect([authorization, answer]).toMatchObject([authorization, unauthorized]);
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="api"');
  }
});

it('a key of another surface is told so, a publishable one too; ours is told so by ghost, and unknown to the gateway', async () => {
  const gateway = await gatewayCaller(app);
  const ghost = await ghostCaller(app);
  const foreign = [
    basic(gateway.key, ''),
    gateway.key,
    `Bearer ${gateway.key}`,
    basic(ghost.secretKey, ''),
    basic(ghost.publicKey, ghost.secretKey),
    basic('pk_live_51H', ''),
    basic('pk_123456', 'x'),
  ];
  for (const authorization of foreign)
    expect([authorization, await ask(authorization)]).toMatchObject([authorization, forbidden]);
  const shopper = await app.register();
  expect(await ask(`Bearer ${shopper.token}`)).toMatchObject(unauthorized);
  for (const headers of [
    { authorization: basic(komoju.secretKey, '') },
    { authorization: basic('', komoju.secretKey) },
  ])
    expect(await ghost.call('GET', `/accounts/${ghost.number}`, undefined, headers)).toMatchObject(ghostForbidden);
  for (const authorization of [komoju.secretKey, basic(komoju.secretKey, '')])
    expect(await gateway.call('GET', '/api/user', undefined, authorization)).toMatchObject({
      status: 401,
      body: failed('unauthorized'),
    });
  const { text } = await gateway.call('GET', '/api/user/apikeys');
  expect(text).not.toContain(komoju.keyId);
});

it('asks for the key before it looks at anything else', async () => {
  for (const [method, path, body] of [
    ['GET', '?page=x'],
    ['POST', '', { email: 'nobody' }],
    ['GET', '/x'],
    ['PATCH', '/x', { email: 'nobody' }],
    ['DELETE', '/x'],
  ] as const)
    expect([method, await app.http.request(method, KOMOJU + path, body)]).toMatchObject([method, unauthorized]);
});

it('a revoked key is dead with the next request; the account’s others are not', async () => {
  const second = await komojuCaller(app);
  await app.app.get(ApiKeyService, { strict: false }).revoke(commandLineActor(), second.keyId);
  expect(await second.call('GET', '')).toMatchObject(unauthorized);
  expect((await komoju.call('GET', '')).status).toBe(200);
});

it('what is at no address, and a method that an address has not, is answered in this language', async () => {
  expect(await komoju.call('GET', '/x/cards')).toMatchObject(failure(404, 'not_found', 'There is no such resource'));
  for (const [method, path] of [
    ['PUT', '/x'],
    ['POST', '/x'],
    ['DELETE', ''],
  ] as const)
    expect([method, await komoju.call(method, path)]).toMatchObject([
      method,
      failure(405, 'method_not_allowed', 'The method is not allowed here'),
    ]);
  const options = (path: string) => app.http.request('OPTIONS', KOMOJU + path, undefined, { check: false });
  expect((await options('')).headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS');
  expect((await options('/x')).headers.get('allow')).toBe('DELETE, GET, HEAD, PATCH, OPTIONS');
});
