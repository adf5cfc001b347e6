import { once } from 'node:events';
import { rm } from 'node:fs/promises';

export default async function globalTeardown(): Promise<void> {
  const store = globalThis.testStoreProcess;
  if (!store) return;
  store.child.kill('SIGKILL');
  if (store.child.exitCode === null && store.child.signalCode === null) await once(store.child, 'exit');
  await rm(store.dir, { recursive: true, force: true });
}
