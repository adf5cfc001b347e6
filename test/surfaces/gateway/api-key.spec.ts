import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { commandLineActor } from '../../../src/modules/audit/actors.js';
import { ApiKeyService } from '../../../src/modules/auth/api-key/api-key.service.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller, notFound, success, unauthorized } from '../../support/gateway.js';
import { logs } from '../../support/log-capture.js';

let app: TestApp;
let admin: GatewayCaller;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  admin = await gatewayCaller(app);
});
afterAll(() => app.stop());

type Key = { id: string; user_id: string; type: string; name: string; api_key: string };

async function create(type: string, caller = admin): Promise<Key> {
  const answer = await caller.call('POST', '/api/user/apikey', { type, name: 'Private Key' });
  expect(answer.status).toBe(200);
  return answer.body['data'] as Key;
}
async function list(caller = admin): Promise<Key[]> {
  const answer = await caller.call('GET', '/api/user/apikeys');
  const keys = answer.body['data'] as Key[];
  expect(answer).toMatchObject({ status: 200, body: { status: 'success', msg: 'success', total_count: keys.length } });
  return keys;
}
const stored = () => app.app.get<Connection>(getConnectionToken()).collection('api_keys');

describe('POST /api/user/apikey', () => {
  it.each([
    ['api', 'api', /^api_[A-Za-z0-9]{27}$/],
    ['private', 'api', /^api_[A-Za-z0-9]{27}$/],
    ['public', 'public', /^pub_[A-Za-z0-9]{27}$/],
    ['pub', 'public', /^pub_[A-Za-z0-9]{27}$/],
  ])('%s makes a key of the caller', async (asked, type, form) => {
    const answer = await admin.call('POST', '/api/user/apikey', { type: asked, name: ' Private Key ', user_id: 'x' });
    expect(answer.body).toEqual(
      success({
        id: expect.stringMatching(/^[0-9a-v]{20}$/),
        user_id: admin.userId,
        type,
        name: 'Private Key',
        api_key: expect.stringMatching(form),
        created_at: expect.stringMatching(/Z$/),
        updated_at: expect.stringMatching(/Z$/),
      }),
    );
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'type is required; name is required'],
    [
      'another type',
      { type: 'secret', name: 'A' },
      'type must be one of the following values: api, private, public, pub',
    ],
    ['a blank name', { type: 'api', name: ' ' }, 'name must be longer than or equal to 1 characters'],
    ['a name of 101', { type: 'api', name: 'n'.repeat(101) }, 'name must be shorter than or equal to 100 characters'],
    ['a list', [], 'the body must be a JSON object'],
    ['a text', '"api"', 'the body must be a JSON object'],
    ['a card number', { type: 'api', name: '4242 4242 4242 4242' }, 'name must not contain a card number'],
  ])('refuses %s', async (_name, body, reason) => {
    expect(await admin.call('POST', '/api/user/apikey', body)).toMatchObject({
      status: 400,
      body: failed(`bad request error: ${reason}`),
    });
  });
});

describe('the credential', () => {
  it('is the key with or without a scheme word', async () => {
    for (const authorization of [admin.key, `Bearer ${admin.key}`, `bearer ${admin.key}`, ` ${admin.key} `]) {
      expect((await admin.call('GET', '/api/user', undefined, authorization)).body['data']).toMatchObject({
        id: admin.userId,
      });
    }
  });

  it('is refused in one sentence, whatever is wrong with it', async () => {
    const publicKey = (await create('public')).api_key;
    const { token } = await app.register();
    const wrong = [
      '',
      'api_',
      `${admin.key}x`,
      `x${admin.key}`,
      admin.key.toLowerCase(),
      `Basic ${admin.key}`,
      `Bearer  Bearer ${admin.key}`,
      `Token ${admin.key}`,
      publicKey,
      `Bearer ${publicKey}`,
      `api_${'0'.repeat(27)}`,
      token,
      `Bearer ${token}`,
      "{'$ne':1}",
      'Bearer a.b.c',
    ];
    const { status, body } = await app.http.get('/api/user');
    expect({ status, body }).toEqual(unauthorized);
    for (const authorization of wrong) {
      const answer = await admin.call('GET', '/api/user', undefined, authorization);
      expect([authorization, { status: answer.status, body: answer.body }]).toEqual([authorization, unauthorized]);
    }
  });

  it('speaks on no other surface', async () => {
    expect((await app.http.get('/user', { headers: { authorization: admin.key } })).status).toBe(401);
    expect((await app.http.get('/user', { token: admin.key })).status).toBe(401);
  });

  it('speaks only on the surfaces that it is bound to', async () => {
    const other = await gatewayCaller(app);
    await stored().updateOne({ _id: other.keyId as never }, { $set: { surfaces: [] } });
    expect(await other.call('GET', '/api/user')).toMatchObject(unauthorized);
  });

  it('notes its last use, at most once a minute', async () => {
    const read = async () =>
      ((await stored().findOne({ _id: admin.keyId as never })) as unknown as { lastUsedAt: Date }).lastUsedAt;
    await admin.call('GET', '/api/user');
    const first = await read();
    await app.advance(30_000);
    await admin.call('GET', '/api/user');
    expect(await read()).toEqual(first);
    await app.advance(31_000);
    await admin.call('GET', '/api/user');
    expect((await read()).getTime()).toBeGreaterThanOrEqual(first.getTime() + 60_000);
  });
});

