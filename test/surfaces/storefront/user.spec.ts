import { startTestApp, type TestApp } from '../../support/app.js';
import { type StoredUsers, storedUsers } from '../../support/users.js';

const ID = /^[0-9a-f]{24}$/;
const UNKNOWN_ID = '000000000000000000000000';

let app: TestApp;
let users: StoredUsers;
let n = 0;
const fresh = () => `person${++n}@example.com`;
const account = (email = fresh()) => ({ userName: 'Grace Hopper', email, password: 'password' });

beforeAll(async () => {
  app = await startTestApp();
  users = storedUsers(app);
});
afterAll(() => app.stop());

describe('POST /user/register', () => {
  it('answers a token and no Stripe customer', async () => {
    const answer = await app.http.post('/user/register', account());
    expect(answer.status).toBe(201);
    expect(Object.keys(answer.body)).toEqual(['access_token']);
    const me = await app.http.get('/user', { token: String(answer.body['access_token']) });
    expect(me.body).toEqual([
      { userId: expect.stringMatching(ID), userName: 'Grace Hopper', email: expect.any(String) },
    ]);
  });

  it('stores the name trimmed and the address in lower case', async () => {
    const { token } = await register({ ...account(' ADA@Example.COM '), userName: '  Ada  ' });
    expect((await app.http.get('/user', { token })).body).toMatchObject([
      { userName: 'Ada', email: 'ada@example.com' },
    ]);
  });

  it('refuses a taken address, in any case, with 409', async () => {
    const { email } = await register();
    const answer = await app.http.post('/user/register', account(email.toUpperCase()));
    expect(answer.status).toBe(409);
    expect(answer.body).toEqual({
      statusCode: 409,
      message: 'This e-mail address is already registered',
      error: 'Conflict',
    });
  });

  it('lets one of 20 parallel registrations of an address through', async () => {
    const body = account();
    const answers = await Promise.all(Array.from({ length: 20 }, () => app.http.post('/user/register', body)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
  });

  it('lists every problem', async () => {
    const wrong = { userName: ' ', email: 'no', password: 'short' };
    // What nobody knows is told before anything is looked at.
    const unknown = await app.http.post('/user/register', { ...wrong, admin: true });
    expect([unknown.status, unknown.body['message']]).toEqual([400, ['property admin should not exist']]);
    const answer = await app.http.post('/user/register', wrong);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      statusCode: 400,
      message: expect.arrayContaining([
        'userName must be longer than or equal to 1 characters',
        'email must be an email',
        'password must be longer than or equal to 8 characters',
      ]),
      error: 'Bad Request',
    });
  });
});

describe('POST /user/login', () => {
  it('answers 201 with a token that works', async () => {
    const { email, userId } = await register();
    const answer = await app.http.post('/user/login', { email: email.toUpperCase(), password: 'password' });
    expect(answer.status).toBe(201);
    const token = String(answer.body['access_token']);
    expect((await app.http.get(`/user/${userId}`, { token })).status).toBe(200);
  });

  it('answers the same for an unknown address and a wrong password', async () => {
    const { email } = await register();
    const wrong = await app.http.post('/user/login', { email, password: 'wrong password' });
    const unknown = await app.http.post('/user/login', { email: fresh(), password: 'wrong password' });
    expect(wrong.status).toBe(401);
    expect(unknown.status).toBe(401);
    expect(unknown.text).toBe(wrong.text);
    expect(wrong.body).toEqual({ statusCode: 401, message: 'Wrong e-mail or password', error: 'Unauthorized' });
    expect([...unknown.headers.keys()].sort()).toEqual([...wrong.headers.keys()].sort());
  });

  it('compares all of a long password', async () => {
    const body = { ...account(), password: `${'p'.repeat(72)}X` };
    await register(body);
    const { email } = body;
    expect((await app.http.post('/user/login', { email, password: `${'p'.repeat(72)}Y` })).status).toBe(401);
    expect((await app.http.post('/user/login', { email, password: 'p'.repeat(72) })).status).toBe(401);
    expect((await app.http.post('/user/login', { email, password: body.password })).status).toBe(201);
  });
});

