import { STRIPE_API_VERSION } from '../../../src/platform/stripe/stripe.client.js';
import { startTestApp, TEST_STRIPE_KEY, type TestApp } from '../../support/app.js';
import { type GatewayCaller, gatewayCaller } from '../../support/gateway.js';
import { logs } from '../../support/log-capture.js';
import { secret } from '../../support/payments.js';
import { StripeFront } from '../../support/stripe-front.js';
import { recordOf, resolveVault, vaultCustomers, type VaultRecord } from '../../support/vault.js';
import { auditVault, settleVault } from '../../support/vault-audit.js';
import { arranged, CARD, forget, path, startVaultApp } from '../../support/vault-scenarios.js';

jest.setTimeout(60_000);

/* What Stripe is told of a vault customer and of what is saved. */

let app: TestApp;
let admin: GatewayCaller;
beforeAll(async () => {
  ({ app, admin } = await startVaultApp({ PUBLIC_URL: 'https://pay.example.com' }));
});
afterEach(() => forget(app));
afterAll(() => app.stop());

const ACCOUNT = { account_number: '999999', routing_number: '490000018', account_type: 'checking', sec_code: 'web' };
const HOME = { first_name: 'Ada', last_name: 'Lovelace', company: 'Engines', email: 'ada@example.com' };

async function setUps(): Promise<Record<string, unknown>[]> {
  const { requests } = await app.simulator.requests({ path: '/v1/setup_intents' });
  return requests.filter(({ method }) => method === 'POST').map(({ params }) => params);
}

describe('a SetupIntent', () => {
  it.each([
    ['card', CARD],
    ['token', { token: 'pm_card_visa' }],
    ['ach', ACCOUNT],
  ])('of a %s names where its payer comes back to, and a bank account’s mandate is on paper', async (kind, body) => {
    const record = await arranged(admin, {});
    expect((await admin.call('POST', path(record, kind), body)).status).toBe(200);
    const [params] = await setUps();
    expect(params).toMatchObject({ return_url: 'https://pay.example.com/checkout/return' });
    const paper = { us_bank_account: { mandate_options: { collection_method: 'paper' } } };
    expect(params?.['payment_method_options']).toEqual(kind === 'ach' ? paper : undefined);
  });

  it('names the shop’s own page where there is one', async () => {
    const shop = await startTestApp({
      webhooks: false,
      env: { STOREFRONT_RETURN_URL: 'https://shop.example.com/back' },
    });
    const caller = await gatewayCaller(shop);
    await caller.call('POST', '/api/vault/customer', { default_payment: { card: CARD } });
    const { requests } = await shop.simulator.requests({ path: '/v1/setup_intents' });
    await shop.stop();
    expect(requests.map(({ params }) => params['return_url'])).toEqual(['https://shop.example.com/back']);
  });
});

it('every call names the version of Stripe’s API that the code is written for', async () => {
  const front = await StripeFront.before(app.simulator.url);
  const versions = new Set<unknown>();
  front.intercept = ({ headers }) => {
    versions.add(headers['stripe-version']);
    return false;
  };
  const behind = await startTestApp({
    webhooks: false,
    simulator: app.simulator,
    env: { STRIPE_API_BASE: front.url, STRIPE_SECRET_KEY: TEST_STRIPE_KEY },
  });
  const caller = await gatewayCaller(behind);
  expect((await caller.call('POST', '/api/vault/customer', { default_payment: { card: CARD } })).status).toBe(200);
  await behind.stop();
  front.close();
  expect([...versions]).toEqual([STRIPE_API_VERSION]);
});

describe('name and e-mail of a Customer', () => {
  async function customer({ id }: VaultRecord) {
    const stored = await vaultCustomers(app).findOne({ customerId: id }).lean();
    const found = await secret(app).customers.retrieve(String(stored?.providerCustomerId));
    if (found.deleted === true) throw new Error(`${found.id} is deleted`);
    return { name: found.name ?? null, email: found.email ?? null };
  }
  const withCard = (address: object) =>
    arranged(admin, { default_billing_address: address, default_payment: { card: CARD } });
  const homeOf = ({ data }: VaultRecord) => data.customer.addresses[0]?.['id'] ?? '';

  it('are told after it is made, and no request waits for it', async () => {
    const hold = await app.simulator.fault({ method: 'POST', path: '/v1/customers/*' }, { type: 'hold' });
    const record = await withCard(HOME);
    expect(await customer(record)).toEqual({ name: null, email: null });
    await app.simulator.clearFaults(hold);
    await resolveVault(app);
    expect(await customer(record)).toEqual({ name: 'Ada Lovelace', email: 'ada@example.com' });
    await settleVault(app);
    expect(await auditVault(app)).toEqual([]);
  });

  it('are the company’s where nobody is named, and nothing is asked where there is neither', async () => {
    const company = await withCard({ company: 'Engines' });
    await withCard({ city: 'Wheaton' });
    await resolveVault(app);
    expect(await customer(company)).toMatchObject({ name: 'Engines' });
    const { requests } = await app.simulator.requests();
    expect(
      requests.filter(({ method, path: at }) => method === 'POST' && /^\/v1\/customers\/cus_/.test(at)),
    ).toHaveLength(1);
  });

  it.each([
    ['is away', { type: 'reset_before' }, 4],
    ['says 500, kept', { type: 'status', status: 500, when: 'before', cached: true }, 1],
    ['says 429', { type: 'status', status: 429, when: 'before' }, 4],
  ] as const)('are told again while Stripe %s', async (_, action, times) => {
    const record = await withCard(HOME);
    await app.simulator.fault({ method: 'POST', path: '/v1/customers/*', times }, action);
    await resolveVault(app);
    expect(await customer(record)).toEqual({ name: null, email: null });
    await app.simulator.clearFaults();
    await settleVault(app);
    expect(await customer(record)).toEqual({ name: 'Ada Lovelace', email: 'ada@example.com' });
    expect(await auditVault(app)).toEqual([]);
  });

  it('are told again when the address for bills changes, and cleared with it', async () => {
    const record = await withCard(HOME);
    await resolveVault(app);
    const change = (body: object) => admin.call('POST', path(record, `address/${homeOf(record)}`), body);
    expect((await change({ first_name: 'Bea', email: 'bea@example.com' })).status).toBe(200);
    expect((await change({ last_name: 'Byron' })).status).toBe(200);
    await resolveVault(app);
    expect(await customer(record)).toEqual({ name: 'Bea Byron', email: 'bea@example.com' });
    expect((await admin.call('DELETE', path(record, `address/${homeOf(record)}`))).status).toBe(200);
    await resolveVault(app);
    expect(await customer(record)).toEqual({ name: null, email: null });
    expect(await auditVault(app)).toEqual([]);
  });

  it.each([400, 404])('that Stripe refuses with %d are not asked for ever', async (status) => {
    logs.clear();
    await withCard(HOME);
    await app.simulator.fault({ method: 'POST', path: '/v1/customers/*' }, { type: 'status', status, when: 'before' });
    await resolveVault(app);
    expect(logs.text.includes('Stripe does not take')).toBe(status === 400);
    expect(await auditVault(app)).toEqual([]);
  });
});