describe('GET /api/user/apikeys', () => {
  it('shows administrators every key of the account whole, oldest first', async () => {
    const owner = await gatewayCaller(app, { account: 'keys' });
    const other = await gatewayCaller(app, { account: 'keys' });
    const made = await create('public', other);
    expect((await list(owner)).map(({ id, user_id, api_key }) => [id, user_id, api_key])).toEqual([
      [owner.keyId, owner.userId, owner.key],
      [other.keyId, other.userId, other.key],
      [made.id, other.userId, made.api_key],
    ]);
  });

  it('shows others only their own whole', async () => {
    const permissions = { manage_api_keys: true };
    const other = await gatewayCaller(app, { account: 'masked', role: 'standard', permissions });
    const owner = await gatewayCaller(app, { account: 'masked' });
    const keys = await list(other);
    expect(keys.map(({ api_key }) => api_key)).toEqual([other.key, `${owner.key.slice(0, 8)}…${owner.key.slice(-4)}`]);
  });
});

describe('DELETE /api/user/apikey/{api key}', () => {
  it.each(['id', 'api_key'] as const)(
    'takes the %s; the key is dead at once, a second time it is not found',
    async (by) => {
      const key = await create('api');
      expect((await admin.call('GET', '/api/user', undefined, key.api_key)).status).toBe(200);
      const answer = await admin.call('DELETE', `/api/user/apikey/${key[by]}`, { a: 'body' });
      expect({ status: answer.status, body: answer.body }).toEqual({
        status: 200,
        body: { status: 'success', msg: 'success' },
      });
      expect(await admin.call('GET', '/api/user', undefined, key.api_key)).toMatchObject(unauthorized);
      expect(await admin.call('DELETE', `/api/user/apikey/${key[by]}`)).toMatchObject(notFound);
      expect((await list()).map(({ id }) => id)).not.toContain(key.id);
    },
  );

  it('may delete the key that asks', async () => {
    const other = await gatewayCaller(app);
    expect((await other.call('DELETE', `/api/user/apikey/${other.keyId}`)).status).toBe(200);
    expect(await other.call('GET', '/api/user')).toMatchObject(unauthorized);
  });

  describe('of another user', () => {
    const account = 'key-rights';
    const clerkOf = (permissions: object) =>
      gatewayCaller(app, { account, role: 'standard', permissions: { manage_api_keys: true, ...permissions } });

    it.each<[string, 'admin' | 'standard', object, string | null]>([
      ['an administrator', 'admin', {}, 'only an administrator may change an administrator'],
      ['who may more', 'standard', { process_refund: true }, 'missing permission process_refund'],
      ['who sees all invoices', 'standard', { restrict_viewing_others_invoices: false }, null],
      ['who may the same', 'standard', { manage_api_keys: true, process_sale: true }, null],
      ['who may less', 'standard', {}, null],
    ])('manage_api_keys and process_sale, the key of %s', async (_who, role, permissions, refused) => {
      const clerk = await clerkOf({ process_sale: true });
      const owner = await gatewayCaller(app, { account, role, permissions });
      for (const by of [owner.keyId, owner.key]) {
        if (refused === null && by === owner.key) continue; // gone with the first
        const answer = await clerk.call('DELETE', `/api/user/apikey/${by}`);
        if (refused === null) expect(answer.status).toBe(200);
        else expect(answer).toMatchObject({ status: 403, body: failed(`forbidden: ${refused}`) });
      }
      expect((await owner.call('GET', '/api/user')).status).toBe(refused === null ? 401 : 200);
    });

    it('who sees only their own invoices takes no key of who sees all', async () => {
      const clerk = await clerkOf({ restrict_viewing_others_invoices: true });
      const owner = await gatewayCaller(app, { account, role: 'standard' });
      expect((await clerk.call('DELETE', `/api/user/apikey/${owner.keyId}`)).status).toBe(403);
    });

    it('an administrator deletes every one', async () => {
      const [one, two] = [await gatewayCaller(app, { account }), await gatewayCaller(app, { account })];
      expect((await one.call('DELETE', `/api/user/apikey/${two.keyId}`)).status).toBe(200);
    });
  });

  it('no key is in a log line, also not from a path', async () => {
    logs.clear();
    const key = await create('api');
    await admin.call('DELETE', `/api/user/apikey/${key.api_key}`);
    await app.http.get(`/api/nowhere/${admin.key}?key=${admin.key}`);
    expect(logs.lines.some(({ route }) => route === '/api/user/apikey/:apiKey')).toBe(true);
    expect(logs.text).not.toContain(key.api_key);
    expect(logs.text).not.toContain(admin.key.slice(4));
  });
});

