import { armFailpoints } from '../../src/platform/common/failpoints.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { type GatewayCaller, gatewayCaller } from '../support/gateway.js';
import type { HttpAnswer } from '../support/http-client.js';
import { recordOf, vaultCustomers, type VaultRecord } from '../support/vault.js';

/**
 * What a request leaves that ends at one of its points: the record as it was or as it should become, nothing between, and a
 * repeat does no harm. Payment methods and deletions are in vault.spec.ts and vault-delete.spec.ts.
 */

let app: TestApp;
let admin: GatewayCaller;
let seen: VaultRecord;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  admin = await gatewayCaller(app);
});
beforeEach(async () => {
  seen = recordOf(await admin.call('POST', '/api/vault/customer', { default_billing_address: HOME }));
});
afterEach(() => armFailpoints(undefined));
afterAll(() => app.stop());

const HOME = { city: 'Wheaton', email: 'home@example.com' };
const WORK = { city: 'Chicago', email: 'work@example.com' };

const home = () => seen.data.customer.addresses[0]?.['id'] ?? '';
const path = (rest = '') => `/api/vault/customer/${seen.id}${rest}`;
const current = async () => recordOf(await admin.call('GET', path()));
const citiesOf = ({ data }: VaultRecord) => data.customer.addresses.map(({ city }) => city);

/** Sent raw: what is thrown into a request is 500, which no route documents. */
const send = (method: string, where: string, body?: object): Promise<HttpAnswer> =>
  app.http.request(method, where, body, { headers: { authorization: admin.key }, check: false });

interface Request {
  readonly send: () => Promise<HttpAnswer>;
  /** Whether the record is as it should become. */
  readonly isDone: (record: VaultRecord) => boolean;
  /** Of a repeat after it was done. */
  readonly again: number;
}

const REQUESTS: Readonly<Record<string, Request>> = {
  update: {
    send: () => send('POST', path(), { notes: 'vip', flags: ['surcharge_exempt'] }),
    isDone: ({ data }) => data.customer.notes === 'vip' && data.customer.flags.length === 1,
    again: 200,
  },
  'add an address': {
    send: () => send('POST', path('/address'), WORK),
    isDone: (record) => citiesOf(record).join() === 'Wheaton,Chicago',
    again: 200,
  },
  'update an address': {
    send: () => send('POST', path(`/address/${home()}`), { city: 'Boston' }),
    isDone: (record) => citiesOf(record).join() === 'Boston',
    again: 200,
  },
  'delete an address': {
    send: () => send('DELETE', path(`/address/${home()}`)),
    isDone: ({ data }) => data.customer.addresses.length === 0 && data.customer.defaults['billing_address_id'] === '',
    again: 404,
  },
};

describe.each(Object.keys(REQUESTS))('%s', (name) => {
  const request = REQUESTS[name];
  it.each([
    ['vault.find.before', false],
    ['vault.find.after', false],
    ['vault.load.before', false],
    ['vault.load.after', false],
    ['vault.work.before', false],
    ['vault.work.after', true],
  ])('ended at %s', async (point, isDone) => {
    if (request === undefined) throw new Error(`there is no request ${name}`);
    armFailpoints(`${point}=throw`);
    expect((await request.send()).status).toBe(500);
    const left = await current();
    expect(request.isDone(left)).toBe(isDone);
    if (!isDone) expect(left).toEqual(seen);
    expect((await request.send()).status).toBe(isDone ? request.again : 200);
    const { data } = await current();
    expect(request.isDone({ ...seen, data })).toBe(true);
  });
});

describe('create', () => {
  it.each([
    ['vault.insert.before', 0, 200],
    ['vault.insert.after', 1, 400],
  ])('ended at %s', async (point, stored, again) => {
    const id = `Ended${stored}`;
    const body = { id, default_billing_address: HOME };
    armFailpoints(`${point}=throw`);
    expect((await send('POST', '/api/vault/customer', body)).status).toBe(500);
    expect(await vaultCustomers(app).countDocuments({ customerId: id })).toBe(stored);
    expect((await send('POST', '/api/vault/customer', body)).status).toBe(again);
    expect(citiesOf(recordOf(await admin.call('GET', `/api/vault/${id}`)))).toEqual(['Wheaton']);
  });
});

it.each(['before', 'after'])('a search that ends %s the store answers changes nothing', async (when) => {
  const body = { id: { value: seen.id } };
  armFailpoints(`vault.search.${when}=throw`);
  expect((await send('POST', '/api/vault/customer/search', body)).status).toBe(500);
  const { body: answer } = await admin.call('POST', '/api/vault/customer/search', body);
  expect(answer['data']).toEqual([seen]);
});
