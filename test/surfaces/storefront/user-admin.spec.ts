import { startTestApp, type TestApp } from '../../support/app.js';
import { listPages } from '../../support/list-pages.js';
import { logs } from '../../support/log-capture.js';
import { eventually, newCuid, recordOf, secret } from '../../support/payments.js';
import { storedUsers } from '../../support/users.js';

const ADMIN = { ADMIN_EMAIL: 'Boss@Example.com', ADMIN_PASSWORD: 'the first password' };

let app: TestApp;
let admin: string;

beforeAll(async () => {
  // Time-outs are waited for here; of what must not wait for one, what comes first is looked at.
  app = await startTestApp({ env: { ...ADMIN, STRIPE_TIMEOUT: '1s' } });
  admin = await login(app, ADMIN.ADMIN_PASSWORD);
});
afterAll(() => app.stop());
afterEach(() => app.simulator.clearFaults());

async function login(at: TestApp, password: string, email = ADMIN.ADMIN_EMAIL): Promise<string> {
  const answer = await at.http.post('/user/login', { email, password });
  expect(answer.status).toBe(201);
  return String(answer.body['access_token']);
}

describe('the first administrator', () => {
  it('sees, changes and deletes everybody', async () => {
    const user = await app.register();
    const path = `/user/${user.userId}`;
    expect((await app.http.get(path, { token: admin })).status).toBe(200);
    expect(await app.http.patch(path, { userName: 'Changed' }, { token: admin })).toMatchObject({
      status: 200,
      body: { userName: 'Changed' },
    });
    const all = (await app.http.get('/user', { token: admin })).body as unknown as { userId: string }[];
    expect(all.length).toBeGreaterThanOrEqual(2);
    expect(all.at(-1)?.userId).toBe(user.userId); // oldest first
    expect((await app.http.delete(path, { token: admin })).status).toBe(200);
    expect((await app.http.get(path, { token: admin })).status).toBe(404);
  });

  it('is one, however many instances start together', async () => {
    const email = 'together@example.com';
    const env = { ADMIN_EMAIL: email, ADMIN_PASSWORD: 'the first password' };
    const options = { env, simulator: app.simulator, mongoUri: app.config.mongo.uri, webhooks: false };
    const several = await Promise.all([1, 2, 3].map(() => startTestApp(options)));
    expect(await storedUsers(app).count(email)).toBe(1);
    for (const one of several) {
      await login(one, env.ADMIN_PASSWORD, email);
      await one.stop();
    }
  });

  it.each([
    ['becomes an administrator when ADMIN_PASSWORD is its password', 'password', true],
    ['stays what it is otherwise: anybody may register an address', 'another password', false],
  ])('that has registered before %s', async (_what, password, isAdmin) => {
    const { email, token, userId } = await app.register();
    expect((await app.http.get('/user', { token })).body).toHaveLength(1);
    const again = await startTestApp({
      env: { ADMIN_EMAIL: email, ADMIN_PASSWORD: password },
      simulator: app.simulator,
      mongoUri: app.config.mongo.uri,
      webhooks: false,
    });
    expect((await storedUsers(app).read(userId))?.isAdmin).toBe(isAdmin);
    await login(again, 'password', email);
    expect((await again.http.post('/user/login', { email, password: 'another password' })).status).toBe(401);
    await again.stop();
  });

  it.each(['own', 'all'])(
    'keeps the account from who created it before, with STOREFRONT_USER_SCOPE=%s',
    async (scope) => {
      const creator = await app.register();
      const account = { userName: 'Later', email: `later-${scope}@example.com`, password: 'password' };
      const id = String((await app.http.post('/user', account, { token: creator.token })).body['userId']);
      const path = `/user/${id}`;
      expect((await app.http.patch(path, { userName: 'Before' }, { token: creator.token })).status).toBe(200);
      const again = await startTestApp({
        env: { ADMIN_EMAIL: account.email, ADMIN_PASSWORD: account.password, STOREFRONT_USER_SCOPE: scope },
        simulator: app.simulator,
        mongoUri: app.config.mongo.uri,
        webhooks: false,
      });
      const promoted = await login(again, account.password, account.email);
      const payment = await again.http.post('/payment', { cuid: newCuid() }, { token: promoted });
      const attempts = [
        () => again.http.patch(path, { userName: 'Taken' }, { token: creator.token }),
        () => again.http.patch(path, { email: `taken-${scope}@example.com` }, { token: creator.token }),
        () => again.http.delete(path, { token: creator.token }),
      ];
      for (const attempt of attempts) expect((await attempt()).status).toBe(403);
      expect(await again.http.get(path, { token: creator.token })).toMatchObject({
        status: 200,
        body: { userName: 'Before', email: account.email },
      });
      // The refusal comes first: the open payment of an account that stays is not canceled.
      expect((await recordOf(again, String(payment.body['id']))).state).toBe('PI_CREATED');
      expect((await again.http.patch(path, { userName: 'Myself' }, { token: promoted })).status).toBe(200);
      expect((await again.http.patch(path, { userName: 'Boss' }, { token: admin })).status).toBe(200);
      await again.stop();
    },
  );

  it('cannot be made by any request', async () => {
    const { token, userId } = await app.register();
    for (const body of [{ isAdmin: true }, { role: 'admin' }, { userName: 'x', isAdmin: true }]) {
      expect((await app.http.patch(`/user/${userId}`, body, { token })).status).toBe(400);
      expect((await app.http.patch(`/user/${userId}`, body, { token: admin })).status).toBe(400);
    }
    expect((await storedUsers(app).read(userId))?.isAdmin).toBe(false);
  });
});

