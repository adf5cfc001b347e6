import { startTestApp, type TestApp } from '../../support/app.js';
import { badRequest, type GhostCaller, ghostCaller, invalidId, notFound } from '../../support/ghost.js';
import { gatewayCaller } from '../../support/gateway.js';
import { secret } from '../../support/payments.js';
import { recordOf, resolveVault, vaultCustomers } from '../../support/vault.js';

let app: TestApp;
let ghost: GhostCaller;
let other: GhostCaller;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  ghost = await ghostCaller(app);
  other = await ghostCaller(app, 'other');
});
afterAll(() => app.stop());

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const created = async (body?: object): Promise<string> => String((await ghost.doc('POST', '/customers', body))['id']);

describe('POST /customers', () => {
  it('stores a customer', async () => {
    const answer = await ghost.call('POST', '/customers', {
      email: 'buyer@example.com',
      description: 'Wholesale buyer',
    });
    expect([answer.status, answer.body]).toEqual([
      201,
      {
        doc: {
          id: expect.stringMatching(/^customer_[0-9a-z]{20}$/),
          email: 'buyer@example.com',
          description: 'Wholesale buyer',
          defaultCardId: null,
          createdAt: expect.stringMatching(ISO),
          updatedAt: expect.stringMatching(ISO),
        },
      },
    ]);
  });

  it.each([
    ['{}', {}],
    ['no body', undefined],
    ['nulls', { email: null, description: null }],
    ['empty', { email: '' }],
  ])('takes %s', async (_name, body) => {
    expect(await ghost.doc('POST', '/customers', body)).toMatchObject({ email: null, description: null });
  });

  it('ignores what it does not know', async () => {
    const id = await created({ id: 'customer_mine', card: { number: 1 }, metadata: { a: 'b' }, description: 'd' });
    expect(id).not.toBe('customer_mine');
  });

  it('takes 350 characters of description, and no more', async () => {
    expect(await ghost.doc('POST', '/customers', { description: 'x'.repeat(350) })).toHaveProperty('id');
    expect(await ghost.call('POST', '/customers', { description: 'x'.repeat(351) })).toMatchObject(
      badRequest('description must be shorter than or equal to 350 characters'),
    );
  });

  it.each([
    [{ email: 'nobody' }, 'email must be an email'],
    [{ email: 7 }, expect.stringMatching(/^email must/)],
    [{ email: ['a@example.com'] }, expect.stringMatching(/^email must/)],
    [{ email: `a\u200b@example.com` }, expect.stringMatching(/^email must/)],
    [{ description: { $ne: '' } }, expect.stringMatching(/^description must/)],
    [{ description: 'card 4242 4242 4242 4242' }, expect.stringMatching(/^description must not/)],
    [[], 'the body must be a JSON object'],
    [7, 'the body must be a JSON object'],
  ])('refuses %j, with the first problem', async (body, message) => {
    expect(await ghost.call('POST', '/customers', body)).toMatchObject(badRequest(message));
  });
});

