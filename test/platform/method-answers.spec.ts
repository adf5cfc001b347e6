import type { OpenAPIObject } from '@nestjs/swagger';
import { createDocument } from '../../src/app.openapi.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { censusCaller, isCensus } from '../support/census.js';
import { gatewayCaller } from '../support/gateway.js';
import { basic, failure, ghostCaller } from '../support/ghost.js';
import { failure as komojuFailure, KOMOJU, komojuCaller } from '../support/komoju.js';
import { rawHttp, statusOf } from '../support/raw-http.js';

let test: TestApp;
let document: OpenAPIObject;
beforeAll(async () => {
  test = await startTestApp({ webhooks: false });
  document = await createDocument(test.app);
});
afterAll(() => test.stop());

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
/** An address that the route's pattern takes. */
const filled = (path: string): string => path.replace(/\{\w+\}/g, 'cjld2cjxh0000qzrmn831i7rn');
/** How the language of the address says that it has not the method. */
const methodRefused = (path: string): object => {
  if (path.startsWith(KOMOJU)) return komojuFailure(405, 'method_not_allowed', 'The method is not allowed here').body;
  if (isCensus(path)) return {};
  if (path.startsWith('/api')) return { status: 'failed', msg: 'method not allowed' };
  if (path.startsWith('/ghost')) return failure(405, 'Method not allowed', 'Method Not Allowed').body;
  return { statusCode: 405, message: 'The method is not allowed here', error: 'Method Not Allowed' };
};
/** A good credential for each address. */
async function credentials(): Promise<(path: string) => string> {
  const { token } = await test.register();
  const admin = await gatewayCaller(test);
  const ghost = await ghostCaller(test);
  const komoju = await komojuCaller(test);
  const census = await censusCaller(test);
  return (path) => {
    if (path.startsWith(KOMOJU)) return basic(komoju.secretKey, '');
    if (isCensus(path)) return census.key;
    if (path.startsWith('/ghost')) return basic(ghost.publicKey, ghost.secretKey);
    return path.startsWith('/api') ? admin.key : `Bearer ${token}`;
  };
}

describe('Allow', () => {
  const options = (headers: Record<string, string> = {}, path = '/user') =>
    test.http.request('OPTIONS', path, undefined, { headers, check: false });

  it('is on a plain OPTIONS and a 405 of every address', async () => {
    for (const [path, item] of Object.entries(document.paths)) {
      const documented = METHODS.filter((method) => item[method] !== undefined).map((method) => method.toUpperCase());
      const answer = await options({}, filled(path));
      expect([path, answer.status, answer.text]).toEqual([path, 204, '']);
      const allowed = String(answer.headers.get('allow')).split(', ');
      expect([path, allowed]).toEqual([path, expect.arrayContaining([...documented, 'OPTIONS'])]);
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        if (allowed.includes(method)) continue;
        const refused = await test.http.request(method, filled(path), undefined, { check: false });
        expect([method, path, refused.status]).toEqual([method, path, 405]);
        expect(refused.headers.get('allow')).toBe(answer.headers.get('allow'));
        expect(refused.body).toEqual(methodRefused(path));
      }
    }
  });

  it.each([
    ['/health/live', 'GET, HEAD, OPTIONS'],
    ['/metrics', 'GET, HEAD, OPTIONS'],
    ['/webhook/stripe', 'POST, OPTIONS'],
    ['/', 'GET, HEAD, OPTIONS'],
  ])('of %s too', async (path, allow) => {
    expect((await options({}, path)).headers.get('allow')).toBe(allow);
  });

  it('unknown addresses stay unknown', async () => {
    for (const path of ['/nowhere', '/api/nowhere/else', '/ghost/api/v1/nowhere', `${KOMOJU}/x/nowhere`]) {
      const answer = await options({}, path);
      expect([path, answer.status, answer.headers.get('allow')]).toEqual([path, 404, null]);
    }
  });

  it.each([
    ['/%75ser/logout', '/user/logout', 'DELETE, GET, HEAD, PATCH, POST, OPTIONS'],
    ['/user/%6Cog%6fut?a=/api', '/user/logout', 'DELETE, GET, HEAD, PATCH, POST, OPTIONS'],
    ['/user/cjld2%63jxh0000qzrmn831i7rn', '/user/cjld2cjxh0000qzrmn831i7rn', 'DELETE, GET, HEAD, PATCH, OPTIONS'],
    ['/%61pi/users', '/api/users', 'GET, HEAD, OPTIONS'],
    ['/health/%6Cive', '/health/live', 'GET, HEAD, OPTIONS'],
  ])('of %s, which is %s', async (path, plain, allow) => {
    for (const one of [path, plain]) {
      const answer = await options({}, one);
      expect([one, answer.status, answer.headers.get('allow')]).toEqual([one, 204, allow]);
      const refused = await test.http.request('PUT', one, undefined, { check: false });
      expect([one, refused.status, refused.headers.get('allow')]).toEqual([one, 405, allow]);
      expect(refused.body).toHaveProperty(plain.startsWith('/api') ? 'msg' : 'message');
    }
  });

  it.each(['/user%2flogout', '/%2575ser/logout', '/%75ser%00'])(
    '%s is no other spelling of an address',
    async (path) => {
      expect((await options({}, path)).status).toBe(404);
      expect((await test.http.post(path, undefined, { check: false })).status).toBe(404);
    },
  );

  it('also where CORS is open, and preflights are still CORS’s', async () => {
    const origin = 'https://shop.example';
    const open = await startTestApp({ env: { CORS_ORIGINS: origin }, simulator: test.simulator, webhooks: false });
    try {
      const plain = await open.http.request('OPTIONS', '/user/login', undefined, { check: false });
      expect([plain.status, plain.headers.get('allow')]).toEqual([204, expect.stringContaining('POST')]);
      const headers = { origin, 'access-control-request-method': 'POST' };
      const preflight = await open.http.request('OPTIONS', '/user/login', undefined, { headers, check: false });
      expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
    } finally {
      await open.stop();
    }
  });
});

