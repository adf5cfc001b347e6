import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller, notFound } from '../../support/gateway.js';
import { recordOf, type VaultRecord } from '../../support/vault.js';

let app: TestApp;
let admin: GatewayCaller;
let customer: VaultRecord;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  admin = await gatewayCaller(app);
});
afterAll(() => app.stop());

const CARD = 'bl6nqk69ku6897l45fq0';
const ACCOUNT = 'bl6nqk69ku6897l45fr0';

beforeEach(async () => {
  customer = recordOf(
    await admin.call('POST', '/api/vault/customer', {
      description: 'Wholesale buyer',
      flags: ['surcharge_exempt'],
      default_billing_address: { city: 'Wheaton' },
      default_shipping_address: { city: 'Chicago' },
    }),
  );
  const about = { providerMethodId: 'pm_1', flags: [], createdAt: new Date() };
  const methods = [
    { id: CARD, type: 'card', brand: 'visa', expiryMonth: 2, expiryYear: 2028, maskedNumber: '411111******1111' },
    {
      id: ACCOUNT,
      type: 'ach',
      accountType: 'checking',
      secCode: 'web',
      routingNumber: '490000018',
      maskedAccountNumber: '****9999',
    },
  ].map((method) => ({ ...method, ...about }));
  const customers = app.app.get<Connection>(getConnectionToken()).collection('vault_customers');
  await customers.updateOne(
    { customerId: customer.id },
    { $set: { methods, 'defaults.methodId': CARD, 'defaults.methodType': 'card', notes: 'Calls on Mondays' } },
  );
  customer = await read();
});

const read = async () => recordOf(await admin.call('GET', `/api/vault/${customer.id}`));
const send = (body: unknown) => admin.call('POST', `/api/vault/customer/${customer.id}`, body);
const update = async (body: unknown) => recordOf(await send(body)).data.customer;
const refusal = (msg: string) => ({ status: 400, body: failed(`bad request error: ${msg}`) });
const addresses = () => customer.data.customer.addresses.map(({ id }) => id ?? '');

it('changes what is sent and answers the whole record', async () => {
  const facts = await update({ description: 'vip', flags: [] });
  expect(facts).toEqual({ ...customer.data.customer, description: 'vip', flags: [] });
  const now = await read();
  expect(now.data.customer).toEqual(facts);
  expect([now.created_at, now.updated_at > customer.updated_at]).toEqual([customer.created_at, true]);
});

it.each([
  undefined,
  {},
  { description: null, notes: null, flags: null, defaults: null },
  { defaults: {} },
  { shoe: 1 },
])('%j changes nothing', async (body) => {
  expect(recordOf(await send(body))).toEqual(customer);
  expect(await read()).toEqual(customer);
});

it('empty clears description and notes (ruling 32), and is not sent for the rest', async () => {
  const empty = { billing_address_id: '', shipping_address_id: '', payment_method_id: '', payment_method_type: '' };
  const facts = await update({ description: '', notes: '', defaults: empty });
  expect(facts).toEqual({ ...customer.data.customer, description: '', notes: '' });
});

it('notes of 255 characters, not more', async () => {
  const notes = 'n'.repeat(255);
  expect((await update({ notes })).notes).toBe(notes);
  expect(await send({ notes: `${notes}n` })).toMatchObject(
    refusal('notes must be shorter than or equal to 255 characters'),
  );
  expect(await send({ notes: 'card 4111111111111111' })).toMatchObject(refusal('notes must not contain a card number'));
});

describe('defaults', () => {
  it('each alone', async () => {
    const [billing, shipping] = addresses();
    const { defaults } = customer.data.customer;
    expect(defaults).toEqual({
      billing_address_id: billing,
      shipping_address_id: shipping,
      payment_method_id: CARD,
      payment_method_type: 'card',
    });
    expect((await update({ defaults: { billing_address_id: shipping } })).defaults).toEqual({
      ...defaults,
      billing_address_id: shipping,
    });
    const method = { payment_method_id: ACCOUNT, payment_method_type: 'ach' };
    expect((await update({ defaults: method })).defaults).toEqual({
      ...defaults,
      billing_address_id: shipping,
      ...method,
    });
  });

  const TOGETHER = 'defaults.payment_method_id and defaults.payment_method_type must be sent together';
  it.each<[string, object, string]>([
    ['a method without its type', { payment_method_id: CARD }, TOGETHER],
    ['a type without a method', { payment_method_type: 'card' }, TOGETHER],
    [
      'the type of another',
      { payment_method_id: CARD, payment_method_type: 'ach' },
      'defaults.payment_method_type must be the type of the payment method',
    ],
    [
      'somebody else’s method',
      { payment_method_id: 'bl6nqk69ku6897l45000', payment_method_type: 'card' },
      'defaults.payment_method_id must be a payment method of the customer',
    ],
    [
      'an unknown type',
      { payment_method_id: CARD, payment_method_type: 'cash' },
      'defaults.payment_method_type must be one of the following values: card, ach',
    ],
    [
      'addresses that are not there',
      { billing_address_id: CARD, shipping_address_id: 'nowhere' },
      'defaults.billing_address_id must be an address of the customer; defaults.shipping_address_id must be an address of the customer',
    ],
    ['an id that is a number', { billing_address_id: 1 }, 'defaults.billing_address_id must be a string'],
  ])('%s is refused and changes nothing', async (_name, defaults, msg) => {
    expect(await send({ description: 'vip', defaults })).toMatchObject(refusal(msg));
    expect(await read()).toEqual(customer);
  });

  it('an address of another customer is not theirs', async () => {
    const other = recordOf(
      await admin.call('POST', '/api/vault/customer', { default_billing_address: { city: 'Boston' } }),
    );
    const defaults = { billing_address_id: other.data.customer.addresses[0]?.['id'] };
    expect(await send({ defaults })).toMatchObject(
      refusal('defaults.billing_address_id must be an address of the customer'),
    );
  });

  it.each([
    ['defaults that are a list', { defaults: [] }, 'defaults must be an object'],
    ['unknown flags', { flags: ['vip'] }, 'each value in flags must be one of the following values: surcharge_exempt'],
    [
      'a flag that is null',
      { flags: [null] },
      'each value in flags must be one of the following values: surcharge_exempt',
    ],
  ])('%s are refused', async (_name, body, msg) => {
    expect(await send(body)).toMatchObject(refusal(msg));
  });
});

it('the methods are told, the card’s last day too', () => {
  expect(customer.data.customer.payments).toEqual({
    cards: [
      {
        id: CARD,
        card_type: 'visa',
        expiration_date: '2028-02-29T00:00:00Z',
        masked_number: '411111******1111',
        flags: [],
      },
    ],
    ach: [
      {
        id: ACCOUNT,
        account_type: 'checking',
        sec_code: 'web',
        routing_number: '490000018',
        masked_account_number: '****9999',
        flags: [],
      },
    ],
  });
});

it('two changes at the same moment are both there', async () => {
  const answers = await Promise.all([send({ description: 'a' }), send({ notes: 'b' }), send({ flags: [] })]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await read()).data.customer).toMatchObject({ description: 'a', notes: 'b', flags: [] });
});

it('an unknown customer is not found', async () => {
  expect(await admin.call('POST', '/api/vault/customer/nobody', { notes: 'n' })).toMatchObject(notFound);
});
