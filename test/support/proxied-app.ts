import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { startTestApp, type TestApp, type TestAppOptions } from './app.js';
import { TcpProxy } from './tcp-proxy.js';

export interface ProxiedApp {
  readonly app: TestApp;
  /** Between the app and its store. */
  readonly store: TcpProxy;
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
