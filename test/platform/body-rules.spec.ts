import { gzipSync } from 'node:zlib';
import { startTestApp, type TestApp } from '../support/app.js';
import type { HttpAnswer, HttpOptions } from '../support/http-client.js';
import { rawHttp, statusOf } from '../support/raw-http.js';

let test: TestApp;
let token: string;
beforeAll(async () => {
  test = await startTestApp();
  ({ token } = await test.register());
});
afterAll(() => test.stop());

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const padded = (bytes: number): string => {
  const empty = JSON.stringify({ email: '', password: 'x' });
  return JSON.stringify({ email: 'e'.repeat(bytes - empty.length), password: 'x' });
};

/** Method and path of a route that takes a body, on each mount. */
const ROUTES: readonly [method: string, path: string][] = [
  ['POST', '/user/login'],
  ['POST', '/user/register'],
  ['PATCH', '/user/5f9f1c9b9c9c9c9c9c9c9c9c'],
  ['POST', '/payment'],
  ['POST', '/payment/confirm'],
  ['PUT', '/checkout/cjld2cjxh0000qzrmn831i7rn'],
];

/** What no language of ours takes, whatever the route. */
const REFUSED: readonly [
  name: string,
  status: number,
  body: string | Buffer | undefined,
  headers: Record<string, string>,
][] = [
  ['no body', 400, undefined, {}],
  ['an empty body', 400, '', { 'content-type': 'application/json' }],
  ['half a body', 400, '{"email": "a', {}],
  ['not JSON', 400, 'email=a', {}],
  ['invalid UTF-8', 400, Buffer.from([0x22, 0xff, 0xfe, 0x22]), { 'content-type': 'application/json' }],
  ['33 levels', 400, nested(33), {}],
  ['30,000 levels', 400, nested(30_000), {}],
  ['__proto__', 400, '{"__proto__": {"polluted": true}}', {}],
  ['a nested __proto__', 400, '{"a": [{"__proto__": {"polluted": true}}]}', {}],
  ['constructor.prototype', 400, '{"constructor": {"prototype": {"polluted": true}}}', {}],
  ['an array', 400, '[]', {}],
  ['null', 400, 'null', {}],
  ['a string', 400, '"text"', {}],
  ['101 KB', 413, padded(102_401), {}],
  ['text/plain', 415, '{}', { 'content-type': 'text/plain' }],
  ['a form', 415, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['XML', 415, '<a/>', { 'content-type': 'application/xml' }],
  ['another charset', 415, '{}', { 'content-type': 'application/json; charset=iso-8859-1' }],
  ['UTF-16', 415, '{}', { 'content-type': 'application/json; charset=utf-16' }],
  ['a broken content type', 415, '{}', { 'content-type': 'application' }],
  ['JSON of something', 415, '{}', { 'content-type': 'application/vnd.api+json' }],
  ['gzip', 415, gzipSync('{}'), { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
];

describe.each(ROUTES)('%s %s', (method, path) => {
  const send = (body: string | Buffer | undefined, options: HttpOptions): Promise<HttpAnswer> =>
    test.http.request(method, path, body, { token, ...options });

  it.each(REFUSED)('refuses %s with %i', async (_name, status, body, headers) => {
    const answer = await send(body, { headers });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ statusCode: status, message: expect.anything(), error: expect.any(String) });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

it('a body without a content type', async () => {
  const { host } = new URL(test.url);
  const request = `POST /user/login HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`;
  expect(statusOf(await rawHttp(test.url, request))).toBe(415);
});

it.each([
  'application/json',
  'application/json; charset=utf-8',
  'Application/JSON;charset="UTF-8"',
  'application/json;',
])('takes %s', async (type) => {
  const { email } = await test.register();
  const body = JSON.stringify({ email, password: 'password' });
  const { status } = await test.http.post('/user/login', body, { headers: { 'content-type': type } });
  expect(status).toBe(201);
});

it('takes exactly 100 KB, and then says what is wrong with it', async () => {
  const { status } = await test.http.post('/user/login', padded(102_400));
  expect(status).toBe(400);
});

it('takes 32 levels of JSON, and then says what is wrong with it', async () => {
  const { status, body } = await test.http.post('/user/login', nested(32));
  expect([status, String(body['message'])]).toEqual([400, expect.not.stringContaining('nested')]);
});

it('a body of unknown length is cut off at the limit', async () => {
  const { host } = new URL(test.url);
  const head = `POST /user/login HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
  expect(statusOf(await rawHttp(test.url, `${head}${chunk.repeat(3)}0\r\n\r\n`))).toBe(413);
});

it('a body that is announced as enormous is refused unread', async () => {
  const { host } = new URL(test.url);
  const head = `POST /user/login HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 9999999999\r\n\r\n`;
  expect(statusOf(await rawHttp(test.url, head))).toBe(413);
});

it('a DELETE with a JSON content type and no body is what many clients send', async () => {
  const { token: own, userId } = await test.register();
  const { status } = await test.http.delete(`/user/${userId}`, {
    token: own,
    headers: { 'content-type': 'application/json' },
  });
  expect(status).toBe(200);
});

it('routes without a body take none', async () => {
  const { token: own } = await test.register();
  expect((await test.http.post('/user/logout', undefined, { token: own })).status).toBe(201);
});

describe('the webhook takes bytes', () => {
  const send = (body: string | Buffer, headers: Record<string, string> = {}): Promise<HttpAnswer> =>
    test.http.post('/webhook/stripe', body, { headers });

  it.each(['application/json', 'application/json; charset=utf-8', 'text/plain'])('as %s', async (type) => {
    const { status, body } = await send('{"id":"evt_1"}', { 'content-type': type });
    expect([status, body]).toEqual([400, expect.objectContaining({ statusCode: 400 })]); // unsigned, which is all it minds
  });

  it('up to 256 KB', async () => {
    expect((await send(' '.repeat(262_144))).status).toBe(400);
    expect((await send(' '.repeat(262_145))).status).toBe(413);
  });

  it('does not unpack', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    expect((await send(bomb, { 'content-encoding': 'gzip' })).status).toBe(400);
  });
});