describe('what Node refuses itself', () => {
  const ask = (method: string, path: string, header: string, host = 'Host: x\r\n'): Promise<string> =>
    rawHttp(test.url, `${method} ${path} HTTP/1.1\r\n${host}${header}\r\nConnection: close\r\n\r\n`);

  it.each([
    ['Expect', 417, 'Expect: tea', 'expectation failed', undefined],
    ['long headers', 431, `X-Long: ${'x'.repeat(20_000)}`, 'request headers too large', undefined],
    ['no Host', 400, 'Accept: */*', 'bad request error: The request has no Host header', ''],
  ])('%s: has an id and the shape of the surface', async (_name, status, header, msg, host) => {
    for (const path of ['/user/login', '/api/user', '/', '/ghost/api/v1/customers']) {
      const answer = await ask('POST', path, header, host);
      expect(statusOf(answer)).toBe(status);
      expect(answer).toMatch(/x-correlation-id: [0-9a-f-]{36}\r\n/);
      const body: unknown = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));
      const texts = { message: expect.any(String), error: expect.any(String) };
      const shape = path.startsWith('/ghost') ? { ...texts, status } : { ...texts, statusCode: status };
      expect(body).toEqual(path.startsWith('/api') ? { status: 'failed', msg } : shape);
    }
  });
});

