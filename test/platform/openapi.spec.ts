import type { OpenAPIObject } from '@nestjs/swagger';
import { createDocument } from '../../src/app.openapi.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { CENSUS } from '../support/census.js';
import { type Exchange, OpenApiCheck } from '../support/openapi-check.js';

let test: TestApp;
let document: OpenAPIObject;
beforeAll(async () => {
  test = await startTestApp();
  document = await createDocument(test.app);
});
afterAll(() => test.stop());

describe('the checker that all e2e tests stand on', () => {
  const user = { userId: '5f9f1c9b9c9c9c9c9c9c9c9c', userName: 'Grace', email: 'grace@example.com' };
  const exchange = (change: Partial<Exchange>): Exchange => ({
    method: 'GET',
    path: `/user/${user.userId}`,
    status: 200,
    contentType: 'application/json; charset=utf-8',
    body: user,
    ...change,
  });
  const check = (change: Partial<Exchange>) => (): void => new OpenApiCheck(document).check(exchange(change));

  it('takes what is documented', () => {
    expect(check({})).not.toThrow();
    expect(check({ path: '/user', body: [user, { ...user, customerId: 'cus_1' }] })).not.toThrow();
  });

  it.each<[string, Partial<Exchange>, RegExp]>([
    ['an extra property', { body: { ...user, passwordHash: 'x' } }, /additional properties: passwordHash/],
    ['one in a list', { path: '/user', body: [user, { ...user, __v: 1 }] }, /body\/1 .*__v/],
    ['a missing property', { body: { userId: user.userId, userName: 'Grace' } }, /required property 'email'/],
    ['a wrong type', { body: { ...user, userName: 7 } }, /body\/userName must be string/],
    ['an undocumented status', { status: 418 }, /does not document/],
    ['an internal error', { status: 500, body: {} }, /does not document/],
    ['an undocumented route', { path: '/user/a/b' }, /no such route/],
    ['an undocumented method', { method: 'PUT' }, /no such route/],
    ['another content type', { contentType: 'text/html', body: '<p>' }, /documented is application\/json/],
    ['an error of another shape', { status: 404, body: { message: 'no' } }, /required property/],
  ])('refuses %s', (_name, change, problem) => {
    expect(check(change)).toThrow(problem);
  });
});

describe('the document', () => {
  const operations = (): [string, OpenAPIObject['paths'][string]['get']][] =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method) =>
        item[method] === undefined ? [] : [[`${method} ${path}`, item[method]] as [string, typeof item.get]],
      ),
    );

  it('is what /docs-json answers', async () => {
    const { body } = await test.http.get('/docs-json');
    expect(body).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('has every route of the storefront', () => {
    expect(operations().map(([name]) => name)).toEqual(
      expect.arrayContaining([
        'post /user/register',
        'post /user/login',
        'post /user',
        'get /user',
        'get /user/{id}',
        'patch /user/{id}',
        'delete /user/{id}',
        'post /payment',
        'post /payment/confirm',
        'get /payment',
        'get /payment/{id}',
      ]),
    );
  });

  it('every route says what it is for, what it answers and how it fails', () => {
    for (const [name, operation] of operations()) {
      expect([name, operation?.summary]).toEqual([name, expect.stringMatching(/\w{3}/)]);
      const statuses = Object.keys(operation?.responses ?? {});
      expect([name, statuses.filter((status) => status.startsWith('2'))]).toEqual([name, [expect.any(String)]]);
    }
  });

  it('documents what is refused before a controller is reached', () => {
    for (const [name, operation] of operations()) {
      if (operation?.requestBody === undefined || name === 'post /webhook/stripe') continue;
      const invalid = name.startsWith(`post ${CENSUS}`) ? '422' : '400';
      expect([name, Object.keys(operation.responses)]).toEqual([name, expect.arrayContaining([invalid, '413', '415'])]);
    }
  });

  it('every property of a body has a type', () => {
    const untyped = Object.entries(document.components?.schemas ?? {}).flatMap(([name, schema]) =>
      Object.entries(('properties' in schema ? schema.properties : undefined) ?? {})
        .filter(
          ([, property]) => !('$ref' in property || 'type' in property || 'allOf' in property || 'oneOf' in property),
        )
        .map(([property]) => `${name}.${property}`),
    );
    expect(untyped).toEqual([]);
  });

  it('card numbers and their codes have a place in cards only (ruling 30)', () => {
    const schemas = Object.entries(document.components?.schemas ?? {});
    const talking = (name: string) =>
      schemas.filter(([, schema]) => JSON.stringify(schema).includes(`"${name}":`)).map(([title]) => title);
    expect(talking('number').toSorted()).toEqual([
      'CardFields',
      'KomojuPaymentDetails',
      'NewCardFields',
      'NewGhostCard',
      'TransactionCardFields',
    ]);
    expect(talking('card_number').toSorted()).toEqual(['CardFields', 'NewCardFields']);
    expect(talking('cvc').toSorted()).toEqual(['NewGhostCard', 'TransactionCardFields', 'TransactionTerminalFields']);
    expect(talking('verification_value')).toEqual(['KomojuPaymentDetails']);
    for (const name of ['cvv', 'cardNumber']) expect(talking(name)).toEqual([]);
  });
});
