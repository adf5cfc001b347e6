import type { OpenAPIObject } from '@nestjs/swagger';
import { request } from 'node:http';
import { createDocument } from '../../../src/app.openapi.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller, PASSWORD, unauthorized } from '../../support/gateway.js';
import { recordOf, type VaultRecord } from '../../support/vault.js';

/** What real clients send (issue 7, item 6), through every vault route that takes a body. */

let app: TestApp;
let admin: GatewayCaller;
let document: OpenAPIObject;
let customer: VaultRecord;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  admin = await gatewayCaller(app);
  document = await createDocument(app.app);
  customer = await created();
});
afterAll(() => app.stop());

const created = async () =>
  recordOf(
    await admin.call('POST', '/api/vault/customer', {
      notes: 'ignored',
      description: 'Wholesale buyer',
      default_billing_address: { city: 'Wheaton' },
    }),
  );
const addressId = () => customer.data.customer.addresses[0]?.['id'] ?? '';
const read = async () => recordOf(await admin.call('GET', `/api/vault/${customer.id}`));

/** Routes with what the smallest good body is. */
const ROUTES: Readonly<Record<string, { path: () => string; schema: string; needs: object }>> = {
  create: { path: () => '/api/vault/customer', schema: 'CreateVaultCustomer', needs: {} },
  search: { path: () => '/api/vault/customer/search', schema: 'SearchVaultCustomers', needs: {} },
  update: { path: () => `/api/vault/customer/${customer.id}`, schema: 'UpdateVaultCustomer', needs: {} },
  'add an address': {
    path: () => `/api/vault/customer/${customer.id}/address`,
    schema: 'VaultAddressFields',
    needs: { city: 'Wheaton' },
  },
  'update an address': {
    path: () => `/api/vault/customer/${customer.id}/address/${addressId()}`,
    schema: 'VaultAddressFields',
    needs: {},
  },
};

/** Every property of a schema, each with the same value, but for those of `needs`. */
function everyProperty(schema: string, value: unknown, needs: object): Record<string, unknown> {
  const { properties = {} } = (document.components?.schemas?.[schema] ?? {}) as { properties?: object };
  return { ...Object.fromEntries(Object.keys(properties).map((name) => [name, value])), ...needs };
}

describe.each(Object.keys(ROUTES))('%s', (name) => {
  const { path, schema, needs } = ROUTES[name] ?? { path: () => '', schema: '', needs: {} };
  /** What a create and a search answer of themselves is of no interest here. */
  const changesNothing = !['create', 'search'].includes(name);

  it.each([
    ['null for every property', () => everyProperty(schema, null, needs)],
    [
      'unknown properties, nested ones too',
      () => ({ ...needs, shoe: 44, x: { y: [null, { z: '' }] }, $where: 'true' }),
    ],
    ['property names of JavaScript', () => ({ ...needs, toString: 1, constructor: 'x', hasOwnProperty: null })],
  ])('%s', async (_what, body) => {
    const before = await read();
    const answer = await admin.call('POST', path(), body());
    expect([answer.status, answer.body['msg']]).toEqual([200, 'success']);
    if (changesNothing) expect(await read()).toEqual(before);
  });

  it('"" is not sent', async () => {
    const before = await read();
    const body = { ...everyProperty(schema, '', needs), description: null, notes: null };
    expect((await admin.call('POST', path(), body)).status).toBe(200);
    if (changesNothing) expect(await read()).toEqual(before);
  });

  it.each([
    ['an empty body with a JSON content type', '', { 'content-type': 'application/json' }],
    ['null', 'null', { 'content-type': 'application/json' }],
    ['no body and no content type', undefined, {}],
  ])('%s', async (_what, body, headers) => {
    const answer = await app.http.request('POST', path(), body, { headers: { authorization: admin.key, ...headers } });
    const expected =
      name === 'add an address' ? [400, 'bad request error: the address must not be empty'] : [200, 'success'];
    expect([answer.status, answer.body['msg']]).toEqual(expected);
  });

  it.each([
    ['a list', '[]', 400],
    ['a text', '"a"', 400],
    ['half a body', '{"a', 400],
    ['a trap', '{"__proto__": {"state": "deleting"}}', 400],
    ['a form', 'city=Wheaton', 415],
  ])('%s is refused', async (_what, body, status) => {
    const type = status === 415 ? 'application/x-www-form-urlencoded' : 'application/json';
    const before = await read();
    const answer = await app.http.request('POST', path(), body, {
      headers: { authorization: admin.key, 'content-type': type },
    });
    expect([answer.status, answer.body['status']]).toEqual([status, 'failed']);
    expect(await read()).toEqual(before);
  });

  it('a million characters are too many', async () => {
    const answer = await admin.call('POST', path(), { ...needs, shoe: 'x'.repeat(1_048_576) });
    expect([answer.status, answer.body]).toEqual([413, failed('request too large')]);
  });

  it('operators in place of texts do nothing', async () => {
    const before = await read();
    const answer = await admin.call('POST', path(), everyProperty(schema, { $ne: null, $gt: '' }, {}));
    expect([200, 400]).toContain(answer.status);
    if (changesNothing) expect(await read()).toEqual(before);
  });
});

