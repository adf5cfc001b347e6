import { startTestApp, type TestApp } from '../../support/app.js';
import { storedUsers } from '../../support/users.js';

let app: TestApp;
let me: Awaited<ReturnType<TestApp['register']>>;

beforeAll(async () => {
  app = await startTestApp();
  me = await app.register();
});
afterAll(() => app.stop());

const json = { 'content-type': 'application/json' };

/** Every body that takes strings, as it is accepted; `change-password` is answered 401 for a wrong password. */
const OPERATIONS: [method: string, path: string, body: Record<string, string>][] = [
  ['POST', '/user/register', { userName: 'Ada', email: 'input@example.com', password: 'password' }],
  ['POST', '/user', { userName: 'Ada', email: 'input@example.com', password: 'password' }],
  ['POST', '/user/login', { email: 'nobody@example.com', password: 'password' }],
  ['PATCH', '/user/{id}', { userName: 'Ada', email: 'input@example.com', customerId: 'cus_1' }],
  ['POST', '/user/change-password', { currentPassword: 'wrong password', newPassword: 'another password' }],
];

/** As JSON text, because some of them are no JavaScript value. */
const WRONG_KINDS = [
  '{"$ne":null}',
  '{"$gt":""}',
  '{"$regex":".*"}',
  '{"$where":"sleep(2000)"}',
  '{}',
  '["a"]',
  '[]',
  'null',
  'true',
  '0',
  '1e309',
  '9007199254740992',
  '"\\u0000"',
  '"with\\u0000nul"',
  '"half \\ud83d pair"',
  '""',
  `"${'x'.repeat(90_000)}"`,
];

const fields = OPERATIONS.flatMap(([method, path, body]) =>
  Object.keys(body).map((field) => ({ name: `${method} ${path} ${field}`, method, path, body, field })),
);

describe.each(fields)('$name', ({ method, path, body, field }) => {
  it('takes only a text', async () => {
    for (const kind of WRONG_KINDS) {
      const text = JSON.stringify(body).replace(JSON.stringify(body[field]), () => kind);
      const answer = await app.http.request(method, path.replace('{id}', me.userId), text, {
        token: me.token,
        headers: json,
      });
      expect([kind.slice(0, 40), answer.status]).toEqual([kind.slice(0, 40), 400]);
    }
  });

  it('must not be longer than documented', async () => {
    const email = `${'x'.repeat(64)}@${['a', 'b', 'c'].map((letter) => letter.repeat(63)).join('.')}.com`;
    const long = { ...body, [field]: field === 'email' ? email : `cus_${'x'.repeat(400)}` };
    expect((await app.http.request(method, path.replace('{id}', me.userId), long, { token: me.token })).status).toBe(
      400,
    );
  });
});

describe('card numbers', () => {
  it.each([
    ['userName', '4242424242424242'],
    ['userName', 'Grace 4242 4242 4242 4242'],
    ['email', '4242424242424242@example.com'],
    ['password', '4242-4242-4242-4242'],
  ])('are refused in %s: %s', async (field, value) => {
    const body = { userName: 'Ada', email: 'card@example.com', password: 'password', [field]: value };
    const answer = await app.http.post('/user/register', body);
    expect(answer).toMatchObject({ status: 400, body: { message: [`${field} must not contain a card number`] } });
    expect(answer.text).not.toContain('4242');
  });
});

describe('texts at their limits', () => {
  it('are accepted and come back unchanged', async () => {
    for (const userName of [
      'x',
      'x'.repeat(100),
      '𝒢'.repeat(50),
      "<b>O'Hara & Söhne</b>",
      '{{7*7}} $where',
      '田中',
      '🙂',
    ]) {
      const answer = await app.http.patch(`/user/${me.userId}`, { userName }, { token: me.token });
      expect(answer).toMatchObject({ status: 200, body: { userName } });
    }
    const password = '🙂'.repeat(64);
    const email = 'limits@example.com';
    expect((await app.http.post('/user/register', { userName: 'A', email, password })).status).toBe(201);
    expect((await app.http.post('/user/login', { email, password })).status).toBe(201);
  });
});

describe('a name', () => {
  const rename = (userName: string) => app.http.patch(`/user/${me.userId}`, { userName }, { token: me.token });

  it.each([
    ['e and an accent', 'e\u0301'.repeat(100)],
    ['a letter and two marks', 'e\u0323\u0302'.repeat(100)],
    ['the parts of a syllable', '\u1112\u1161\u11ab'.repeat(100)],
    ['letters beyond the first plane', '𝒢'.repeat(100)],
  ])('of a hundred characters is no longer for being written as %s', async (_what, userName) => {
    const answer = await rename(userName);
    expect([answer.status, answer.body['userName']]).toEqual([200, userName]);
    const long = await rename(`${userName}x`);
    expect([long.status, long.body['message']]).toEqual([
      400,
      ['userName must be shorter than or equal to 100 characters'],
    ]);
  });

  it.each(['', '  ', 0, null, 7])('%j is told as before', async (userName) => {
    const { status, body } = await app.http.patch(`/user/${me.userId}`, { userName }, { token: me.token });
    const length =
      userName !== 7
        ? 'longer than or equal to 1 characters'
        : 'longer than or equal to 1 and shorter than or equal to 100 characters';
    expect([status, body['message']]).toEqual([400, expect.arrayContaining([`userName must be ${length}`])]);
  });

  it('has a bound before it is normalized', async () => {
    const { status, body } = await rename('e\u0301'.repeat(201));
    expect([status, body['message']]).toEqual([400, ['userName is too long']]);
  });
});

describe('stored', () => {
  it('is what was sent, and a bcrypt hash', async () => {
    const [user] = await storedUsers(app).byEmail(me.email);
    expect(Object.keys(user ?? {}).sort()).toEqual(
      [
        '_id',
        'contactVersion',
        'createdAt',
        'customerGeneration',
        'email',
        'emailKey',
        'isAdmin',
        'passwordHash',
        'tokenVersion',
        'userName',
      ].sort(),
    );
    expect(user?.passwordHash).toMatch(/^\$2b\$04\$.{53}$/);
  });
});

describe('other requests', () => {
  it('are answered in the storefront’s shape', async () => {
    const check = { token: me.token, check: false };
    expect((await app.http.request('PUT', '/user', {}, check)).body).toEqual({
      statusCode: 405,
      message: expect.any(String),
      error: 'Method Not Allowed',
    });
    expect((await app.http.get('/user/register', check)).status).toBe(400);
    expect((await app.http.request('HEAD', '/user', undefined, { check: false })).status).toBe(401);
    expect((await app.http.get('/%75ser', { check: false })).status).toBe(401);
    const big = JSON.stringify({ userName: 'x'.repeat(200_000) });
    expect((await app.http.request('POST', '/user/register', big, { headers: json })).body).toMatchObject({
      statusCode: 413,
      error: 'Payload Too Large',
    });
    const plain = await app.http.request('POST', '/user/login', 'email=x', {
      headers: { 'content-type': 'text/plain' },
    });
    expect(plain.body).toMatchObject({ statusCode: 415, error: 'Unsupported Media Type' });
    expect((await app.http.request('POST', '/user/login', undefined, {})).status).toBe(400);
  });
});
