import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

declare global {
  var testStoreProcess: { child: ChildProcess; dir: string } | undefined;
}

// First form: replaced by test/support/store-server.ts.
export default async function globalSetup(): Promise<void> {
  if (process.env['TEST_MONGODB_URI']) return;
  const port = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const found = (server.address() as AddressInfo).port;
      server.close(() => resolve(found));
    });
  });
  const dir = mkdtempSync(join(tmpdir(), 'payments-test-store-'));
  const args = ['--host', '127.0.0.1', '--port', String(port), '--storage-path', dir, '--enable-test-commands'];
  const child = spawn('/tmp/probe/v/bin/secantusd-py', args, { stdio: 'ignore' });
  for (let i = 0; i < 200; i++) {
    await sleep(50);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      setTimeout(() => socket.destroy(), 100);
    });
    if (open) break;
  }
  globalThis.testStoreProcess = { child, dir };
  process.env['TEST_MONGODB_URI'] = `mongodb://127.0.0.1:${port}/?directConnection=true&retryWrites=false`;
}
