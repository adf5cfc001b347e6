import mongoose from 'mongoose';
import { randomBytes } from 'node:crypto';
import { startTestApp, type TestApp } from '../support/app.js';
import { isCommand } from '../support/mongo-frames.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { storedUsers } from '../support/users.js';

let proxy: TcpProxy;
let app: TestApp;
let direct: string;

beforeAll(async () => {
  const store = new URL(process.env['TEST_MONGODB_URI'] ?? '');
  store.pathname = `/t_${randomBytes(6).toString('hex')}`;
  direct = store.toString();
  proxy = await TcpProxy.start({ target: { port: Number(store.port) } });
  store.port = String(proxy.port);
  app = await startTestApp({ mongoUri: store.toString(), webhooks: false });
});

afterAll(async () => {
  await app.stop();
  await proxy.close();
  const connection = await mongoose.createConnection(direct).asPromise();
  await connection.dropDatabase();
  await connection.close();
});

const login = async (email: string, password: string) =>
  (await app.http.post('/user/login', { email, password })).status;

it.each(['cutAfterNextRequest', 'cutBeforeNextRequest'] as const)(
  'a registration whose answer the store loses (%s) is one user, and says so',
  async (cut) => {
    const email = `${cut.toLowerCase()}@example.com`;
    const lost = proxy[cut](isCommand('insert', 'users', email));
    const answer = await app.http.post('/user/register', { userName: 'A', email, password: 'password' });
    await lost;
    expect(answer.status).toBe(201);
    expect(await storedUsers(app).count(email)).toBe(1);
    expect((await app.http.get('/user', { token: String(answer.body['access_token']) })).status).toBe(200);
  },
);

it.each(['cutAfterNextRequest', 'cutBeforeNextRequest'] as const)(
  'a change of password whose answer the store loses (%s) is done, and gives the token',
  async (cut) => {
    const me = await app.register();
    const lost = proxy[cut](isCommand('update', 'users', 'passwordHash'));
    const body = { currentPassword: 'password', newPassword: 'another password' };
    const answer = await app.http.post('/user/change-password', body, { token: me.token });
    await lost;
    expect(answer.status).toBe(201);
    expect((await app.http.get('/user', { token: String(answer.body['access_token']) })).status).toBe(200);
    expect(await login(me.email, 'password')).toBe(401);
    expect(await login(me.email, 'another password')).toBe(201);
  },
);

it('a lost look-up of the user is 503 and never 401', async () => {
  const me = await app.register();
  const lost = proxy.cutAfterNextRequest(isCommand('find', 'users'));
  const answer = await app.http.get('/user', { token: me.token });
  await lost;
  expect([200, 503]).toContain(answer.status); // the driver may have read it again
  expect((await app.http.get('/user', { token: me.token })).status).toBe(200);
});
