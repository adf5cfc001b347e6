import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { randomBytes } from 'node:crypto';
import { twins } from '../../../src/commands/admin/twins-command.js';
import { EmailKeys } from '../../../src/modules/user/email-keys.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/payments.js';
import { storedUsers } from '../../support/users.js';

let app: TestApp;
/** Serves only, so that nothing is filled in behind its requests. */
let api: TestApp;
const beside = (env: Record<string, string> = {}) => ({
  env,
  simulator: app.simulator,
  mongoUri: app.config.mongo.uri,
  webhooks: false,
});
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  api = await startTestApp(beside({ ROLE: 'api' }));
});
afterAll(async () => {
  await api.stop();
  await app.stop();
});

const fresh = (): string => `u${randomBytes(6).toString('hex')}`;
const register = (email: string, at = app) =>
  at.http.post('/user/register', { userName: 'A', email, password: 'password' });
const login = async (email: string, at = app, password = 'password') =>
  (await at.http.post('/user/login', { email, password })).status;
const users = () => app.app.get<Connection>(getConnectionToken()).collection('users');
const keyOf = async (userId: string) => (await storedUsers(app).read(userId))?.emailKey;

let age = 0;
/** An account as version 0.1 stored it, the younger the later it is made here; its password is its own. */
async function former(stored: string): Promise<{ userId: string; password: string }> {
  const email = `${fresh()}@example.com`;
  const password = `password of ${email}`;
  const made = await app.http.post('/user/register', { userName: 'Old', email, password });
  expect(made.status).toBe(201);
  const createdAt = new Date(app.clock.now() + ++age * 1_000);
  await users().updateOne({ email }, { $set: { email: stored, createdAt }, $unset: { emailKey: 1 } });
  const [record] = await storedUsers(app).byEmail(stored);
  return { userId: String(record?._id), password };
}

/** Spellings of one address; `x` stands for a name of its own. */
const SPELLINGS: [what: string, spellings: string[]][] = [
  [
    'a letter that is joined only in lower case',
    ['J\u030cx@example.com', '\u01f0x@example.com', 'j\u030cX@Example.com'],
  ],
  ['a composed and a decomposed letter', ['é.x@example.com', 'e\u0301.x@example.com', 'É.x@example.com']],
  ['a domain in its own script and in ASCII', ['x@münchen.de', 'X@MU\u0308NCHEN.DE', 'x@xn--mnchen-3ya.de']],
  [
    'the full stops of other keyboards',
    ['x@bücher。example', 'x@bücher.example', 'x@Bücher\uff0eexample', 'x@xn--bcher-kva\uff61example'],
  ],
  ['a domain that DNS reads as ASCII', ['x@ⓔxample.com', 'x@example.com']],
];

describe.each(SPELLINGS)('%s', (_what, given) => {
  const named = () => {
    const name = fresh();
    return given.map((one) => one.replace(/x(?=@)/i, name));
  };

  it('makes one account, at every way in', async () => {
    for (const first of named().keys()) {
      const spellings = named();
      expect((await register(spellings[first] as string)).status).toBe(201);
      const { token, userId } = await app.register();
      for (const [i, email] of spellings.entries()) {
        expect([email, (await register(email, i % 2 ? api : app)).status]).toEqual([email, 409]);
        const body = { userName: 'B', email, password: 'password' };
        expect((await app.http.post('/user', body, { token })).status).toBe(409);
        expect((await app.http.patch(`/user/${userId}`, { email }, { token })).status).toBe(409);
        expect([email, await login(email)]).toEqual([email, 201]);
      }
    }
  });

  it('is one account however many register at once', async () => {
    const spellings = named();
    const answers = await Promise.all(
      [...spellings, ...spellings].map((email, i) => register(email, i % 2 ? api : app)),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
      201,
      ...Array<number>(answers.length - 1).fill(409),
    ]);
  });

  it('is no other account while an older one has no key yet', async () => {
    // Each instance looks once which addresses have several spellings, so this one starts after them.
    const spellings = named();
    const stored = (spellings[0] as string).normalize('NFC').toLowerCase();
    const { password } = await former(stored);
    const late = await startTestApp(beside({ ROLE: 'api' }));
    for (const email of spellings) expect([email, (await register(email, late)).status]).toEqual([email, 409]);
    for (const email of spellings) expect([email, await login(email, late, password)]).toEqual([email, 201]);
    await late.stop();
  });
});