describe('POST /user', () => {
  it('needs a token and answers the record', async () => {
    expect((await app.http.post('/user', account())).status).toBe(401);
    const { token } = await register();
    const body = account();
    const answer = await app.http.post('/user', body, { token });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      userId: expect.stringMatching(ID),
      userName: 'Grace Hopper',
      email: body.email,
    });
    expect((await app.http.post('/user', body, { token })).status).toBe(409);
    expect((await app.http.post('/user', { ...body, isAdmin: true }, { token })).status).toBe(400);
  });
});

describe('reading and changing', () => {
  it('GET /user/{id}: 400, 403, 404', async () => {
    const [me, other] = [await register(), await register()];
    expect((await app.http.get(`/user/${me.userId.toUpperCase()}`, { token: me.token })).status).toBe(200);
    for (const id of ['register', '1', `${me.userId}0`, '%00', 'g'.repeat(24), '[object]', "{'$ne':1}"]) {
      const answer = await app.http.get(`/user/${encodeURIComponent(id)}`, { token: me.token });
      expect([id, answer.status]).toEqual([id, 400]);
    }
    expect((await app.http.get(`/user/${other.userId}`, { token: me.token })).status).toBe(403);
    expect((await app.http.get(`/user/${UNKNOWN_ID}`, { token: me.token })).body).toEqual({
      statusCode: 404,
      message: 'No such user',
      error: 'Not Found',
    });
  });

  it('PATCH changes what is sent', async () => {
    const me = await register();
    const patch = (body: unknown) => app.http.patch(`/user/${me.userId}`, body, { token: me.token });
    expect(await patch({})).toMatchObject({ status: 200, body: { userName: 'Grace Hopper', email: me.email } });
    expect(await patch({ userName: ' Ada ' })).toMatchObject({
      status: 200,
      body: { userName: 'Ada', email: me.email },
    });
    const email = fresh();
    expect(await patch({ email: email.toUpperCase() })).toMatchObject({
      status: 200,
      body: { userName: 'Ada', email },
    });
    expect(await patch({ email })).toMatchObject({ status: 200 });
    expect((await app.http.post('/user/login', { email: me.email, password: 'password' })).status).toBe(401);
    expect((await app.http.post('/user/login', { email, password: 'password' })).status).toBe(201);
  });

  it('PATCH refuses a taken address, and one of two parallel ones', async () => {
    const [a, b, c] = [await register(), await register(), await register()];
    const to = (user: { userId: string; token: string }, email: string) =>
      app.http.patch(`/user/${user.userId}`, { email }, { token: user.token });
    expect(await to(a, b.email)).toMatchObject({ status: 409, body: { error: 'Conflict' } });
    const wanted = fresh();
    const statuses = (await Promise.all([to(a, wanted), to(b, wanted), to(c, wanted)])).map(({ status }) => status);
    expect(statuses.toSorted((x, y) => x - y)).toEqual([200, 409, 409]);
  });

  it.each<{ body: unknown }>([
    { body: { password: 'password' } },
    { body: { role: 'admin' } },
    { body: { isAdmin: true } },
    { body: { scope: 'all' } },
    { body: { merchantId: 'm' } },
    { body: { passwordHash: 'x' } },
    { body: { _id: UNKNOWN_ID } },
    { body: { userId: UNKNOWN_ID } },
    { body: { __v: 7 } },
    { body: { tokenVersion: 7 } },
    { body: { createdBy: UNKNOWN_ID } },
    { body: { apiKeys: [] } },
    { body: { balance: 1 } },
    { body: { constructor: { prototype: { isAdmin: true } } } },
    { body: { constructor: 1 } },
    { body: { prototype: {} } },
    { body: { 'address.$set': 1 } },
    { body: { $set: { isAdmin: true } } },
    { body: { userName: 'Ada', nested: { isAdmin: true } } },
    { body: [] },
    { body: [{}] },
    { body: [{ userName: 'Ada' }] },
    { body: 'text' },
    { body: 7 },
    { body: true },
    { body: null },
  ])('PATCH %j is 400 and changes nothing', async ({ body }) => {
    const me = await register();
    const before = await users.read(me.userId);
    const answer = await app.http.patch(`/user/${me.userId}`, JSON.stringify(body), { token: me.token });
    expect(answer.status).toBe(400);
    expect(await users.read(me.userId)).toEqual(before);
  });

  it('PATCH refuses __proto__, an empty body and broken JSON', async () => {
    const me = await register();
    for (const body of [
      '{"__proto__":{"isAdmin":true}}',
      '',
      '{',
      '{"userName":"\\ud800"}',
      '{"userName":"\\u0000"}',
    ]) {
      const answer = await app.http.patch(`/user/${me.userId}`, body, {
        token: me.token,
        headers: { 'content-type': 'application/json' },
      });
      expect([body, answer.status]).toEqual([body, 400]);
    }
    expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined();
  });
});