describe('GET /user', () => {
  it('stops at 1000, oldest first, and says so in the log and in a header', async () => {
    const many = await startTestApp({ simulator: app.simulator, webhooks: false });
    const me = await many.register();
    await storedUsers(many).addCreatedBy(me.userId, 1000);
    logs.clear();
    const answer = await many.http.get('/user', { token: me.token });
    const list = answer.body as unknown as { userId: string }[];
    expect(list).toHaveLength(1000);
    expect(answer.headers.get('link')).toBe(`</user?starting_after=${list[999]?.userId}>; rel="next"`);
    const rest = await many.http.get(`/user?starting_after=${list[999]?.userId}`, { token: me.token });
    expect([(rest.body as unknown as unknown[]).length, rest.headers.get('link')]).toEqual([1, null]);
    expect(list[0]?.userId).toBe(me.userId);
    expect(logs.text).toContain('was cut at 1000');
    await many.stop();
  });

  it('is read page by page, each user once, also those of one moment', async () => {
    const me = await app.register();
    await storedUsers(app).addCreatedBy(me.userId, 5);
    const whole = (await app.http.get('/user', { token: me.token })).body as unknown as { userId: string }[];
    const pages = await listPages<{ userId: string }>(app, '/user?limit=2', me.token);
    const seen = pages.flat().map(({ userId }) => userId);
    expect(seen).toEqual(whole.map(({ userId }) => userId));
    expect(new Set(seen).size).toBe(6);
  });

  it.each(['limit=0', 'limit=101', 'limit=x', 'starting_after=x', 'starting_after=5f9f1c9b9c9c9c9c9c9c9c9c'])(
    'with %s is refused',
    async (query) => {
      const { token } = await app.register();
      const answer = await app.http.get(`/user?${query}`, { token });
      expect([answer.status, answer.text.includes(query.split('=')[0] ?? '')]).toEqual([400, true]);
    },
  );

  it('does not go on behind somebody whom the caller may not see', async () => {
    const [one, other] = [await app.register(), await app.register()];
    expect((await app.http.get(`/user?starting_after=${other.userId}`, { token: one.token })).status).toBe(400);
  });
});

describe('STOREFRONT_USER_SCOPE=all', () => {
  it('lets any token use any user, but adopt no Stripe customer', async () => {
    const open = await startTestApp({
      env: { STOREFRONT_USER_SCOPE: 'all' },
      simulator: app.simulator,
      webhooks: false,
    });
    const [me, other] = [await open.register(), await open.register()];
    expect((await open.http.get('/user', { token: me.token })).body).toHaveLength(2);
    const path = `/user/${other.userId}`;
    const customer = await secret(open).customers.create({ metadata: { userId: me.userId } });
    expect((await open.http.patch(path, { customerId: customer.id }, { token: me.token })).status).toBe(403);
    expect((await open.http.patch(path, { userName: 'X' }, { token: me.token })).status).toBe(200);
    expect((await open.http.delete(path, { token: me.token })).status).toBe(200);
    await open.stop();
  });
});

