// The store of the bench. secantusd-rs where it is on PATH, because the store should not be what is measured; otherwise
// the embedded one, as `npm start` would start it.
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

const OPTIONS = 'directConnection=true&retryWrites=false';

/** @returns {Promise<{kind: string, uri: (database: string) => string, stop: () => Promise<void>}>} */
async function startStore(dir, dist) {
  const rust = onPath('secantusd-rs');
  return rust === null ? startEmbedded(dir, dist) : startRust(rust, path.join(dir, 'secantusd-rs'));
}

async function startRust(program, dir) {
  fs.mkdirSync(dir, { recursive: true });
  const port = await freePort();
  const log = fs.openSync(path.join(dir, 'store.log'), 'a');
  // --sync-on-commit: without it acknowledged writes are not durable, which no payment would be paid on.
  const args = [
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--storage-path',
    path.join(dir, 'data'),
    '--sync-on-commit',
  ];
  const child = spawn(program, args, { cwd: dir, stdio: ['ignore', log, log] });
  fs.closeSync(log);
  await answers(port, child, path.join(dir, 'store.log'));
  return {
    kind: 'secantusd-rs --sync-on-commit',
    uri: (database) => `mongodb://127.0.0.1:${port}/${database}?${OPTIONS}`,
    stop: () => end(child),
  };
}

async function startEmbedded(dir, dist) {
  const { startEmbeddedMongo } = require(path.join(dist, 'embedded/embedded-mongo.js'));
  const store = await startEmbeddedMongo({
    dataDir: dir,
    mongodBinary: process.env['MONGODB_BINARY'] || undefined,
    progress: () => undefined,
    log: () => undefined,
  });
  return {
    kind: `embedded ${store.kind}`,
    uri: (database) => `mongodb://127.0.0.1:${store.port}/${database}?${OPTIONS}`,
    stop: () => store.stop(),
  };
}

async function answers(port, child, log) {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`the store ended:\n${fs.readFileSync(log, 'utf8').slice(-2_000)}`);
    const open = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await sleep(100);
  }
  throw new Error('the store did not open its port within 30 s');
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await exited;
  clearTimeout(hard);
}

function onPath(name) {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file)) ?? null;
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

module.exports = { startStore, end };