describe('accounts of before that share an address', () => {
  it('each log in by their own spelling; the oldest gets the key, whoever fills it in and however often', async () => {
    const name = fresh();
    const oldest = { ...(await former(`${name}@münchen.de`)), email: `${name}@münchen.de` };
    const twin = { ...(await former(`${name}@xn--mnchen-3ya.de`)), email: `${name}@xn--mnchen-3ya.de` };
    const plainYounger = { ...(await former(`${name}@ⓔxample.com`)), email: `${name}@ⓔxample.com` };
    const plain = { ...(await former(`${name}@example.com`)), email: `${name}@example.com` };
    const all = [oldest, twin, plainYounger, plain];
    for (const { email, password } of all) expect([email, await login(email, api, password)]).toEqual([email, 201]);

    const instances = [app, api].map((one) => one.app.get(EmailKeys, { strict: false }));
    await instances[0]?.fill(() => true); // stopped before it came far
    await Promise.all([...instances, ...instances].map((keys) => keys.fill()));
    expect(await Promise.all(all.map(({ userId }) => keyOf(userId)))).toEqual([
      `${name}@xn--mnchen-3ya.de`,
      undefined,
      `${name}@example.com`,
      undefined,
    ]);
    for (const { email, password } of all) {
      expect([email, await login(email, app, password)]).toEqual([email, 201]);
      expect((await storedUsers(app).byEmail(email))[0]?.email).toBe(email); // as it was stored
    }
    const found = (await instances[0]?.twins()) ?? [];
    expect(
      found.filter(({ key }) => key.startsWith(name)).map(({ holder, others }) => [holder.id, others.length]),
    ).toEqual([
      [oldest.userId, 1],
      [plainYounger.userId, 1],
    ]);
    // A twin may read its record and send it back.
    const { email, password } = twin;
    const token = String((await app.http.post('/user/login', { email, password })).body['access_token']);
    const record = { userName: 'Changed', email: twin.email };
    expect(await app.http.patch(`/user/${twin.userId}`, record, { token })).toMatchObject({
      status: 200,
      body: record,
    });
    expect((await app.http.patch(`/user/${twin.userId}`, { email: oldest.email }, { token })).status).toBe(409);
    // Once the oldest is gone the next fill gives its key away.
    await users().deleteOne({ email: oldest.email });
    await instances[1]?.fill();
    expect(await keyOf(twin.userId)).toBe(`${name}@xn--mnchen-3ya.de`);
  });

  it('are listed for the operator, with a spelling that leads to them', async () => {
    const name = fresh();
    const older = await former(`\u01f0${name}@example.com`);
    const younger = await former(`j\u030c${name}@example.com`); // as J with a caron was stored
    const list = (await twins(app.app)) as { twins: { user_id: string; log_in_as: string }[] };
    const found = list.twins.find(({ user_id: id }) => id === younger.userId);
    expect(found).toMatchObject({ address: `\u01f0${name}@example.com`, older_user_id: older.userId });
    expect(await login(String(found?.log_in_as), app, younger.password)).toBe(201);
    expect(await login(`\u01f0${name}@example.com`, app, older.password)).toBe(201);
    expect(list.twins.find(({ user_id: id }) => id === older.userId)).toBeUndefined();
  });

  it('are filled in behind the requests, plain ones too, and a start does not wait for it', async () => {
    const made = [await former(`${fresh()}@example.com`), await former(`${fresh()}@münchen.de`)];
    const started = await startTestApp(beside());
    for (const { userId } of made) await eventually(async () => expect(await keyOf(userId)).toMatch(/^[\x21-\x7e]+$/));
    await started.stop();
  });

  it('the first administrator is looked for in every spelling before one is made', async () => {
    const name = fresh();
    const { userId, password } = await former(`${name}@münchen.de`);
    const started = await startTestApp(
      beside({ ADMIN_EMAIL: `${name}@xn--mnchen-3ya.de`, ADMIN_PASSWORD: password, ROLE: 'api' }),
    );
    expect((await storedUsers(app).read(userId))?.isAdmin).toBe(true);
    expect(await users().countDocuments({ email: { $regex: `^${name}@` } })).toBe(1);
    await started.stop();
  });
});

const INVISIBLE =
  '\u00ad \u034f \u061c \u180e \u200b \u200c \u200d \u200e \u200f \u202a \u202b \u202c \u202d \u202e \u2060 \u2061 \u2062 \u2063 \u2064 \ufe0f \u3164 \ue000 \uffff';

describe('invisible characters', () => {
  it.each(INVISIBLE.split(' ').map((one) => [`U+${one.charCodeAt(0).toString(16)}`, one]))(
    '%s is refused in a new address, in name and domain',
    async (_name, one) => {
      const { token, userId, email } = await app.register();
      for (const bad of [`gr${one}ace@example.com`, `grace@exam${one}ple.com`, `${one}grace@example.com`]) {
        const body = { userName: 'A', email: bad, password: 'password' };
        expect((await app.http.post('/user/register', body)).status).toBe(400);
      }
      const bad = `gr${one}ace@example.com`;
      const body = { userName: 'A', email: bad, password: 'password' };
      expect((await app.http.post('/user', body, { token })).status).toBe(400);
      expect((await app.http.patch(`/user/${userId}`, { email: bad }, { token })).status).toBe(400);
      expect(await login(bad)).toBe(401);
      expect(await login(email)).toBe(201);
    },
  );

  it('in an address of before keep nobody out and change nothing', async () => {
    const email = `${fresh()}\u200b@example.com`;
    const { userId, password } = await former(email);
    const answer = await app.http.post('/user/login', { email, password });
    expect(answer.status).toBe(201);
    const token = String(answer.body['access_token']);
    const same = await app.http.patch(`/user/${userId}`, { userName: 'B', email }, { token });
    expect(same).toMatchObject({ status: 200, body: { userName: 'B', email } });
  });
});

describe('POST /user/login', () => {
  it.each([
    'x',
    'grace',
    'grace@',
    '@example.com',
    'grace@localhost',
    'a b@example.com',
    'grace@exa mple.com',
    'a@b@c.example',
    ' '.repeat(3) + '-',
  ])('answers a malformed address as every wrong login: %s', async (email) => {
    const wrong = await app.http.post('/user/login', { email: `${fresh()}@example.com`, password: 'wrong password' });
    const answer = await app.http.post('/user/login', { email, password: 'wrong password' });
    expect([answer.status, answer.text]).toEqual([401, wrong.text]);
  });
});
