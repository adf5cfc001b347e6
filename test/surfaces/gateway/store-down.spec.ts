import { gatewayCaller, failed, type GatewayCaller } from '../../support/gateway.js';
import { type ProxiedApp, startProxiedApp, storeIsBack } from '../../support/proxied-app.js';

/** Ruling 24: who cannot be asked about is neither let in nor turned away. */
describe('the gateway while its store is down', () => {
  let proxied: ProxiedApp;
  let caller: GatewayCaller;

  beforeAll(async () => {
    proxied = await startProxiedApp({ webhooks: false, env: { MONGODB_SERVER_SELECTION_TIMEOUT: '1s' } });
    caller = await gatewayCaller(proxied.app);
  }, 60_000);
  afterEach(() => storeIsBack(proxied));
  afterAll(() => proxied.stop());

  it.each([
    ['a good key', () => caller.key],
    ['a key that nobody has', () => `api_${'x'.repeat(27)}`],
  ])('answers 503 to %s, and the same key is judged again when the store is back', async (_, key) => {
    await proxied.store.cut();
    const answer = await caller.call('GET', '/api/users', undefined, key());
    expect(answer).toMatchObject({ status: 503, body: failed('service unavailable') });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await storeIsBack(proxied);
    const status = key() === caller.key ? 200 : 401;
    expect((await caller.call('GET', '/api/users', undefined, key())).status).toBe(status);
  });

  it('answers 503 to a control-panel token, and to a login', async () => {
    const login = { username: caller.username, password: 'T@est12345678' };
    const granted = await proxied.app.http.post('/api/token-auth', login);
    const { token } = granted.body['data'] as { token: string };
    await proxied.store.cut();
    expect((await caller.call('GET', '/api/user', undefined, `Bearer ${token}`)).status).toBe(503);
    expect((await proxied.app.http.post('/api/token-auth', login)).status).toBe(503);
  });
});
