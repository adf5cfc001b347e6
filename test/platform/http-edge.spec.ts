import { startTestApp, type TestApp } from '../support/app.js';
import { eventually, newCuid } from '../support/payments.js';
import { struck } from '../support/proxied-app.js';
import { rawHttp, statusOf } from '../support/raw-http.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const API_POLICY = "default-src 'none'; frame-ancestors 'none'";

let test: TestApp;
beforeAll(async () => {
  test = await startTestApp();
});
afterAll(() => test.stop());

describe('headers', () => {
  it.each(['/health/live', '/user', '/nowhere', '/user/%E0%A4%A'])('of %s', async (path) => {
    const { headers } = await test.http.get(path);
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-correlation-id')).toMatch(UUID);
  });

  it.each(['/health/live', '/user', '/nowhere'])('of %s, for browsers', async (path) => {
    const { headers } = await test.http.get(path);
    expect(headers.get('content-security-policy')).toBe(API_POLICY);
    expect(headers.get('strict-transport-security')).toContain('max-age=31536000');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('pages may style themselves and run nothing', async () => {
    const page = await test.http.get('/checkout/return?payment_intent_client_secret=x', { check: false });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; style-src");
    expect(page.headers.get('content-security-policy')).not.toContain('script-src');
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  it('Swagger UI may load its own files, and only these may be kept', async () => {
    const page = await test.http.get('/docs');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(page.headers.get('cache-control')).toBe('no-store');
    const script = await test.http.get('/docs/swagger-ui-bundle.js');
    expect(script.status).toBe(200);
    expect(script.headers.get('cache-control')).not.toBe('no-store');
    expect(page.text).not.toMatch(/(src|href)="(https?:)?\/\//);
  });
});

describe('correlation', () => {
  it('is never the client’s to choose', async () => {
    const theirs = 'my-own-id';
    const { headers } = await test.http.get('/health/live', { headers: { 'x-correlation-id': theirs } });
    expect(headers.get('x-correlation-id')).toMatch(UUID);
  });

  it('is new with each request', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, async () => (await test.http.get('/health/live')).headers.get('x-correlation-id')),
    );
    expect(new Set(ids).size).toBe(20);
  });
});

describe('CORS', () => {
  it('is closed by default', async () => {
    const origin = { headers: { origin: 'https://evil.example' } };
    const { headers } = await test.http.get('/health/live', origin);
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    const preflight = await test.http.request('OPTIONS', '/user/login', undefined, {
      headers: { ...origin.headers, 'access-control-request-method': 'POST' },
    });
    expect([...preflight.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('opens for the configured origins only', async () => {
    const shop = 'https://shop.example';
    const open = await startTestApp({ env: { CORS_ORIGINS: shop }, simulator: test.simulator, webhooks: false });
    try {
      const allowed = await open.http.get('/health/live', { headers: { origin: shop } });
      expect(allowed.headers.get('access-control-allow-origin')).toBe(shop);
      expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
      expect(allowed.headers.get('vary')).toContain('Origin');
      const preflight = await open.http.request('OPTIONS', '/user/login', undefined, {
        headers: { origin: shop, 'access-control-request-method': 'POST' },
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
      for (const origin of ['https://evil.example', 'https://shop.example.evil.example', 'null']) {
        const refused = await open.http.get('/health/live', { headers: { origin } });
        expect(refused.headers.get('access-control-allow-origin')).toBeNull();
      }
    } finally {
      await open.stop();
    }
  });
});

describe('odd requests', () => {
  const host = (): string => new URL(test.url).host;
  const get = (path: string, ...headers: string[]): Promise<string> =>
    rawHttp(test.url, [`GET ${path} HTTP/1.1`, ...headers, 'Connection: close', '', ''].join('\r\n'));

  it('two Host headers', async () => {
    const answer = await get('/health/live', `Host: ${host()}`, 'Host: evil.example');
    expect(statusOf(answer)).toBe(400);
    expect(answer).toContain('"error":"Bad Request"');
  });

  it.each([
    ['CL and TE', 'Content-Length: 4\r\nTransfer-Encoding: chunked'],
    ['two lengths', 'Content-Length: 4\r\nContent-Length: 5'],
    ['space before the colon', 'Content-Length : 4'],
    ['unknown transfer encoding', 'Transfer-Encoding: xchunked'],
  ])('%s', async (_name, header) => {
    const head = `POST /user/login HTTP/1.1\r\nHost: ${host()}\r\nContent-Type: application/json\r\n${header}\r\n\r\n`;
    expect(statusOf(await rawHttp(test.url, `${head}0\r\n\r\n`))).toBe(400);
  });

  it.each([
    ['/api/vault/ä', { status: 'failed', msg: 'bad request error: The request could not be read' }],
    ['/user/ä', { statusCode: 400, message: 'The request could not be read', error: 'Bad Request' }],
  ])('an address beyond ASCII, %s, in its own language and with an id', async (path, body) => {
    const answer = await get(path, `Host: ${host()}`);
    expect(statusOf(answer)).toBe(400);
    expect(answer).toMatch(/\r\nx-correlation-id: [0-9a-f-]{36}\r\n/);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toEqual(body);
  });

  it('headers that are too long', async () => {
    const answer = await get('/user', `Host: ${host()}`, `Authorization: ${'x'.repeat(20_000)}`);
    expect(statusOf(answer)).toBe(431);
    expect(answer).toMatch(/\r\nx-correlation-id: [0-9a-f-]{36}\r\n/);
  });

  it('no Host header', async () => {
    expect(statusOf(await get('/health/live'))).toBe(400);
  });

  it('a badly encoded address is told in the storefront’s shape', async () => {
    const { status, body } = await test.http.get('/user/%E0%A4%A');
    expect([status, body]).toEqual([400, { statusCode: 400, message: expect.any(String), error: 'Bad Request' }]);
  });

  it.each([101, 999, 1_001, 10_000])('an id of %i characters is a wrong id', async (length) => {
    const { token } = await test.register();
    expect((await test.http.get(`/user/${'a'.repeat(length)}`, { token })).status).toBe(400);
  });

  it('method overrides are ignored', async () => {
    const { token, userId } = await test.register();
    const headers = { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' };
    expect((await test.http.get(`/user/${userId}?_method=DELETE`, { token, headers })).status).toBe(200);
    expect((await test.http.get(`/user/${userId}`, { token })).status).toBe(200);
  });

  it('HEAD is a GET without a body, guards included', async () => {
    const { token } = await test.register();
    const head = await test.http.request('HEAD', '/user', undefined, { token, check: false });
    expect([head.status, head.text]).toEqual([200, '']);
    expect((await test.http.request('HEAD', '/user', undefined, { check: false })).status).toBe(401);
    expect((await test.http.request('HEAD', '/nowhere', undefined, { check: false })).status).toBe(404);
  });

  it('CONNECT is hung up on', async () => {
    const request = `CONNECT /user HTTP/1.1\r\nHost: ${host()}\r\n\r\n`;
    expect(await rawHttp(test.url, request).catch(() => '')).toBe('');
  });

  it.each(['TRACE', 'PROPFIND'])('%s is nothing we do', async (method) => {
    const answer = await rawHttp(test.url, `${method} /user HTTP/1.1\r\nHost: ${host()}\r\nConnection: close\r\n\r\n`);
    expect(statusOf(answer)).toBeGreaterThanOrEqual(400);
    expect(statusOf(answer)).toBeLessThan(500);
  });

  it.each(['/User', '/USER', '/user/', '//user', '/user.', '/user/../user', '/./user', '/user%2f', '/user;a=b'])(
    '%s opens nothing without a token',
    async (path) => {
      const status = statusOf(await get(path, `Host: ${host()}`));
      expect([400, 401, 404]).toContain(status);
    },
  );

  it('repeated and nested query parameters are harmless', async () => {
    const { token } = await test.register();
    const { status } = await test.http.get('/user?a=1&a=2&a[$ne]=1&__proto__=x&constructor[prototype]=y', { token });
    expect(status).toBe(200);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('forwarded addresses are not believed', async () => {
    const { status } = await test.http.get('/health/live', { headers: { 'x-forwarded-for': '1.2.3.4, 5.6.7.8' } });
    expect(status).toBe(200);
  });

  it('favicon.ico is nothing', async () => {
    expect((await test.http.get('/favicon.ico')).status).toBe(404);
  });

  it('the bare address says where to look', async () => {
    expect((await test.http.get('/')).body).toMatchObject({ docs: '/docs' });
  });

  it('a client that never finishes its headers is cut off', async () => {
    const slow = await startTestApp({ env: { REQUEST_TIMEOUT: '1s' }, simulator: test.simulator, webhooks: false });
    const answer = await rawHttp(slow.url, 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ', 20_000);
    expect(statusOf(answer)).toBe(408);
    await slow.stop();
  });
});

describe('so many requests at a time (T-27)', () => {
  let full: TestApp;
  beforeAll(async () => {
    full = await startTestApp({ env: { MAX_REQUESTS_IN_FLIGHT: '2' }, webhooks: false });
  });
  afterAll(async () => {
    await full.simulator.release();
    await full.stop();
  });

  it('the next is 503 at once, in the words of its surface; operators get in, and a client that leaves makes room', async () => {
    const { token } = await full.register();
    await full.http.post('/payment', { cuid: newCuid() }, { token });
    await full.simulator.fault({ method: 'POST', path: '/v1/payment_intents', times: 2 }, { type: 'hold' });
    const gone = new AbortController();
    const leaving = fetch(`${full.url}/payment`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ cuid: newCuid() }),
      signal: gone.signal,
    }).catch(() => null);
    const staying = full.http.post('/payment', { cuid: newCuid() }, { token });
    await eventually(async () => expect(await struck(full)).toBe(2));

    const refused = await full.http.get('/payment', { token });
    expect([refused.status, refused.body]).toEqual([
      503,
      { statusCode: 503, error: 'Service Unavailable', message: 'The service is busy, please try again' },
    ]);
    expect(refused.headers.get('retry-after')).toBe('1');
    const atGateway = await full.http.get('/api/user', { check: false });
    expect([atGateway.status, atGateway.body]).toEqual([503, expect.objectContaining({ msg: 'service unavailable' })]);
    for (const path of ['/health/live', '/health/ready', '/metrics'])
      expect([path, (await full.http.get(path)).status]).toEqual([path, 200]);

    gone.abort();
    expect(await leaving).toBeNull();
    await eventually(async () => expect((await full.http.get('/payment', { token })).status).toBe(200));
    await full.simulator.release();
    expect((await staying).status).toBe(201);
    for (let i = 0; i < 5; i++) expect((await full.http.get('/payment', { token })).status).toBe(200);
  });
});
