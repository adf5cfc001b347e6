import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { GATEWAY_ACCESS } from '../../../src/surfaces/gateway/gateway.access.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { type GatewayCaller, gatewayCaller, notFound, unauthorized } from '../../support/gateway.js';
import { recordOf } from '../../support/vault.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
});
afterAll(() => app.stop());

const UNKNOWN = '00000000000000000000';

/** Good for every route: what one does not know it ignores. */
const BODY = {
  city: 'Mallory',
  notes: 'Mallory',
  number: '4242424242424242',
  expiration_date: '1230',
  account_number: '000123456789',
  routing_number: '110000000',
  account_type: 'checking',
  sec_code: 'web',
  token: 'pm_card_visa',
  key_id: UNKNOWN,
  temporary_token: 'tok_visa',
  google_pay_token: 'tok_visa',
};

const ROUTES = Object.keys(GATEWAY_ACCESS).filter(
  (route) => route.includes('/api/vault/:') || /vault\/.*:/.test(route),
);

interface Victim {
  readonly caller: GatewayCaller;
  readonly customerId: string;
  readonly addressId: string;
  readonly methodIds: { readonly card: string; readonly ach: string };
}

async function victimOf(account: string): Promise<Victim> {
  const caller = await gatewayCaller(app, { account });
  const made = await caller.call('POST', '/api/vault/customer', {
    id: `Victim${account}`,
    default_billing_address: { city: 'Wheaton', email: `${account}@example.com` },
  });
  const { id: customerId, data } = recordOf(made);
  const methodIds = { card: `${account}card00000000000000`, ach: `${account}ach000000000000000` };
  const about = { providerMethodId: 'pm_1', flags: [], createdAt: new Date() };
  const card = { id: methodIds.card, type: 'card', brand: 'visa', expiryMonth: 2, expiryYear: 2028, ...about };
  const ach = { id: methodIds.ach, type: 'ach', accountType: 'checking', secCode: 'web', ...about };
  const methods = [
    { ...card, maskedNumber: '411111******1111' },
    { ...ach, routingNumber: '490000018', maskedAccountNumber: '****9999' },
  ];
  const customers = app.app.get<Connection>(getConnectionToken()).collection('vault_customers');
  await customers.updateOne({ customerId }, { $set: { methods } });
  return { caller, customerId, addressId: data.customer.addresses[0]?.['id'] ?? '', methodIds };
}

/** The route's path with the ids of a customer; `/ach/:id` gets the bank account. */
function pathOf(route: string, { customerId, addressId, methodIds }: Omit<Victim, 'caller'>): string {
  const path = route.split(' ')[1] ?? '';
  const method = path.includes('/ach/') ? methodIds.ach : methodIds.card;
  return path.replace(':customerId', customerId).replace(':addressId', addressId).replace(/:\w+/, method);
}

it('there are routes to ask', () => {
  expect(ROUTES.length).toBeGreaterThanOrEqual(6);
});

describe('another account’s customer', () => {
  let [ours, theirs]: Victim[] = [];
  beforeAll(async () => {
    [ours, theirs] = [await victimOf('ours'), await victimOf('theirs')];
  });

  it.each(ROUTES)('%s answers as for what is not there, and does nothing', async (route) => {
    for (const [asking, victim] of [
      [theirs, ours],
      [ours, theirs],
    ] as const) {
      if (asking === undefined || victim === undefined) throw new Error('no victims');
      const method = route.split(' ')[0] ?? '';
      const body = method === 'POST' ? BODY : undefined;
      const before = (await victim.caller.call('GET', `/api/vault/${victim.customerId}`)).text;
      const foreign = await asking.caller.call(method, pathOf(route, victim), body);
      expect(foreign).toMatchObject(notFound);
      const nobody = { customerId: 'Nobody', addressId: UNKNOWN, methodIds: { card: UNKNOWN, ach: UNKNOWN } };
      expect(foreign.text).toBe((await asking.caller.call(method, pathOf(route, nobody), body)).text);
      // Their own customer with somebody else's address or method.
      if (/:(?!customerId)/.test(route)) {
        const mixed = pathOf(route, { ...victim, customerId: asking.customerId });
        expect(await asking.caller.call(method, mixed, body)).toMatchObject(notFound);
      }
      expect((await victim.caller.call('GET', `/api/vault/${victim.customerId}`)).text).toBe(before);
    }
  });

  it('a search finds none of them, by whatever they have', async () => {
    const criteria: object[] = [
      {},
      { id: { value: ours?.customerId } },
      { address_id: { value: ours?.addressId } },
      { billing_address_id: { value: ours?.addressId } },
      { email: { value: 'ours@example.com' } },
      { email: { operator: '!=', value: 'theirs@example.com' } },
    ];
    for (const one of criteria) {
      const { text, status } = (await theirs?.caller.call('POST', '/api/vault/customer/search', one)) ?? {};
      expect(status).toBe(200);
      for (const id of [ours?.customerId, ours?.addressId, ours?.caller.accountId]) expect(text).not.toContain(id);
    }
  });

  it('the body cannot say whose a new one is', async () => {
    const foreign = { owner_id: ours?.caller.accountId, accountId: ours?.caller.accountId, state: 'deleting' };
    const made = await theirs?.caller.call('POST', '/api/vault/customer', foreign);
    expect(made?.body['data']).toMatchObject({ owner_id: theirs?.caller.accountId });
  });
});

describe('a partner’s account', () => {
  it('has users and keys, and no vault: its credential is as good as none', async () => {
    const partner = await gatewayCaller(app, { account: 'partner' });
    const users = app.app.get<Connection>(getConnectionToken()).collection('gateway_users');
    await users.updateOne({ username: partner.username }, { $set: { accountType: 'partner' } });
    expect((await partner.call('GET', '/api/user')).status).toBe(200);
    expect((await partner.call('GET', '/api/user/apikeys')).status).toBe(200);
    for (const [method, path] of [
      ['POST', '/api/vault/customer'],
      ['POST', '/api/vault/customer/search'],
      ['GET', `/api/vault/${UNKNOWN}`],
    ] as const)
      expect(await partner.call(method, path, method === 'POST' ? {} : undefined)).toMatchObject(unauthorized);
  });
});
