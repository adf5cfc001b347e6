import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller, notFound } from '../../support/gateway.js';
import { INVISIBLE } from '../../support/invisible.js';
import { recordOf, type VaultRecord } from '../../support/vault.js';

let app: TestApp;
let admin: GatewayCaller;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  admin = await gatewayCaller(app);
});
afterAll(() => app.stop());

const HOME = { first_name: 'John', city: 'Wheaton', email: 'user@example.com' };
const WORK = { first_name: 'John', city: 'Chicago', email: 'work@example.com' };
const UNKNOWN = '00000000000000000000';

const created = async (body: object = {}) => recordOf(await admin.call('POST', '/api/vault/customer', body));
const read = async ({ id }: VaultRecord) => recordOf(await admin.call('GET', `/api/vault/${id}`));
const pathOf = ({ id }: VaultRecord, address?: string) =>
  `/api/vault/customer/${id}/address${address === undefined ? '' : `/${address}`}`;
/** The record alone; which address was added, only the answer to its add says. */
const add = async (record: VaultRecord, body: object): Promise<VaultRecord> => {
  const answer = recordOf(await admin.call('POST', pathOf(record), body));
  const { created_address_id: added, ...stored } = answer as VaultRecord & { created_address_id?: string };
  expect(addressesOf(answer).map(({ id }) => id)).toContain(added);
  return stored;
};
const addressesOf = ({ data }: VaultRecord) => data.customer.addresses;
const defaultsOf = ({ data }: VaultRecord) => {
  const { billing_address_id, shipping_address_id } = data.customer.defaults;
  return [billing_address_id, shipping_address_id];
};
const refusal = (msg: string) => ({ status: 400, body: failed(`bad request error: ${msg}`) });

describe('add', () => {
  it('the first becomes both defaults, the next none', async () => {
    const empty = await created();
    const one = await add(empty, HOME);
    const [home] = addressesOf(one);
    expect(defaultsOf(one)).toEqual([home?.['id'], home?.['id']]);
    const two = await add(one, WORK);
    expect(addressesOf(two).map(({ city }) => city)).toEqual(['Wheaton', 'Chicago']);
    expect(defaultsOf(two)).toEqual(defaultsOf(one));
    expect(two.updated_at > empty.updated_at).toBe(true);
    expect(await read(two)).toEqual(two);
  });

  it('one that is there, however it is written, is not stored twice and changes nothing', async () => {
    const one = await add(await created(), HOME);
    expect(await add(one, { ...HOME, first_name: ' JOHN ', city: 'wheaton' })).toEqual(one);
    expect(await add(one, { ...HOME, phone: '', fax: null })).toEqual(one);
  });

  it('ten at the same moment are all there', async () => {
    const record = await created();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => admin.call('POST', pathOf(record), { city: `City ${i}` })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(addressesOf(await read(record))).toHaveLength(10);
  });

  it.each([
    ['nothing', {}],
    ['nothing but empty and null', { city: '', email: null }],
    ['blanks', { city: '   ' }],
    ['unknown fields', { address_line_1: '123 Some St' }],
  ])('%s is refused', async (_name, body) => {
    const record = await created();
    expect(await admin.call('POST', pathOf(record), body)).toMatchObject(refusal('the address must not be empty'));
    expect(await read(record)).toEqual(record);
  });

  it('no more than can be read', async () => {
    const record = await created();
    const { getConnectionToken } = await import('@nestjs/mongoose');
    const customers = app.app.get(getConnectionToken()).collection('vault_customers');
    const many = Array.from({ length: 200 }, (_, i) => ({ id: `a${i}`, hash: `h${i}` }));
    await customers.updateOne({ customerId: record.id }, { $set: { addresses: many } });
    const answer = await app.http.request('POST', pathOf(record), HOME, {
      headers: { authorization: admin.key },
      check: false,
    });
    expect(answer).toMatchObject(refusal('a customer has at most 200 addresses'));
  });
});

