import type { OpenAPIObject } from '@nestjs/swagger';
import { GREATEST_AMOUNT_MINOR } from '../../src/platform/common/currency.js';
import { inLanes } from '../../src/platform/common/lanes.js';
import { createDocument } from '../../src/app.openapi.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { CASES_SEED, drawnOf } from '../support/drawn-cases.js';
import { censusCaller, isCensus } from '../support/census.js';
import { gatewayCaller } from '../support/gateway.js';
import { basic, ghostCaller } from '../support/ghost.js';
import { KOMOJU, komojuCaller } from '../support/komoju.js';
import type { HttpAnswer } from '../support/http-client.js';
import { storedUsers } from '../support/users.js';

jest.setTimeout(240_000);

/** Number of bodies that a run draws for each route; with VAULT_CASES=all it takes all of them, which are 4,900. */
const CASES_A_ROUTE = 30;

/** The document's rules of bodies and path ids are the server's: sent is what it forbids, and what it allows at its edges. */
let test: TestApp;
let document: OpenAPIObject;
let tokens: Record<Surface | 'customer' | 'userId', string>;
beforeAll(async () => {
  test = await startTestApp({
    webhooks: false,
    env: { STOREFRONT_CLIENT_AMOUNT: 'true', STOREFRONT_CLIENT_AMOUNT_BOUNDS: 'usd:50-999999' },
  });
  document = await createDocument(test.app);
  const { token: first, userId } = await test.register();
  // Not that of the examples: a change that succeeds would kill the token.
  const change = { currentPassword: 'password', newPassword: 'no example of the document' };
  const token = String((await test.http.post('/user/change-password', change, { token: first })).body['access_token']);
  await storedUsers(test).set(userId, { isAdmin: true });
  const pair = await ghostCaller(test);
  const ghost = basic(pair.publicKey, pair.secretKey);
  const komoju = await komojuCaller(test);
  const ours = { komoju: basic(komoju.secretKey, ''), customer: await komoju.created() };
  const { key: census } = await censusCaller(test);
  tokens = { storefront: `Bearer ${token}`, gateway: (await gatewayCaller(test)).key, ghost, census, ...ours, userId };
});
afterAll(() => test.stop());

type Json = Record<string, unknown>;
interface Schema {
  $ref?: string;
  allOf?: Schema[];
  oneOf?: Schema[];
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: unknown;
  enum?: unknown[];
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  items?: Schema;
  example?: unknown;
}

interface Case {
  readonly name: string;
  readonly body: Json;
  readonly forbidden: boolean;
  readonly property: string;
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly schema: Schema;
}

function resolved(schema: Schema): Schema {
  const ref = schema.$ref ?? schema.allOf?.[0]?.$ref;
  if (ref === undefined) return schema;
  return (document.components?.schemas?.[ref.split('/').pop() ?? ''] ?? {}) as Schema;
}

function routes(): Route[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    (['post', 'put', 'patch'] as const).flatMap((method) => {
      const body = item[method]?.requestBody as { content?: Record<string, { schema: Schema }> } | undefined;
      const schema = body?.content?.['application/json']?.schema;
      return schema === undefined || path === '/webhook/stripe' ? [] : [{ method, path, schema: resolved(schema) }];
    }),
  );
}

/** The required properties, by their examples. */
function base(schema: Schema): Json {
  return Object.fromEntries((schema.required ?? []).map((name) => [name, valueOf(schema.properties?.[name] ?? {})]));
}

function valueOf(property: Schema): unknown {
  const schema = resolved(property);
  if (schema.properties !== undefined) return base(schema);
  return property.example ?? schema.example ?? schema.enum?.[0];
}

const WRONG: readonly unknown[] = ['text', 7, true, ['x'], { x: 1 }];
const kindOf = (value: unknown): string =>
  Array.isArray(value) ? 'array' : typeof value === 'number' ? 'integer' : typeof value;

function forbiddenValues(schema: Schema): [string, unknown][] {
  const types = (schema.oneOf ?? [schema]).map(({ type }) => type);
  const wrong = WRONG.filter((value) => !types.includes(kindOf(value)) && !types.includes('number'));
  const example = typeof schema.example === 'string' ? schema.example : 'x';
  const list: [string, unknown][] = wrong.map((value) => [`a wrong type: ${JSON.stringify(value)}`, value]);
  if (schema.maxLength !== undefined) list.push(['too long', example.padEnd(schema.maxLength + 1, 'x')]);
  if ((schema.minLength ?? 0) > 1) list.push(['too short', example.slice(0, (schema.minLength ?? 0) - 1)]);
  if (schema.pattern !== undefined)
    for (const value of [`${example}\n`, ` ${example}`, '~'])
      if (!new RegExp(schema.pattern, 'u').test(value)) list.push([`no match: ${JSON.stringify(value)}`, value]);
  if (schema.enum !== undefined) list.push(['another value', 'nonsense']);
  if (schema.format === 'email') list.push(['no address', 'nobody']);
  if (schema.minimum !== undefined) list.push(['too little', schema.minimum - 1]);
  if (schema.maximum !== undefined) list.push(['too much', schema.maximum + 1]);
  if (schema.type === 'integer') list.push(['a fraction', (schema.minimum ?? 0) + 0.5]);
  if (schema.maxItems !== undefined)
    list.push(['too many', Array<unknown>(schema.maxItems + 1).fill(schema.items?.enum?.[0] ?? 'x')]);
  return list;
}

