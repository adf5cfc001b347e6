import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { startTestApp, type TestApp, type TestAppOptions } from './app.js';
import type { HttpAnswer } from './http-client.js';
import { eventually, type Payer } from './payments.js';
import { clearSky, Pool } from './pool.js';
import { TcpProxy } from './tcp-proxy.js';

export interface ProxiedApp {
  readonly app: TestApp;
  /** Between the app and its store. */
  readonly store: TcpProxy;
  /** The same database without the proxy. */
  readonly direct: string;
  stop(): Promise<void>;
}

/** An app whose store is reached through a proxy, to lose answers, cut and stall. */
export async function startProxiedApp(options: Omit<TestAppOptions, 'mongoUri'> = {}): Promise<ProxiedApp> {
  const uri = new URL(process.env['TEST_MONGODB_URI'] ?? '');
  uri.pathname = `/t_${randomBytes(6).toString('hex')}`;
  const direct = uri.toString();
  const store = await TcpProxy.start({ target: { port: Number(uri.port) } });
  uri.port = String(store.port);
  const app = await startTestApp({ ...options, mongoUri: uri.toString() });
  return {
    app,
    store,
    direct,
    async stop() {
      await store.restore();
      await app.stop();
      await store.close();
      const connection = await mongoose.createConnection(direct).asPromise();
      await connection.dropDatabase();
      await connection.close();
    },
  };
}

/** Apps with a simulator and a proxy each. */
export function proxiedPool(size: number, options: Omit<TestAppOptions, 'mongoUri'>): Pool<ProxiedApp> {
  return new Pool(size, {
    start: () => startProxiedApp(options),
    tidy: async (proxied) => {
      await clearSky(proxied.app);
      await storeIsBack(proxied);
    },
    stop: (proxied) => proxied.stop(),
  });
}

/** The store is reachable again and the app has noticed by itself. */
export async function storeIsBack({ app, store }: ProxiedApp): Promise<void> {
  await store.restore();
  const nobody = { email: 'x@example.com', password: 'password' };
  await eventually(async () => {
    expect((await app.http.get('/health/ready')).status).toBe(200);
    expect((await app.http.post('/user/login', nobody)).status).toBe(401);
  });
}

export async function timed(ask: () => Promise<HttpAnswer>): Promise<{ answer: HttpAnswer; ms: number }> {
  const started = performance.now();
  const answer = await ask();
  return { answer, ms: performance.now() - started };
}

/** How often the one fault that is set has struck. */
export async function struck({ simulator }: TestApp): Promise<number> {
  const { faults } = (await simulator.faults()) as { faults: { hits: number }[] };
  return faults[0]?.hits ?? 0;
}

/** A confirm that has reached Stripe, which does not answer before `release`; what is returned waits for our answer. */
export async function heldConfirm(
  app: TestApp,
  buyer: Payer,
  paymentMethod: string,
): Promise<() => Promise<HttpAnswer>> {
  const match = { method: 'POST', path: '/v1/payment_intents/*/confirm', times: 1 };
  await app.simulator.fault(match, { type: 'hold' });
  const confirming = buyer.confirm(paymentMethod);
  await eventually(async () => expect(await struck(app)).toBe(1));
  return () => confirming;
}
