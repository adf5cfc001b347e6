import { request } from 'node:http';
import { startTestApp, type TestApp } from '../support/app.js';

const PAGES = ['/', '/outbox', '/outbox/x', '/docs', '/docs-json', '/docs/swagger-ui-bundle.js', '/metrics'];

function ask(url: string, path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const asked = request(`${url}${path}`, { headers }, (answer) => {
      let text = '';
      answer.on('data', (bytes: Buffer) => (text += bytes.toString()));
      answer.on('end', () => resolve({ status: answer.statusCode, text }));
    });
    asked.once('error', reject).end();
  });
}

describe('a development copy', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp({ webhooks: false });
  });
  afterAll(() => test.stop());
  const port = () => new URL(test.url).port;

  it.each(PAGES)('%s answers this machine by its own names', async (path) => {
    for (const host of [`127.0.0.1:${port()}`, `localhost:${port()}`, 'LOCALHOST', `[::1]:${port()}`])
      expect([host, (await ask(test.url, path, { host })).status]).toEqual([host, path === '/outbox/x' ? 404 : 200]);
  });

  it.each(PAGES)('%s refuses another name and a forwarded request, naming both settings', async (path) => {
    const headersOfOthers: Record<string, string>[] = [
      { host: 'evil.test' },
      { host: `evil.test:${port()}` },
      { host: 'localhost.evil.test' },
      { host: '127.0.0.1.evil.test' },
      { forwarded: 'for=203.0.113.7' },
      { 'x-forwarded-for': '127.0.0.1' },
      { 'x-forwarded-host': 'localhost' },
      { 'x-forwarded-proto': 'https' },
    ];
    for (const headers of headersOfOthers) {
      const { status, text } = await ask(test.url, path, { host: 'localhost', ...headers });
      expect([headers, status]).toEqual([headers, 403]);
      expect(text).toMatch(/DEVELOPMENT_HOSTS.*DEVELOPMENT_NETWORKS/);
    }
  });

  it('leaves everything else open by any name', async () => {
    for (const path of ['/health/live', '/checkout/return'])
      expect((await ask(test.url, path, { host: 'evil.test', 'x-forwarded-for': '203.0.113.7' })).status).toBe(200);
  });
});

it('settings let others in', async () => {
  const env = {
    DEVELOPMENT_HOSTS: 'Shop.test',
    DEVELOPMENT_NETWORKS: '203.0.113.0/255.255.255.0,2001:db8::/32',
    TRUST_PROXY: 'loopback',
    METRICS_TOKEN: 'a-token-of-sixteen-or-more',
  };
  const test = await startTestApp({ webhooks: false, env });
  const status = async (headers: Record<string, string>, path = '/outbox') =>
    (await ask(test.url, path, { host: 'shop.test:3000', ...headers })).status;
  expect(await status({})).toBe(200);
  expect(await status({ 'x-forwarded-for': '203.0.113.7' })).toBe(200);
  expect(await status({ 'x-forwarded-for': '2001:db8::7' })).toBe(200);
  expect(await status({ 'x-forwarded-for': '198.51.100.7' })).toBe(403);
  expect(await status({ 'x-forwarded-for': '203.0.113.7, 198.51.100.7' })).toBe(403);
  expect(await status({ 'x-forwarded-for': '203.0.113.7', host: 'evil.test' })).toBe(403);
  // With a token it is the token that opens them, wherever Prometheus stands.
  expect(
    await status({ host: 'prometheus.test', authorization: 'Bearer a-token-of-sixteen-or-more' }, '/metrics'),
  ).toBe(200);
  expect(await status({ host: 'prometheus.test' }, '/metrics')).toBe(401);
  await test.stop();
});