describe('a card’s number may be called card_number', () => {
  const said = { expiration_date: '1230', card_number: CARD.number };
  const masked = (answer: VaultRecord) => answer.data.customer.payments.cards.map((one) => one['masked_number']);

  it('in an add, in a change and in a new customer', async () => {
    const record = await arranged(admin, { default_payment: { card: said } });
    const added = recordOf(
      await admin.call('POST', path(record, 'card'), { ...said, card_number: '5555555555554444' }),
    );
    expect(masked(added)).toEqual(['411111******1111', '555555******4444']);
    const id = String(added.data.customer.payments.cards[0]?.['id']);
    const changed = await admin.call('POST', path(record, `card/${id}`), { card_number: '378282246310005' });
    expect(masked(recordOf(changed))).toEqual(['378282*****0005', '555555******4444']);
  });

  it('beside a number that says the same', async () => {
    const record = await arranged(admin, {});
    expect((await admin.call('POST', path(record, 'card'), { ...said, number: CARD.number })).status).toBe(200);
  });

  const OTHER = '5555555555554444';
  it.each([
    ['another number beside it', { ...said, number: OTHER }, 'card_number must be the same as number'],
    ['none of the two', { expiration_date: '1230' }, 'number is required'],
    ['no card number', { ...said, card_number: '4111111111111112' }, 'card_number must be a card number'],
    ['a number that is none', { ...said, number: '1' }, 'number must be a card number'],
  ])('%s is 400 on each route, and nothing is stored', async (_, card, reason) => {
    const record = await arranged(admin, { default_payment: { card: CARD } });
    const id = String(record.data.customer.payments.cards[0]?.['id']);
    const add = await admin.call('POST', path(record, 'card'), card);
    expect(add).toMatchObject({ status: 400, body: { msg: `bad request error: ${reason}` } });
    const create = await admin.call('POST', '/api/vault/customer', { id: 'Never1', default_payment: { card } });
    expect(create.status).toBe(400);
    expect(String(create.body['msg'])).toContain(
      `default_payment.card.${reason.replace(' as n', ' as default_payment.card.n')}`,
    );
    if (Object.keys(card).length > 1) {
      const change = await admin.call('POST', path(record, `card/${id}`), card);
      expect(change).toMatchObject({ status: 400, body: { msg: `bad request error: ${reason}` } });
    }
    expect(await vaultCustomers(app).countDocuments({})).toBe(1);
    expect(masked(recordOf(await admin.call('GET', `/api/vault/${record.id}`)))).toEqual(['411111******1111']);
  });
});

describe('an add answers the id of what was added', () => {
  it.each([
    ['card', CARD],
    ['ach', ACCOUNT],
    ['token', { token: 'pm_card_visa' }],
    ['applepay', { key_id: 'k', temporary_token: 'x' }],
    ['googlepay', { google_pay_token: '{}' }],
  ])('%s', async (kind, body) => {
    const record = await arranged(admin, { default_payment: { card: CARD } });
    const added = recordOf(await admin.call('POST', path(record, kind), body));
    const { cards, ach } = added.data.customer.payments;
    const before = record.data.customer.payments.cards.map(({ id }) => id);
    const fresh = [...cards, ...ach].map(({ id }) => id).filter((id) => !before.includes(id));
    expect(added).toMatchObject({ created_payment_method_id: fresh[0] });
    expect(fresh).toHaveLength(1);
  });

  it('address; of one that is there already, the older id', async () => {
    const record = await arranged(admin, {});
    const added = recordOf(await admin.call('POST', path(record, 'address'), HOME));
    const { id } = added.data.customer.addresses[0] ?? {};
    expect(added).toMatchObject({ created_address_id: id });
    await admin.call('POST', path(record, 'address'), { city: 'Chicago' });
    const again = recordOf(await admin.call('POST', path(record, 'address'), { ...HOME, first_name: 'ADA' }));
    expect(again).toMatchObject({ created_address_id: id });
  });

  it('and nothing else does', async () => {
    const record = await arranged(admin, { default_payment: { card: CARD } });
    const id = String(record.data.customer.payments.cards[0]?.['id']);
    const changed = recordOf(await admin.call('POST', path(record, `card/${id}`), { flags: [] }));
    expect(Object.keys(changed).filter((key) => key.startsWith('created_'))).toEqual(['created_at']);
  });
});