describe('update', () => {
  it('changes what is sent and keeps the id', async () => {
    const one = await add(await created(), HOME);
    const [home] = addressesOf(one);
    const body = { line_2: 'Suite 4', city: '', email: null, whatever: 1 };
    const changed = recordOf(await admin.call('POST', pathOf(one, home?.['id']), body));
    expect(addressesOf(changed)).toEqual([{ ...home, line_2: 'Suite 4', hash: expect.any(String) }]);
    expect(addressesOf(changed)[0]?.['hash']).not.toBe(home?.['hash']);
    expect(await read(one)).toEqual(changed);
  });

  it.each([{}, { city: '' }, { city: null }])('%j changes nothing', async (body) => {
    const one = await add(await created(), HOME);
    const path = pathOf(one, addressesOf(one)[0]?.['id']);
    expect(recordOf(await admin.call('POST', path, body))).toEqual(one);
  });

  it('an address that becomes the same as another is merged into that, with what it was the default for', async () => {
    const two = await add(await add(await created(), HOME), WORK);
    const [home, work] = addressesOf(two);
    expect(defaultsOf(two)).toEqual([home?.['id'], home?.['id']]);
    const merged = recordOf(await admin.call('POST', pathOf(two, home?.['id']), WORK));
    expect(addressesOf(merged)).toEqual([work]);
    expect(defaultsOf(merged)).toEqual([work?.['id'], work?.['id']]);
  });

  it('refuses what nobody sees in an address of e-mail, as every way to store one does', async () => {
    const one = await add(await created(), HOME);
    const path = pathOf(one, addressesOf(one)[0]?.['id']);
    for (const character of INVISIBLE) {
      const email = `us${character}er@example.com`;
      for (const [at, body, field] of [
        [path, { email }, 'email'],
        [pathOf(one), { ...WORK, email }, 'email'],
        ['/api/vault/customer', { default_billing_address: { email } }, 'default_billing_address.email'],
        ['/api/vault/customer', { default_shipping_address: { email } }, 'default_shipping_address.email'],
      ] as const) {
        const answer = await admin.call('POST', at, body);
        expect([at, character, answer.status]).toEqual([at, character, 400]);
        const sentence = new RegExp(
          `^bad request error: ${field} must (not contain invisible characters|be an email)$`,
        );
        expect(answer.body).toEqual(failed(expect.stringMatching(sentence)));
      }
    }
    expect(await read(one)).toEqual(one);
  });

  it('counts names in characters, however the keyboard composes them', async () => {
    const one = await add(await created(), HOME);
    const first_name = 'e\u0301'.repeat(50);
    const [stored] = addressesOf(await add(one, { ...WORK, first_name })).slice(1);
    expect(stored?.['first_name']).toBe(first_name);
    expect(await admin.call('POST', pathOf(one), { first_name: `${first_name}x` })).toMatchObject(
      refusal('first_name must be shorter than or equal to 50 characters'),
    );
  });

  it('bad input is refused and changes nothing', async () => {
    const one = await add(await created(), HOME);
    const path = pathOf(one, addressesOf(one)[0]?.['id']);
    expect(await admin.call('POST', path, { email: 'no', city: 7 })).toMatchObject(
      refusal('city must be a string; email must be an email'),
    );
    expect(await admin.call('POST', path, { line_1: '4111 1111 1111 1111' })).toMatchObject(
      refusal('line_1 must not contain a card number'),
    );
    expect(await read(one)).toEqual(one);
  });
});

describe('delete', () => {
  const remove = (record: VaultRecord, { id }: Record<string, string> = {}) => admin.call('DELETE', pathOf(record, id));

  it('a default that is deleted becomes the only one left, else none, and the last leaves none', async () => {
    const home = await add(await created(), HOME);
    const three = await add(await add(home, WORK), { city: 'Boston' });
    const [first, second, third] = addressesOf(three);
    expect(await remove(three, first)).toMatchObject({ status: 200, body: { status: 'success', msg: 'success' } });
    expect((await remove(three, first)).body).toEqual(notFound.body);
    expect(defaultsOf(await read(three))).toEqual(['', '']);
    await remove(three, second);
    expect(defaultsOf(await read(three))).toEqual([third?.['id'], third?.['id']]);
    await remove(three, third);
    expect(addressesOf(await read(three))).toEqual([]);
    expect(defaultsOf(await read(three))).toEqual(['', '']);
  });

  it('the answer has no data', async () => {
    const one = await add(await created(), HOME);
    expect((await remove(one, addressesOf(one)[0])).text).toBe('{"status":"success","msg":"success"}');
  });

  it('one that is no default leaves them', async () => {
    const two = await add(await add(await created(), HOME), WORK);
    await remove(two, addressesOf(two)[1]);
    expect(defaultsOf(await read(two))).toEqual(defaultsOf(two));
  });
});

it.each(['POST', 'DELETE'])('%s of another customer’s address, or of none, is not found', async (method) => {
  const [one, other] = [await add(await created(), HOME), await add(await created(), WORK)];
  const [foreign] = addressesOf(other);
  for (const path of [pathOf(one, foreign?.['id']), pathOf(one, UNKNOWN), pathOf({ ...one, id: 'nobody' }, UNKNOWN)])
    expect(await admin.call(method, path, { city: 'Boston' })).toMatchObject(notFound);
  expect([await read(one), await read(other)]).toEqual([one, other]);
});

it('there is no read of an address', async () => {
  const one = await add(await created(), HOME);
  const answer = await admin.call('GET', pathOf(one, addressesOf(one)[0]?.['id']));
  expect([answer.status, answer.body]).toEqual([405, failed('method not allowed')]);
});