function allowedValues(schema: Schema): [string, unknown][] {
  const list: [string, unknown][] = (schema.enum ?? []).map((value) => [`allowed: ${String(value)}`, value]);
  if (schema.example !== undefined) list.push(['the example', schema.example]);
  const free = schema.type === 'string' && schema.pattern === undefined && schema.enum === undefined;
  if (free && (schema.format === undefined || schema.format === 'password')) {
    if (schema.maxLength !== undefined) list.push(['longest', 'x'.repeat(schema.maxLength)]);
    if (schema.minLength !== undefined) list.push(['shortest', 'x'.repeat(schema.minLength)]);
  }
  // The document bounds money for all currencies at once; a currency has a minimum and a maximum of its own within.
  if (schema.minimum !== undefined && schema.minimum !== 1) list.push(['least', schema.minimum]);
  if (schema.maximum !== undefined && schema.maximum !== GREATEST_AMOUNT_MINOR) list.push(['most', schema.maximum]);
  if (schema.maxItems !== undefined && schema.items?.enum !== undefined)
    list.push(['most items', Array<unknown>(schema.maxItems).fill(schema.items.enum[0])]);
  return list;
}

/** Properties whose form depends on another one: `daily` takes any text as `billing_days`, the other frequencies take days. */
const JUDGED_BESIDE_OTHERS = ['billing_days'];

/** Each property once with each value, all others by their examples; `within` puts a nested object into the body. */
function casesOf(schema: Schema, within: (body: Json) => Json = (body) => body, path = ''): Case[] {
  const body = base(schema);
  const put = (name: string, value: unknown): Json => within({ ...body, [name]: value });
  const judgedAlone = Object.entries(schema.properties ?? {}).filter(([name]) => !JUDGED_BESIDE_OTHERS.includes(name));
  const own = judgedAlone.flatMap(([name, property]): Case[] => {
    const inner = resolved(property);
    const one =
      (forbidden: boolean) =>
      ([what, value]: [string, unknown]): Case => ({
        name: `${path}${name}: ${what}`,
        body: put(name, value),
        forbidden,
        property: name,
      });
    const nested = inner.properties === undefined ? [] : casesOf(inner, (value) => put(name, value), `${path}${name}.`);
    const merged = inner === property ? property : { ...inner, type: 'object' };
    return [
      ...forbiddenValues(merged).map(one(true)),
      ...(inner.properties === undefined ? allowedValues(merged).map(one(false)) : []),
      ...nested,
    ];
  });
  const missing = (schema.required ?? []).map((name): Case => {
    const { [name]: _left, ...rest } = body;
    return { name: `${path}${name}: not sent`, body: within(rest), forbidden: true, property: name };
  });
  const extra =
    schema.additionalProperties === false
      ? [{ name: `${path}an extra property`, body: put('surplus', 1), forbidden: true, property: 'surplus' }]
      : [];
  return [...own, ...missing, ...extra];
}

const filled = (path: string): string =>
  path
    .replace('{cuid}', 'cjld2cjxh0000qzrmn831i7rn')
    .replace('{customerId}', path.startsWith('/ghost') ? 'customer_bl6nqk69ku6897l45fp0' : '{customerId}')
    .replace('{id}', path.startsWith(KOMOJU) ? tokens.customer : '{id}')
    .replace(/\{\w+\}/g, path.startsWith('/user') ? tokens.userId : 'bl6nqk69ku6897l45fp0');

type Surface = 'census' | 'gateway' | 'ghost' | 'komoju' | 'storefront';

function surfaceOf(path: string): Surface {
  if (isCensus(path)) return 'census';
  if (path.startsWith(KOMOJU)) return 'komoju';
  return path.startsWith('/api') ? 'gateway' : path.startsWith('/ghost') ? 'ghost' : 'storefront';
}

function send(method: string, path: string, body?: unknown): Promise<HttpAnswer> {
  const authorization = tokens[surfaceOf(path)];
  return test.http.request(method.toUpperCase(), path, body, { headers: { authorization } });
}

/** Whether the answer complains of this property's form. */
function complains({ status, body }: HttpAnswer, property: string): boolean {
  if (status !== 400 && status !== 422) return false;
  if (Array.isArray(body[property]))
    return [body[property]].flat().some((said) => / (required|must|blank)/.test(` ${String(said)}`));
  const { message } = (body['error'] ?? {}) as { message?: string };
  const messages = [message ?? body['message'] ?? body['msg']].flat().map(String).join('; ');
  return new RegExp(String.raw`\b${property}( is required| must| should)`).test(messages);
}