/** `fetch` sends no body with GET. */
function sendWithBody(method: string, path: string, authorization: string): Promise<number | undefined> {
  const headers = { authorization, 'content-type': 'application/json', 'content-length': '15' };
  return new Promise((resolve, reject) => {
    request(`${app.url}${path}`, { method, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end('{"id":"nobody"}');
  });
}

it.each(['/api/vault/', '/api/vault/customer/'])(
  'a JSON body on GET and DELETE of %s is not looked at',
  async (path) => {
    const { id } = await created();
    expect(await sendWithBody('GET', path + id, admin.key)).toBe(200);
    expect(await sendWithBody('DELETE', path + id, admin.key)).toBe(200);
    expect(await sendWithBody('GET', path + id, admin.key)).toBe(404);
  },
);

it('a DELETE with a JSON content type and no body, of an address too', async () => {
  const { id, data } = await created();
  const headers = { authorization: admin.key, 'content-type': 'application/json' };
  const address = data.customer.addresses[0]?.['id'];
  const paths = [`/api/vault/customer/${id}/address/${address}`, `/api/vault/customer/${id}`];
  for (const path of paths) expect((await app.http.request('DELETE', path, '', { headers })).status).toBe(200);
});

it('the key with and without a scheme word, and a token; nothing else', async () => {
  const path = `/api/vault/${customer.id}`;
  const login = { username: admin.username, password: PASSWORD };
  const { token } = (await app.http.post('/api/token-auth', login)).body['data'] as { token: string };
  for (const authorization of [admin.key, `Bearer ${admin.key}`, `bearer  ${admin.key} `, `Bearer ${token}`])
    expect((await admin.call('GET', path, undefined, authorization)).status).toBe(200);
  for (const authorization of [token, `Basic ${admin.key}`, `${admin.key}x`, 'Bearer', ''])
    expect(await admin.call('GET', path, undefined, authorization)).toMatchObject(unauthorized);
});

it('a public key has no vault', async () => {
  const made = await admin.call('POST', '/api/user/apikey', { type: 'public', name: 'shop' });
  const { api_key } = made.body['data'] as { api_key: string };
  for (const [method, path] of [
    ['GET', `/api/vault/${customer.id}`],
    ['POST', '/api/vault/customer'],
    ['POST', '/api/vault/customer/search'],
  ] as const)
    expect(await admin.call(method, path, method === 'POST' ? {} : undefined, api_key)).toMatchObject(unauthorized);
});

describe('the documented examples', () => {
  type Operation = { requestBody?: { content: Record<string, { examples?: Record<string, { value: unknown }> }> } };
  const examplesOf = (path: string) =>
    Object.entries(
      (document.paths[path]?.post as Operation | undefined)?.requestBody?.content['application/json']?.examples ?? {},
    );

  it.each([
    ['/api/vault/customer', 3],
    ['/api/vault/customer/search', 4],
    ['/api/vault/customer/{customerId}/address', 2],
    ['/api/vault/customer/{customerId}/address/{addressId}', 2],
  ])('those of POST %s are accepted as they stand', async (path, atLeast) => {
    const { id, data } = await created();
    const address = data.customer.addresses[0]?.['id'] ?? '';
    const examples = examplesOf(path);
    expect(examples.length).toBeGreaterThanOrEqual(atLeast);
    for (const [name, { value }] of examples) {
      const answer = await admin.call('POST', path.replace('{customerId}', id).replace('{addressId}', address), value);
      expect([name, answer.status, answer.body['msg']]).toEqual([name, 200, 'success']);
    }
  });

  it('those of an update too, but for ids that only the reader knows', async () => {
    const path = '/api/vault/customer/{customerId}';
    for (const [name, { value }] of examplesOf(path)) {
      const answer = await admin.call('POST', path.replace('{customerId}', customer.id), value);
      const whose = /must be (an address|a payment method) of the customer/;
      if (answer.status !== 200) expect([name, answer.body['msg']]).toEqual([name, expect.stringMatching(whose)]);
    }
    expect(examplesOf(path).length).toBeGreaterThanOrEqual(4);
  });
});