describe('customerId (A2)', () => {
  it('is accepted when Stripe says that the customer was made for the user', async () => {
    const [me, other] = [await app.register(), await app.register()];
    const [mine, theirs, nobodys] = await Promise.all([
      secret(app).customers.create({ metadata: { userId: me.userId } }),
      secret(app).customers.create({ metadata: { userId: other.userId } }),
      secret(app).customers.create({}),
    ]);
    const gone = await secret(app).customers.create({ metadata: { userId: me.userId } });
    await secret(app).customers.del(gone.id);
    const patch = (customerId: string, token = me.token) =>
      app.http.patch(`/user/${me.userId}`, { customerId }, { token });
    for (const customerId of [theirs.id, nobodys.id, gone.id, 'cus_unknown']) {
      const answer = await patch(customerId);
      expect([customerId, answer.status]).toEqual([customerId, 403]);
      expect(answer.body).toEqual({ statusCode: 403, message: expect.any(String), error: 'Forbidden' });
    }
    expect((await app.http.get(`/user/${me.userId}`, { token: me.token })).body).not.toHaveProperty('customerId');
    expect(await patch(mine.id)).toMatchObject({ status: 200, body: { customerId: mine.id } });
    await app.simulator.fault({ path: '/v1/customers/*' }, { type: 'drop_before' });
    expect((await patch(mine.id)).status).toBe(200); // nothing changes, nobody is asked
    await app.simulator.clearFaults();
    expect(await patch(theirs.id, admin)).toMatchObject({ status: 200, body: { customerId: theirs.id } });
  });

  it('is 502 while Stripe cannot be reached, and nothing changes', async () => {
    const me = await app.register();
    const customer = await secret(app).customers.create({ metadata: { userId: me.userId } });
    const body = { customerId: customer.id, userName: 'Changed' };
    for (const action of [{ type: 'drop_before' }, { type: 'status', status: 500 }] as const) {
      await app.simulator.fault({ method: 'GET', path: '/v1/customers/*', times: 0 }, action);
      const answer = await app.http.patch(`/user/${me.userId}`, body, { token: me.token });
      expect(answer.body).toEqual({ statusCode: 502, message: expect.any(String), error: 'Bad Gateway' });
      await app.simulator.clearFaults();
    }
    await app.simulator.fault({ method: 'GET', path: '/v1/customers/*', times: 0 }, { type: 'status', status: 401 });
    const answer = await app.http.patch(`/user/${me.userId}`, body, { token: me.token });
    expect(answer.body).toEqual({ statusCode: 503, message: expect.any(String), error: 'Service Unavailable' });
    await app.simulator.clearFaults();
    expect((await app.http.get(`/user/${me.userId}`, { token: me.token })).body).toMatchObject({
      userName: 'Test User',
    });
  });
});

describe('name and e-mail at Stripe', () => {
  async function withCustomer() {
    const me = await app.register();
    const customer = await secret(app).customers.create({ metadata: { userId: me.userId } });
    const patch = (body: object) => app.http.patch(`/user/${me.userId}`, body, { token: me.token });
    expect((await patch({ customerId: customer.id })).status).toBe(200);
    return { ...me, customerId: customer.id, patch, read: () => secret(app).customers.retrieve(customer.id) };
  }

  it('follow the record', async () => {
    const me = await withCustomer();
    await me.patch({ userName: 'New Name' });
    await eventually(async () => expect(await me.read()).toMatchObject({ name: 'New Name', email: me.email }));
    await me.patch({ email: `moved.${me.email}` });
    await eventually(async () => expect(await me.read()).toMatchObject({ email: `moved.${me.email}` }));
  });

  it('never make the PATCH fail or wait; the next change heals', async () => {
    const me = await withCustomer();
    logs.clear();
    await app.simulator.fault({ method: 'POST', path: '/v1/customers/*', times: 0 }, { type: 'drop_before' });
    expect((await me.patch({ userName: 'Lost' })).status).toBe(200);
    expect(logs.text).not.toContain('was not copied to Stripe'); // that comes once both tries have timed out
    await eventually(async () => expect(logs.text).toContain('was not copied to Stripe'));
    expect(logs.text).not.toContain(me.email);
    await app.simulator.clearFaults();
    await me.patch({ userName: 'Healed' });
    await eventually(async () => expect(await me.read()).toMatchObject({ name: 'Healed' }));
  });
});