describe('at rest', () => {
  it('no key is stored in clear', async () => {
    const key = await create('api');
    const everything = JSON.stringify(await stored().find().toArray());
    expect(everything).toContain(key.id);
    for (const { api_key } of await list()) expect(everything).not.toContain(api_key.slice(4));
  });

  it('a cipher text moved to another record opens nothing', async () => {
    const [one, two] = [await gatewayCaller(app, { account: 'moved' }), await gatewayCaller(app, { account: 'moved' })];
    const record = await stored().findOne({ _id: one.keyId as never });
    await stored().updateOne({ _id: two.keyId as never }, { $set: { cipher: String(record?.['cipher']) } });
    const answer = await app.http.request('GET', '/api/user/apikeys', undefined, {
      headers: { authorization: one.key },
      check: false,
    });
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 500, body: failed('internal error') });
  });
});

describe('two instances and another encryption key', () => {
  it('a key made at one is good at the other and dead there with its deletion; rotation keeps every key', async () => {
    const [oldKey, newKey] = ['o'.repeat(40), 'n'.repeat(40)];
    const shared = { webhooks: false, simulator: app.simulator, mongoUri: app.config.mongo.uri };
    const rotated = await startTestApp({ ...shared, env: { API_KEY_ENCRYPTION_KEY: `${newKey},${oldKey}` } });
    const before = await startTestApp({ ...shared, env: { API_KEY_ENCRYPTION_KEY: oldKey } });
    const masked = await startTestApp({ ...shared, env: { API_KEYS_MASK_IN_LIST: 'true' } });
    const after = await startTestApp({ ...shared, env: { API_KEY_ENCRYPTION_KEY: newKey } });
    const at = (one: TestApp, path: string, key: string) => one.http.get(path, { headers: { authorization: key } });
    const caller = await gatewayCaller(before, { account: 'rotated' });
    const shownAt = async (one: TestApp) => ((await at(one, '/api/user/apikeys', caller.key)).body['data'] as Key[])[0];
    const hidden = `${caller.key.slice(0, 8)}…${caller.key.slice(-4)}`;

    expect((await shownAt(before))?.api_key).toBe(caller.key);
    expect((await shownAt(rotated))?.api_key).toBe(caller.key);
    expect((await shownAt(masked))?.api_key).toBe(hidden);
    expect((await shownAt(after))?.api_key).toBe(hidden); // look-up does not need the encryption key
    const { reencrypted } = await rotated.app.get(ApiKeyService, { strict: false }).reencrypt(commandLineActor());
    expect(reencrypted).toBe(1);
    expect((await shownAt(after))?.api_key).toBe(caller.key);

    await caller.call('DELETE', `/api/user/apikey/${caller.keyId}`);
    for (const one of [rotated, before, after, masked])
      expect(await at(one, '/api/user', caller.key)).toMatchObject(unauthorized);
    for (const one of [rotated, before, after, masked]) await one.stop();
  });
});