it(`refuses what the document forbids, and takes what it allows at its edges; seed ${CASES_SEED}`, async () => {
  const cases = routes().flatMap((route) => {
    const all = casesOf(route.schema);
    return drawnOf(all, Math.min(1, CASES_A_ROUTE / all.length)).map((one) => ({ ...one, route }));
  });
  expect(cases.length).toBeGreaterThan(300);
  const wrong: string[] = [];
  // Some at a time, so that the hundreds of small requests do not wait for one another.
  await inLanes(6, cases, async ({ route, name, body, forbidden, property }) => {
    const answer = await send(route.method, filled(route.path), body);
    // A login that is not one is wrong like every other, not malformed (ruling 51).
    const isOther = route.path.startsWith(KOMOJU) || isCensus(route.path);
    const refusals = route.path === '/user/login' ? [400, 401] : [isOther ? 422 : 400];
    const right = forbidden ? refusals.includes(answer.status) : !complains(answer, property);
    if (!right) wrong.push(`${route.method} ${route.path} ${name} -> ${answer.status} ${answer.text}`);
  });
  expect(wrong).toEqual([]);
});

it('refuses path ids that miss their pattern', async () => {
  let tried = 0;
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of ['get', 'put', 'patch', 'delete'] as const) {
      const parameters = (item[method]?.parameters ?? []) as { name: string; in: string; schema?: Schema }[];
      for (const { name, in: place, schema } of parameters) {
        if (place !== 'path' || schema?.pattern === undefined) continue;
        tried++;
        const body = method === 'put' || method === 'patch' ? {} : undefined;
        for (const id of ['~', '%00', `c${'a'.repeat(300)}`, 'pi_x%0A']) {
          const answer = await send(method, path.replace(`{${name}}`, id), body);
          // The census contract knows no form of an id: what is none is nobody's.
          expect([method, path, id, answer.status]).toEqual([method, path, id, isCensus(path) ? 404 : 400]);
        }
      }
    }
  }
  expect(tried).toBe(14);
});

const STRANGE_IDS = ['~', '%00', '%F0%9F%99%82', '$ne', '%20', "'", 'a'.repeat(1_000), '%C3%A9'.repeat(1_000)];

/** A body that the route takes. */
function exampleOf(requestBody: unknown): unknown {
  const { content } = (requestBody ?? {}) as {
    content?: Record<string, { schema: Schema; examples?: Record<string, { value: unknown }> }>;
  };
  const json = content?.['application/json'];
  if (json === undefined) return undefined;
  return Object.values(json.examples ?? {})[0]?.value ?? base(resolved(json.schema));
}

it('says of the gateway’s path ids that they have no form, and answers so', async () => {
  let tried = 0;
  for (const [path, item] of Object.entries(document.paths)) {
    if (surfaceOf(path) !== 'gateway') continue;
    for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) {
      const operation = item[method];
      const parameters = (operation?.parameters ?? []) as { name: string; in: string; description?: string }[];
      for (const { name, in: place, ...described } of parameters) {
        if (place !== 'path') continue;
        tried++;
        const description = 'Any text; what names nothing of the account is 404.';
        const schema = { type: 'string', maxLength: 1_000 };
        expect([path, name, described]).toEqual([path, name, expect.objectContaining({ description, schema })]);
        const body = exampleOf(operation?.requestBody);
        const at = (id: string) => path.replace(`{${name}}`, id).replace(/\{\w+\}/g, 'bl6nqk69ku6897l45fp0');
        for (const id of drawnOf(STRANGE_IDS, 0.3)) {
          const answer = await send(method, at(id), body);
          expect([method, at(id), answer.status, answer.body]).toEqual([
            method,
            at(id),
            404,
            { status: 'failed', msg: 'not found' },
          ]);
        }
        expect((await send(method, at('a'.repeat(1_001)), body)).status).toBe(400);
      }
    }
  }
  expect(tried).toBeGreaterThan(25);
});

it('says what the contract’s identifiers look like', () => {
  const of = (schema: string, property: string): Schema =>
    (document.components?.schemas?.[schema] as Schema | undefined)?.properties?.[property] ?? {};
  expect(of('CreatePayment', 'cuid').pattern).toBe('^c[a-z0-9]{24}$');
  expect(of('ConfirmPayment', 'paymentId')).toMatchObject({ pattern: '^pi_[A-Za-z0-9]+$', maxLength: 255 });
  expect(of('CreateGatewayUser', 'phone').pattern).toBe(String.raw`^\d{1,15}$`);
  expect(of('CreateGatewayUser', 'password')).toMatchObject({ pattern: expect.stringContaining('{8,64}') });
  expect(of('CreateUser', 'password')).toMatchObject({ minLength: 8, maxLength: 128 });
  expect(of('NewCardFields', 'number').pattern).toBe(String.raw`^\d{12,19}$`);
  expect(of('RegisterCheckout', 'description')).toMatchObject({ minLength: 1, maxLength: 500 });
  for (const name of ['CreateUser', 'UpdateUser', 'LoginUser', 'CreatePayment', 'ConfirmPayment', 'RegisterCheckout'])
    expect([name, document.components?.schemas?.[name]]).toEqual([
      name,
      expect.objectContaining({ additionalProperties: false }),
    ]);
  expect(document.components?.schemas?.['CreateGatewayUser']).not.toHaveProperty('additionalProperties');
});
