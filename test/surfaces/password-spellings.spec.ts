import { getConnectionToken } from '@nestjs/mongoose';
import bcrypt from 'bcrypt';
import type { Connection } from 'mongoose';
import { createHash } from 'node:crypto';
import { startTestApp, type TestApp } from '../support/app.js';
import { gatewayCaller } from '../support/gateway.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
});
afterAll(() => app.stop());

/** Two marks that NFC joins, in an order that neither NFC nor NFD keeps. */
const SENT = 'Pässwörd-1 q\u0307\u0323';
const SPELLINGS = [SENT, SENT.normalize('NFC'), SENT.normalize('NFD')];

/** As version 0.1 stored it: the hash of what was sent, whatever that was. */
const formerHash = (password: string) => bcrypt.hash(createHash('sha384').update(password).digest('base64'), 4);

/** The hash is replaced behind the app's back. */
async function setHash(collection: string, id: object, passwordHash: string): Promise<void> {
  const users = app.app.get<Connection>(getConnectionToken()).collection(collection);
  expect((await users.updateOne(id, { $set: { passwordHash } })).matchedCount).toBe(1);
}

it('the spellings differ', () => expect(new Set(SPELLINGS).size).toBe(3));

describe('POST /user/login', () => {
  const login = async (email: string, password: string) =>
    (await app.http.post('/user/login', { email, password })).status;

  it.each(SPELLINGS)('takes every spelling of a password that was set as %j', async (set) => {
    const { email, token } = await app.register();
    const body = { currentPassword: 'password', newPassword: set };
    expect((await app.http.post('/user/change-password', body, { token })).status).toBe(201);
    for (const given of SPELLINGS) expect(await login(email, given)).toBe(201);
    expect(await login(email, 'Password-1 q')).toBe(401);
  });

  it.each(SPELLINGS)('takes a password of before, as it was sent: %j', async (set) => {
    const { email } = await app.register();
    await setHash('users', { email }, await formerHash(set));
    expect(await login(email, set)).toBe(201);
    expect(await login(email, `${set}\u0301`)).toBe(401);
  });
});

describe('POST /api/token-auth', () => {
  it.each(SPELLINGS)('takes a password of before, and a new one in every spelling: %j', async (set) => {
    const caller = await gatewayCaller(app);
    const { username } = caller;
    const login = async (password: string) => (await app.http.post('/api/token-auth', { username, password })).status;
    await setHash('gateway_users', { username }, await formerHash(set));
    expect(await login(set)).toBe(200);
    const change = { username, current_password: set, new_password: `${set}!` };
    expect((await caller.call('POST', '/api/user/change-password', change)).status).toBe(200);
    for (const given of SPELLINGS) expect(await login(`${given}!`)).toBe(200);
    expect(await login(set)).toBe(401);
  });
});