describe('a customer by id', () => {
  it('is read, also by HEAD', async () => {
    const doc = await ghost.doc('POST', '/customers', { description: 'read me' });
    expect(await ghost.doc('GET', `/customers/${String(doc['id'])}`)).toEqual(doc);
    const head = await ghost.call('HEAD', `/customers/${String(doc['id'])}`);
    expect([head.status, head.text]).toEqual([200, '']);
  });

  it('is changed by what is sent, the rest stays', async () => {
    const id = await created({ email: 'a@example.com', description: 'old' });
    const put = (body: object) => ghost.doc('PUT', `/customers/${id}`, body);
    expect(await put({ description: 'VIP buyer' })).toMatchObject({ email: 'a@example.com', description: 'VIP buyer' });
    expect(await put({ email: 'b@example.com' })).toMatchObject({ email: 'b@example.com', description: 'VIP buyer' });
    const before = await ghost.doc('GET', `/customers/${id}`);
    expect(await put({})).toEqual(before);
  });

  it('may be sent back whole: its id is ignored, null clears as an empty text does', async () => {
    const id = await created({ email: 'a@example.com', description: 'old' });
    const doc = await ghost.doc('GET', `/customers/${id}`);
    const sent = { ...doc, customerId: 'customer_elsewhere', description: null };
    expect(await ghost.doc('PUT', `/customers/${id}`, sent)).toEqual({
      ...doc,
      description: null,
      updatedAt: expect.stringMatching(ISO),
    });
    expect(await ghost.doc('PUT', `/customers/${id}`, { email: '' })).toMatchObject({ id, email: null });
  });

  it('refuses what a creation refuses', async () => {
    const id = await created();
    expect(await ghost.call('PUT', `/customers/${id}`, { email: 'nobody' })).toMatchObject(
      badRequest('email must be an email'),
    );
    expect(await ghost.call('PUT', `/customers/${id}`, { description: 'x'.repeat(351) })).toMatchObject({
      status: 400,
    });
  });

  it('is deleted once', async () => {
    const id = await created();
    const answer = await ghost.call('DELETE', `/customers/${id}`);
    expect([answer.status, answer.body]).toEqual([200, { success: true }]);
    expect(await ghost.call('DELETE', `/customers/${id}`)).toMatchObject(notFound);
    expect(await ghost.call('GET', `/customers/${id}`)).toMatchObject(notFound);
    expect(await ghost.call('PUT', `/customers/${id}`, { description: 'x' })).toMatchObject(notFound);
  });

  it.each(['nonsense', 'customer_', 'card_bl6nqk69ku6897l45fp0', 'customer_a b', 'customer_$ne', 'customer_%00', '7'])(
    '%s is no id',
    async (id) => {
      for (const [method, body] of [['GET'], ['PUT', {}], ['DELETE'], ['POST', {}]] as const)
        expect(await ghost.call(method, `/customers/${encodeURI(id)}`, body)).toMatchObject(invalidId);
    },
  );

  it('of nobody, and another account’s, is not found', async () => {
    const theirs = String((await other.doc('POST', '/customers', { description: 'theirs' }))['id']);
    for (const id of ['customer_bl6nqk69ku6897l45fp0', 'customer_1', theirs])
      for (const [method, body] of [['GET'], ['PUT', { description: 'mine' }], ['DELETE']] as const)
        expect([id, await ghost.call(method, `/customers/${id}`, body)]).toMatchObject([id, notFound]);
    expect(await other.doc('GET', `/customers/${theirs}`)).toMatchObject({ description: 'theirs' });
  });
});

describe('the vault behind it', () => {
  it('is the account’s whole one: the gateway’s customers are here, and these there, without their e-mail', async () => {
    const gateway = await gatewayCaller(app);
    const made = recordOf(await gateway.call('POST', '/api/vault/customer', { description: 'of the gateway' }));
    const record = await vaultCustomers(app).findOne({ customerId: made.id }).lean().exec();
    expect(await ghost.doc('GET', `/customers/customer_${record?._id}`)).toMatchObject({
      description: 'of the gateway',
      email: null,
    });
    const id = await created({ email: 'hidden@example.com', description: 'of ghost' });
    const own = await vaultCustomers(app).findById(id.slice('customer_'.length)).lean().exec();
    const seen = await gateway.call('GET', `/api/vault/${own?.customerId}`);
    expect(recordOf(seen).data.customer.description).toBe('of ghost');
    expect(seen.text).not.toContain('hidden@');
    expect(await gateway.call('GET', `/api/vault/${id}`)).toMatchObject({ status: 404 });
  });

  it('shows no default card where a bank account is the default', async () => {
    const gateway = await gatewayCaller(app);
    const account = { account_number: '000123456789', routing_number: '110000000', account_type: 'checking' };
    const made = recordOf(
      await gateway.call('POST', '/api/vault/customer', { default_payment: { ach: { ...account, sec_code: 'web' } } }),
    );
    const record = await vaultCustomers(app).findOne({ customerId: made.id }).lean().exec();
    expect(record?.defaults.methodType).toBe('ach');
    expect(await ghost.doc('GET', `/customers/customer_${record?._id}`)).toMatchObject({ defaultCardId: null });
  });

  it('tells Stripe the customer’s own e-mail before that of an address', async () => {
    const id = await created({ email: 'own@example.com' });
    await ghost.doc('POST', `/customers/${id}/cards`, { token: 'pm_card_visa' });
    const record = () => vaultCustomers(app).findById(id.slice('customer_'.length)).lean().exec();
    const { customerId = '', providerCustomerId = '' } = (await record()) ?? {};
    const atStripe = async () => {
      await resolveVault(app);
      return (await secret(app).customers.retrieve(providerCustomerId ?? '')) as { email: string | null };
    };
    expect((await atStripe()).email).toBe('own@example.com');
    const gateway = await gatewayCaller(app);
    const address = { first_name: 'Ada', email: 'address@example.com' };
    expect((await gateway.call('POST', `/api/vault/customer/${customerId}/address`, address)).status).toBe(200);
    expect(await atStripe()).toMatchObject({ name: 'Ada', email: 'own@example.com' });
    await ghost.doc('PUT', `/customers/${id}`, { email: null });
    expect((await atStripe()).email).toBe('address@example.com');
  });
});
