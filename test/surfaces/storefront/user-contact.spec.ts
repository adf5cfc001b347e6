import { ContactMirror } from '../../../src/modules/customer/shopper/contact-mirror.service.js';
import { UserRepository } from '../../../src/modules/user/user.repository.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { payer, secret } from '../../support/payments.js';

jest.setTimeout(60_000);

/* Name and e-mail of a user at Stripe: after the Customer was made, and until Stripe has taken them. */

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false, env: { RESOLVER_TICK: '1h', STRIPE_TIMEOUT: '1s' } });
});
afterEach(() => app.simulator.clearFaults());
afterAll(() => app.stop());

const CONTACT = { method: 'POST', path: '/v1/customers/*' };

async function payerWithCustomer() {
  const user = await payer(app);
  const stored = await app.app.get(UserRepository, { strict: false }).findById(user.userId);
  const customer = async () => {
    const found = await secret(app).customers.retrieve(String(stored?.customerId));
    if (found.deleted === true) throw new Error(`${found.id} is deleted`);
    return { name: found.name ?? null, email: found.email ?? null };
  };
  return { ...user, customer };
}

async function resolverComes(): Promise<void> {
  await app.advance(3 * 60_000);
  await app.app.get(ContactMirror, { strict: false }).pass();
}

it.each([
  ['is away', { type: 'reset_before' }],
  ['says 500, kept', { type: 'status', status: 500, when: 'before', cached: true }],
  ['says 429', { type: 'status', status: 429, when: 'before' }],
] as const)('the payment does not wait for it, and it is told again while Stripe %s', async (_, action) => {
  await app.simulator.fault({ ...CONTACT, times: 0 }, action);
  const { customer, email } = await payerWithCustomer();
  await resolverComes();
  expect(await customer()).toEqual({ name: null, email: null });
  await app.simulator.clearFaults();
  await resolverComes();
  expect(await customer()).toEqual({ name: 'Test User', email });
});

it('a change is told, and what has been told is not told again', async () => {
  const { customer, token, userId, email } = await payerWithCustomer();
  await resolverComes();
  const changed = await app.http.request('PATCH', `/user/${userId}`, { userName: 'Grace Hopper' }, { token });
  expect(changed.status).toBe(200);
  await resolverComes();
  expect(await customer()).toEqual({ name: 'Grace Hopper', email });
  const asked = async () =>
    (await app.simulator.requests()).requests.filter(({ path }) => /customers\/cus_/.test(path)).length;
  const before = await asked();
  await resolverComes();
  expect(await asked()).toBe(before);
});
