import { createHash } from 'node:crypto';
import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller, notFound } from '../../support/gateway.js';
import { recordOf, type VaultRecord } from '../../support/vault.js';

let app: TestApp;
let admin: GatewayCaller;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  admin = await gatewayCaller(app);
});
afterAll(() => app.stop());

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const XID = /^[0-9a-v]{20}$/;

/** The contract's own sample. */
const HOME = {
  first_name: 'John',
  last_name: 'Smith',
  company: 'Some Business',
  city: 'Some Town',
  state: 'IL',
  postal_code: '60187',
  country: 'US',
  email: 'user@example.com',
  phone: '5555555555',
  fax: '555555555',
};
const WORK = { line_1: '123 Some St', city: 'Wheaton' };

const create = (body: object) => admin.call('POST', '/api/vault/customer', body);
const created = async (body: object): Promise<VaultRecord> => recordOf(await create(body));
const refusal = (msg: string) => ({ status: 400, body: failed(`bad request error: ${msg}`) });

describe('create', () => {
  it('answers the whole record', async () => {
    const record = await created({
      description: 'Wholesale buyer',
      flags: ['surcharge_exempt'],
      default_billing_address: HOME,
    });
    const [address] = record.data.customer.addresses;
    expect(record).toEqual({
      id: expect.stringMatching(UUID),
      owner_id: admin.accountId,
      data: {
        customer: {
          addresses: [{ ...HOME, line_1: '', line_2: '', id: expect.stringMatching(XID), hash: expect.any(String) }],
          defaults: {
            billing_address_id: address?.['id'],
            shipping_address_id: address?.['id'],
            payment_method_id: '',
            payment_method_type: '',
          },
          description: 'Wholesale buyer',
          notes: '',
          flags: ['surcharge_exempt'],
          payments: { ach: [], cards: [] },
        },
      },
      created_at: expect.any(String),
      updated_at: record.created_at,
    });
  });

  it('the hash is SHA-256 over the twelve fields, trimmed and lower-cased, a line each', async () => {
    const { data } = await created({ default_billing_address: { ...HOME, first_name: '  John ' } });
    const lines = 'john smith|some business|||some town|il|60187|us|user@example.com|5555555555|555555555';
    const text = lines.replace(' ', '|').split('|').join('\n');
    expect(text.split('\n')).toHaveLength(12);
    expect(data.customer.addresses[0]?.['hash']).toBe(createHash('sha256').update(text).digest('base64'));
  });

  it('nothing at all is fine', async () => {
    const { data } = await created({});
    expect(data.customer).toMatchObject({ addresses: [], description: '', flags: [] });
    expect(data.customer.defaults).toMatchObject({ billing_address_id: '', shipping_address_id: '' });
  });

  it('a flag that is sent twice is one', async () => {
    const flags = ['surcharge_exempt', 'surcharge_exempt'];
    const { id, data } = await created({ flags });
    expect(data.customer.flags).toEqual(['surcharge_exempt']);
    const { data: updated } = recordOf(await admin.call('POST', `/api/vault/customer/${id}`, { flags }));
    expect(updated.customer.flags).toEqual(['surcharge_exempt']);
  });

  it('two addresses are each the default for what they were sent for', async () => {
    const { addresses, defaults } = (await created({ default_billing_address: HOME, default_shipping_address: WORK }))
      .data.customer;
    expect(addresses.map(({ city }) => city)).toEqual(['Some Town', 'Wheaton']);
    expect(defaults).toMatchObject({
      billing_address_id: addresses[0]?.['id'],
      shipping_address_id: addresses[1]?.['id'],
    });
  });

  it('one address sent twice, however it is written, is stored once', async () => {
    const again = { ...HOME, first_name: ' JOHN', email: 'USER@example.com ' };
    const { addresses, defaults } = (await created({ default_billing_address: HOME, default_shipping_address: again }))
      .data.customer;
    expect(addresses).toEqual([expect.objectContaining({ first_name: 'John' })]);
    expect(defaults['shipping_address_id']).toBe(addresses[0]?.['id']);
  });

  it('only a shipping address is the default for bills too', async () => {
    const { addresses, defaults } = (await created({ default_shipping_address: WORK })).data.customer;
    expect(defaults).toMatchObject({
      billing_address_id: addresses[0]?.['id'],
      shipping_address_id: addresses[0]?.['id'],
    });
  });

  it('a chosen id is used, and taken after that, also for two at the same time', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => create({ id: 'Customer42' })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await create({ id: 'Customer42' })).toMatchObject(refusal('id is already taken'));
    expect((await created({ id: 'customer42' })).id).toBe('customer42');
    const other = await gatewayCaller(app, { account: 'the same ids' });
    expect(recordOf(await other.call('POST', '/api/vault/customer', { id: 'Customer42' })).id).toBe('Customer42');
  });

  it.each<[string, object, string]>([
    ['an id that is too long', { id: 'a'.repeat(41) }, 'id must be at most 40 letters or digits'],
    ['an id with a hyphen', { id: 'a-b' }, 'id must be at most 40 letters or digits'],
    ['an id that is a number', { id: 42 }, 'id must be at most 40 letters or digits'],
    ['an id that is an address', { id: 'search' }, 'id must not be search'],
    ['another one', { id: 'customer' }, 'id must not be customer'],
    ['id and id_format', { id: 'a', id_format: 'xid_type_last4' }, 'id and id_format must not be sent together'],
    ['id_format without a method', { id_format: 'xid_type_last4' }, 'id_format needs a default_payment'],
    ['another id_format', { id_format: 'uuid' }, 'id_format must be one of the following values: xid_type_last4'],
    [
      'a long description',
      { description: 'd'.repeat(256) },
      'description must be shorter than or equal to 255 characters',
    ],
    ['a description of another type', { description: 1 }, 'description must be a string'],
    ['a card number', { description: 'card 4111 1111 1111 1111' }, 'description must not contain a card number'],
    ['half a character', { description: '\ud800' }, 'description must not contain NUL or broken characters'],
    [
      'an unknown flag',
      { flags: ['vip'] },
      'each value in flags must be one of the following values: surcharge_exempt',
    ],
    ['flags that are no list', { flags: 'surcharge_exempt' }, 'flags must be an array'],
    ['an empty address', { default_billing_address: {} }, 'default_billing_address must not be empty'],
    [
      'one with nothing in it',
      { default_shipping_address: { city: ' ', email: null } },
      'default_shipping_address must not be empty',
    ],
    ['an address that is a text', { default_billing_address: 'here' }, 'default_billing_address must be an object'],
    ['a list of addresses', { default_billing_address: [HOME] }, 'default_billing_address must be an object'],
    ['no email', { default_billing_address: { email: 'user' } }, 'default_billing_address.email must be an email'],
    [
      'a card number as a phone',
      { default_billing_address: { phone: '4111111111111111' } },
      'default_billing_address.phone must not contain a card number',
    ],
    [
      'a long name',
      { default_billing_address: { first_name: 'n'.repeat(51) } },
      'default_billing_address.first_name must be shorter than or equal to 50 characters',
    ],
  ])('%s is refused', async (_name, body, msg) => {
    expect(await create(body)).toMatchObject(refusal(msg));
  });

  it.each(['4111111111111111', '378282246310005', '2611301200000007', 'a4111111111111111'])(
    '%s is no id: it has a card’s range, length and check digit (ruling 44)',
    async (id) => {
      expect(await create({ id })).toMatchObject(refusal('id must not contain a card number'));
    },
  );

  it.each(['4111111111111112', '4006381330060'])('%s is an id', async (id) => {
    expect((await created({ id })).id).toBe(id);
  });
});

describe('read', () => {
  it('at both addresses', async () => {
    const record = await created({ default_billing_address: HOME });
    for (const path of [`/api/vault/${record.id}`, `/api/vault/customer/${record.id}`])
      expect(recordOf(await admin.call('GET', path))).toEqual(record);
  });

  it('an unknown id is 404, ids are case-sensitive', async () => {
    await created({ id: 'CaseMatters' });
    for (const id of ['nobody', 'casematters', 'search', 'customer', 'CaseMatters%00', '$ne'])
      for (const path of [`/api/vault/${id}`, `/api/vault/customer/${id}`])
        expect(await admin.call('GET', path)).toMatchObject(notFound);
  });
});
