import { startTestApp, type TestApp } from '../../support/app.js';
import { basic } from '../../support/ghost.js';
import { CARD, failure, invalid, type KomojuCaller, komojuCaller, SOURCE } from '../../support/komoju.js';
import { type ProxiedApp, startProxiedApp, storeIsBack } from '../../support/proxied-app.js';
import type { FaultAction } from '../../support/simulator.js';

const away = failure(502, 'bad_gateway', 'The payment provider is unavailable');

describe('without Stripe, or with one that takes no numbers', () => {
  let app: TestApp;
  let komoju: KomojuCaller;
  let customer: string;
  beforeAll(async () => {
    app = await startTestApp({ webhooks: false, asRealStripe: true });
    komoju = await komojuCaller(app);
    customer = await komoju.created({ email: 'before@example.com' });
  }, 60_000);
  afterEach(() => app.simulator.clearFaults());
  afterAll(() => app.stop());

  it('takes card numbers only where the operator allows it', async () => {
    const before = (await app.simulator.requests()).requests.length;
    for (const [method, path] of [
      ['POST', ''],
      ['PATCH', `/${customer}`],
    ] as const)
      expect(await komoju.call(method, path, { payment_details: CARD })).toMatchObject(
        invalid('payment_details', 'card numbers are not taken here, send a token'),
      );
    expect((await app.simulator.requests()).requests).toHaveLength(before);
  });

  it.each<[string, FaultAction]>([
    ['does not answer', { type: 'drop_before' }],
    ['fails', { type: 'status', status: 503 }],
    ['refuses our key', { type: 'status', status: 401 }],
  ])('a card is 502 when Stripe %s, and everything else is served', async (_what, action) => {
    await app.simulator.fault({ path: '/v1/*', times: 0 }, action);
    const source = { payment_details: 'pm_card_mastercard', email: 'after@example.com' };
    for (const [method, path] of [
      ['POST', ''],
      ['PATCH', `/${customer}`],
    ] as const) {
      const answer = await komoju.call(method, path, source);
      expect(answer).toMatchObject(away);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(await komoju.ok('PATCH', `/${customer}`, { metadata: { a: '1' } })).toMatchObject({
      email: 'before@example.com',
      source: { brand: 'visa' },
    });
    expect(await komoju.ok('GET', '')).toMatchObject({ total: 1 });
  });
});

describe('without the store', () => {
  let proxied: ProxiedApp;
  let komoju: KomojuCaller;
  beforeAll(async () => {
    proxied = await startProxiedApp({ webhooks: false, env: { MONGODB_SERVER_SELECTION_TIMEOUT: '1s' } });
    komoju = await komojuCaller(proxied.app);
  }, 60_000);
  afterEach(() => storeIsBack(proxied));
  afterAll(() => proxied.stop());

  it('nobody is let in nor turned away: 503, and served when it is back', async () => {
    await proxied.store.cut();
    for (const headers of [undefined, { authorization: basic(`sk_${'x'.repeat(27)}`, '') }]) {
      const answer = await komoju.call('GET', '', undefined, headers);
      expect(answer).toMatchObject(failure(503, 'service_unavailable', 'The service is unavailable'));
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    await storeIsBack(proxied);
    expect(await komoju.ok('POST', '', { payment_details: CARD })).toMatchObject({ source: SOURCE });
  });
});
