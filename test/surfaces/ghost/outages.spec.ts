import { startTestApp, type TestApp } from '../../support/app.js';
import { badRequest, basic, CARD, failure, type GhostCaller, ghostCaller, GHOST } from '../../support/ghost.js';
import type { FaultAction } from '../../support/simulator.js';
import { type ProxiedApp, startProxiedApp, storeIsBack } from '../../support/proxied-app.js';

const away = failure(502, 'Payment provider unavailable', 'Bad Gateway');

describe('without Stripe, or with one that takes no numbers', () => {
  let app: TestApp;
  let allowed: TestApp;
  let ghost: GhostCaller;
  let customer: string;
  beforeAll(async () => {
    app = await startTestApp({ webhooks: false, asRealStripe: true });
    const shared = { webhooks: false, asRealStripe: true, simulator: app.simulator, mongoUri: app.config.mongo.uri };
    allowed = await startTestApp({ ...shared, env: { ALLOW_RAW_CARD_DATA: 'true' } });
    ghost = await ghostCaller(app);
    customer = String((await ghost.doc('POST', '/customers', {}))['id']);
  }, 60_000);
  afterEach(() => app.simulator.clearFaults());
  afterAll(async () => {
    await allowed.stop();
    await app.stop();
  });

  const add = (body: object) => ghost.call('POST', `/customers/${customer}/cards`, body);

  it('takes card numbers only where the operator allows it (decision H10)', async () => {
    const before = (await app.simulator.requests()).requests.length;
    expect(await add(CARD)).toMatchObject(badRequest('card numbers are not taken here, send a token'));
    expect((await app.simulator.requests()).requests).toHaveLength(before);
    expect((await add({ token: 'pm_card_visa' })).status).toBe(201);
    await app.simulator.call('POST', '/settings', { raw_cards: true });
    const headers = { authorization: basic(ghost.publicKey, ghost.secretKey) };
    expect((await allowed.http.post(`${GHOST}/customers/${customer}/cards`, CARD, { headers })).status).toBe(201);
  });

  it.each<[string, FaultAction]>([
    ['does not answer', { type: 'drop_before' }],
    ['fails', { type: 'status', status: 503 }],
    ['refuses our key', { type: 'status', status: 401 }],
  ])('a card is 502 when Stripe %s, and customers are served', async (_what, action) => {
    await app.simulator.fault({ path: '/v1/*', times: 0 }, action);
    const answer = await add({ token: 'pm_card_mastercard' });
    expect(answer).toMatchObject(away);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    const other = String((await ghost.doc('POST', '/customers', { email: 'a@example.com' }))['id']);
    expect(await ghost.call('DELETE', `/customers/${other}`)).toMatchObject({ status: 200, body: { success: true } });
  });
});

describe('without the store', () => {
  let proxied: ProxiedApp;
  let ghost: GhostCaller;
  beforeAll(async () => {
    proxied = await startProxiedApp({ webhooks: false, env: { MONGODB_SERVER_SELECTION_TIMEOUT: '1s' } });
    ghost = await ghostCaller(proxied.app);
  }, 60_000);
  afterEach(() => storeIsBack(proxied));
  afterAll(() => proxied.stop());

  it('nobody is let in nor turned away: 503, and served when it is back', async () => {
    await proxied.store.cut();
    const authorization = basic(ghost.publicKey, `gsk_${'x'.repeat(27)}`);
    for (const headers of [undefined, { authorization }]) {
      const answer = await ghost.call('GET', `/accounts/${ghost.number}`, undefined, headers);
      expect(answer).toMatchObject(failure(503, 'Service unavailable', 'Service Unavailable'));
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    await storeIsBack(proxied);
    expect((await ghost.call('GET', `/accounts/${ghost.number}`)).status).toBe(200);
  });
});