describe('DELETE /user/{id}', () => {
  it('answers the record as it was, kills its tokens, and is 404 then', async () => {
    const creator = await register();
    const body = account();
    const made = await app.http.post('/user', body, { token: creator.token });
    const login = await app.http.post('/user/login', { email: body.email, password: 'password' });
    const token = String(login.body['access_token']);
    const path = `/user/${String(made.body['userId'])}`;
    expect(await app.http.delete(path, { token: creator.token })).toMatchObject({ status: 200, body: made.body });
    expect((await app.http.delete(path, { token: creator.token })).status).toBe(404);
    expect((await app.http.get('/user', { token })).status).toBe(401);
    expect((await app.http.post('/user/login', { email: body.email, password: 'password' })).status).toBe(401);
    expect((await app.http.post('/user/register', body)).status).toBe(201);
  });

  it('answers one of ten parallel deletions', async () => {
    const creator = await register();
    const made = await app.http.post('/user', account(), { token: creator.token });
    const path = `/user/${String(made.body['userId'])}`;
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => app.http.delete(path, { token: creator.token })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(9);
  });
});

describe('who may (A1)', () => {
  it('self and created users only', async () => {
    const [creator, stranger] = [await register(), await register()];
    const made = await app.http.post('/user', account(), { token: creator.token });
    const id = String(made.body['userId']);
    expect((await app.http.get('/user', { token: creator.token })).body).toMatchObject([
      { userId: creator.userId },
      { userId: id },
    ]);
    expect((await app.http.get('/user', { token: stranger.token })).body).toMatchObject([{ userId: stranger.userId }]);
    const as = async (token: string) => [
      (await app.http.get(`/user/${id}`, { token })).status,
      (await app.http.patch(`/user/${id}`, { userName: 'X' }, { token })).status,
      (await app.http.delete(`/user/${id}`, { token })).status,
    ];
    expect(await as(stranger.token)).toEqual([403, 403, 403]);
    expect(await as(creator.token)).toEqual([200, 200, 200]);
    const child = await app.http.post('/user', account(), { token: creator.token });
    const login = await app.http.post('/user/login', { email: child.body['email'], password: 'password' });
    const token = String(login.body['access_token']);
    expect((await app.http.get(`/user/${creator.userId}`, { token })).status).toBe(403);
  });
});

async function register(body: { userName: string; email: string; password: string } = account()) {
  const answer = await app.http.post('/user/register', body);
  expect(answer.status).toBe(201);
  const token = String(answer.body['access_token']);
  const list = (await app.http.get('/user', { token })).body as unknown as { userId: string; email: string }[];
  return { token, userId: list[0]?.userId ?? '', email: list[0]?.email ?? '' };
}
