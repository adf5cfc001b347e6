import type { TestApp } from '../../support/app.js';
import type { GatewayCaller } from '../../support/gateway.js';
import { logs } from '../../support/log-capture.js';
import { secret } from '../../support/payments.js';
import { atStripe, recordOf, vaultCustomers, type VaultRecord } from '../../support/vault.js';
import { arranged, CARD, forget, methodsOf, path, startVaultApp } from '../../support/vault-scenarios.js';

jest.setTimeout(60_000);

/* Somebody deletes the Customer in Stripe's dashboard: the next request makes a new one, and is answered as any other. */

let app: TestApp;
let admin: GatewayCaller;
beforeAll(async () => {
  ({ app, admin } = await startVaultApp({ PAYMENT_REPEAT_WAIT: '8s', STRIPE_TIMEOUT: '4s' }));
});
afterEach(() => forget(app));
afterAll(() => app.stop());

const ACCOUNT = { account_number: '999999', routing_number: '490000018', account_type: 'checking', sec_code: 'web' };
const NEW_CARD = { number: '5555555555554444', expiration_date: '0131' };
const cardOf = ({ data }: VaultRecord) => String(data.customer.defaults['payment_method_id']);

async function withDeletedCustomer(): Promise<VaultRecord> {
  const record = await arranged(admin, { default_payment: { card: CARD } });
  const stored = await vaultCustomers(app).findOne({ customerId: record.id }).lean();
  await secret(app).customers.del(String(stored?.providerCustomerId));
  logs.clear();
  return record;
}

/** Calls of which nobody knows what came. */
async function unknownCalls(): Promise<string[]> {
  const { text } = await app.http.get('/metrics');
  return text.split('\n').filter((line) => /^provider_calls_total\{outcome="unknown"\} [1-9]/.test(line));
}

const ADDS: Readonly<Record<string, (record: VaultRecord) => readonly [where: string, body: object]>> = {
  card: () => ['card', NEW_CARD],
  'bank account': () => ['ach', ACCOUNT],
  'token that works once': () => ['token', { token: 'tok_mastercard' }],
  token: () => ['token', { token: 'pm_card_mastercard' }],
  'Apple Pay': () => ['applepay', { key_id: 'k', temporary_token: 'x' }],
  'Google Pay': () => ['googlepay', { google_pay_token: '{}' }],
  'another number': (record) => [`card/${cardOf(record)}`, NEW_CARD],
  'another token': (record) => [`token/${cardOf(record)}`, { token: 'pm_card_mastercard' }],
};

it.each(Object.keys(ADDS))('%s: stored with a new Customer in the same request, and no outage', async (name) => {
  const record = await withDeletedCustomer();
  const [where, body] = ADDS[name]?.(record) ?? ['', {}];
  const { data } = recordOf(await admin.call('POST', path(record, where), body));
  const { methods, customers } = await atStripe(app, record.id);
  expect([customers, methods.length]).toEqual([1, 1]);
  const stored = await vaultCustomers(app).findOne({ customerId: record.id }).lean();
  expect(stored?.methods.map(({ providerMethodId }) => providerMethodId)).toContain(methods[0]?.id);
  expect(stored?.pending).toEqual([]);
  expect(data.customer.payments.cards.length + data.customer.payments.ach.length).toBe(/another/.test(name) ? 1 : 2);
  expect(logs.text).not.toMatch(/provider_unreachable|stripe_down/);
  expect(await unknownCalls()).toEqual([]);
});

it('two at once make one new Customer', async () => {
  const record = await withDeletedCustomer();
  const both = [admin.call('POST', path(record, 'card'), NEW_CARD), admin.call('POST', path(record, 'ach'), ACCOUNT)];
  expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200]);
  expect(await methodsOf(admin, record.id)).toHaveLength(3);
  const { customers, methods } = await atStripe(app, record.id);
  expect([customers, methods.length]).toEqual([1, 2]);
  expect(await unknownCalls()).toEqual([]);
});

it('whether it is gone is not known: 503, and the repeat finds out', async () => {
  const record = await withDeletedCustomer();
  await app.simulator.fault({ method: 'GET', path: '/v1/customers/*', times: 2 }, { type: 'reset_before' });
  expect((await admin.call('POST', path(record, 'card'), NEW_CARD)).status).toBe(503);
  expect((await admin.call('POST', path(record, 'card'), NEW_CARD)).status).toBe(200);
  expect(await methodsOf(admin, record.id)).toHaveLength(2);
});

it.each(['DELETE card', 'DELETE customer'])('%s: gone, as ever', async (verb) => {
  const record = await withDeletedCustomer();
  const where = verb === 'DELETE card' ? path(record, `card/${cardOf(record)}`) : `/api/vault/${record.id}`;
  expect((await admin.call('DELETE', where)).status).toBe(200);
  const left = await vaultCustomers(app).find().lean();
  expect(left.flatMap(({ pending, methods }) => [...pending, ...methods])).toEqual([]);
  expect(logs.text).not.toMatch(/provider_unreachable/);
});