describe('a route that takes no body', () => {
  const TYPES = ['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'application', 'nonsense;;'];
  const EMPTY = ['Content-Length: 0\r\n\r\n', '\r\n', 'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n'];

  it('ignores an empty one of any content type', async () => {
    const credentialFor = await credentials();
    const routes = Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => item[method] !== undefined && item[method]?.requestBody === undefined)
        .filter(() => path !== '/webhook/stripe' && path !== '/user/logout')
        .map((method) => [method.toUpperCase(), filled(path)] as const),
    );
    expect(routes.map(([method]) => method)).toContain('DELETE');
    for (const [method, path] of [...routes, ['POST', '/nowhere'] as const]) {
      const credential = credentialFor(path);
      for (const type of TYPES)
        for (const empty of EMPTY) {
          if (empty.includes('chunked') && (type === 'application' || type === 'nonsense;;')) continue;
          const head = `${method} ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${credential}\r\nConnection: close\r\n`;
          const answer = await rawHttp(test.url, `${head}Content-Type: ${type}\r\n${empty}`);
          expect([method, path, type, statusOf(answer)]).not.toEqual([method, path, type, 415]);
          expect(answer).not.toMatch(/JSON|could not be read/);
        }
    }
  });

  /** Some clients write a blank or the end of a line for nothing. */
  const BLANKS = [' ', '\n', '\r\n', '\t', ' '.repeat(16), `\r\n${' '.repeat(200)}`];
  const BLANK_TYPES = ['application/json', 'application/x-www-form-urlencoded', 'text/plain'];

  it('takes a blank for an empty one', async () => {
    const credentialFor = await credentials();
    const routes = Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => method !== 'get' && item[method] !== undefined)
        .filter((method) => item[method]?.requestBody === undefined && path !== '/webhook/stripe')
        .filter(() => path !== '/user/logout')
        .map((method) => [method.toUpperCase(), filled(path)] as const),
    );
    expect(routes.length).toBeGreaterThan(2);
    for (const [method, path] of routes)
      for (const body of BLANKS) {
        const headers = { authorization: credentialFor(path) };
        const empty = await test.http.request(method, path, undefined, { headers, check: false });
        const blank = await test.http.request(method, path, body, { headers, check: false });
        expect([method, path, body, blank.status]).toEqual([method, path, body, empty.status]);
        expect(blank.body).toEqual(empty.body);
      }
  });

  it.each(BLANK_TYPES)('logs out with a blank of %s', async (type) => {
    for (const body of BLANKS.filter(({ length }) => type === 'application/json' || length <= 16)) {
      const { token } = await test.register();
      const answer = await test.http.post('/user/logout', body, { token, headers: { 'content-type': type } });
      expect([body, answer.status, answer.body]).toEqual([body, 201, { loggedOut: true }]);
    }
  });

  it('logs out with a blank that comes in pieces, or without a type', async () => {
    for (const rest of [
      'Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n \r\n1\r\n\n\r\n0\r\n\r\n',
      'Content-Length: 1\r\n\r\n ',
    ]) {
      const { token } = await test.register();
      const head = `POST /user/logout HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n`;
      expect(statusOf(await rawHttp(test.url, `${head}${rest}`))).toBe(201);
    }
  });

  it('is no reason to take one where it is wanted, or another type with something in it', async () => {
    const { token } = await test.register();
    expect((await test.http.post('/user/login', ' ')).status).toBe(400);
    expect((await test.http.post('/api/token-auth', ' ')).status).toBe(400);
    for (const body of ['{}', '\u00a0', 'x'.repeat(17)]) {
      const headers = { 'content-type': 'text/plain' };
      expect([body, (await test.http.post('/user/logout', body, { token, headers, check: false })).status]).toEqual([
        body,
        415,
      ]);
    }
  });

  it.each(TYPES)('logs out with %s', async (type) => {
    const { token } = await test.register();
    const answer = await test.http.post('/user/logout', undefined, { token, headers: { 'content-type': type } });
    expect([answer.status, answer.body]).toEqual([201, { loggedOut: true }]);
  });
});

it.each(['utf8', 'UTF8', '"utf8"', 'utf-8'])('charset=%s is UTF-8', async (charset) => {
  const { email } = await test.register();
  const headers = { 'content-type': `application/json; charset=${charset}` };
  const login = await test.http.post('/user/login', JSON.stringify({ email, password: 'password' }), { headers });
  expect(login.status).toBe(201);
  const token = await test.http.post('/api/token-auth', '{"username":"nobody","password":"x"}', { headers });
  expect(token.status).toBe(401);
});

it.each([
  ['https://pay.example/shop/', '/shop'],
  ['https://pay.example/shop', '/shop'],
  ['https://pay.example', '/'],
])('the document’s server for %s is %s', async (publicUrl, path) => {
  const behind = await startTestApp({ env: { PUBLIC_URL: publicUrl }, simulator: test.simulator, webhooks: false });
  try {
    expect((await behind.http.get('/docs-json')).body['servers']).toEqual([expect.objectContaining({ url: path })]);
  } finally {
    await behind.stop();
  }
});
