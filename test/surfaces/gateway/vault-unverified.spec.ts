import type Stripe from 'stripe';
import { armFailpoints } from '../../../src/platform/common/failpoints.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller } from '../../support/gateway.js';
import { secret } from '../../support/payments.js';
import { atStripe, recordOf, resolveVault } from '../../support/vault.js';

const ACCOUNT = {
  account_number: '000123456789',
  routing_number: '110000000',
  account_type: 'checking',
  sec_code: 'web',
};

/** Bank accounts that Stripe wants verified by their owner (ruling 35): they are nobody's there until then. */
let app: TestApp;
let admin: GatewayCaller;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false, env: { RESOLVER_TICK: '1h' } });
  admin = await gatewayCaller(app);
  await app.simulator.call('POST', '/settings', { verify_bank_accounts: true });
});
afterEach(async () => {
  armFailpoints(undefined);
  await app.simulator.clearFaults();
});
afterAll(() => app.stop());

interface Unverified {
  id: string;
  path: string;
  setup: Stripe.SetupIntent;
}

async function unverified(): Promise<Unverified> {
  const record = recordOf(await admin.call('POST', '/api/vault/customer', { default_payment: { ach: ACCOUNT } }));
  const methodId = String(record.data.customer.payments.ach[0]?.['id']);
  const { data } = await secret(app).setupIntents.list({ limit: 1 });
  const [setup] = data;
  if (setup?.status !== 'requires_action') throw new Error(`the SetupIntent is ${setup?.status}`);
  return { id: record.id, path: `/api/vault/customer/${record.id}/ach/${methodId}`, setup };
}

/** What the owner does when the two small deposits have arrived. */
const verify = ({ setup }: Unverified) => secret(app).setupIntents.verifyMicrodeposits(setup.id, { amounts: [32, 45] });

async function expectNeverAttached(one: Unverified): Promise<void> {
  await expect(verify(one)).rejects.toThrow(/canceled/);
  expect((await secret(app).setupIntents.retrieve(one.setup.id)).status).toBe('canceled');
  expect((await atStripe(app, one.id)).methods).toEqual([]);
}

it('is the Customer’s once it is verified', async () => {
  const one = await unverified();
  expect((await verify(one)).status).toBe('succeeded');
  expect((await atStripe(app, one.id)).methods).toHaveLength(1);
});

it('deleted before it is verified, it cannot be verified any more', async () => {
  const one = await unverified();
  expect((await admin.call('DELETE', one.path)).status).toBe(200);
  await expectNeverAttached(one);
});

it('replaced before it is verified, neither', async () => {
  const one = await unverified();
  expect((await admin.call('POST', one.path, { account_number: '000111111116' })).status).toBe(200);
  await expectNeverAttached(one);
});

it.each([
  'method.look_setups.before=throw',
  'method.look_setups.after=throw',
  'method.end_setup.before=throw',
  'method.end_setup.after=throw',
])('deleted with trouble at %s, the resolver ends it', async (point) => {
  const one = await unverified();
  const reached = armFailpoints(point);
  expect((await admin.call('DELETE', one.path)).status).toBe(200);
  armFailpoints(undefined);
  expect(reached()).toBe(true);
  await app.advance(120_000);
  await resolveVault(app);
  await expectNeverAttached(one);
});

it.each([
  ['GET', '/v1/setup_intents'],
  ['POST', '/v1/setup_intents/*/cancel'],
])('deleted while Stripe answers %s %s with 500, the resolver ends it', async (method, path) => {
  const one = await unverified();
  await app.simulator.fault({ method, path, times: 2 }, { type: 'status', status: 500 });
  expect((await admin.call('DELETE', one.path)).status).toBe(200);
  for (let round = 0; round < 2; round++) {
    await app.advance(120_000);
    await resolveVault(app);
  }
  await expectNeverAttached(one);
});

it('verified while it is being deleted, it is detached', async () => {
  const one = await unverified();
  armFailpoints('method.look_setups.before=throw');
  expect((await admin.call('DELETE', one.path)).status).toBe(200);
  armFailpoints(undefined);
  await verify(one);
  // The first round is told again what the key was told when it was nobody's.
  for (let round = 0; round < 2; round++) {
    await app.advance(120_000);
    await resolveVault(app);
  }
  expect((await atStripe(app, one.id)).methods).toEqual([]);
});

it('its type is changed by sending it again, since Stripe changes only what is a Customer’s', async () => {
  const one = await unverified();
  expect(await admin.call('POST', one.path, { account_type: 'savings' })).toMatchObject({
    status: 400,
    body: failed(
      'bad request error: account_type cannot be changed before the account is verified, send account_number too',
    ),
  });
  const answer = await admin.call('POST', one.path, { ...ACCOUNT, account_type: 'savings' });
  expect(recordOf(answer).data.customer.payments.ach).toMatchObject([{ account_type: 'savings' }]);
});
