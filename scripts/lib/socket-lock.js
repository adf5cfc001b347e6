// The lock of src/embedded/socket-lock.ts for what runs before there is a dist: held by whoever listens on
// a socket, so it ends with its process and no pid has to be believed.
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

const GUARD_STALE_MS = 10_000;

/** A function that releases the lock, or null when a live process holds it. */
async function trySocketLock(subject) {
  const name = `payments-${createHash('sha256').update(subject).digest('hex').slice(0, 32)}.sock`;
  const at = process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : path.join(os.tmpdir(), name);
  // Two that find the same stale socket must not both remove it.
  const unguard = await guard(`${at}.taking`);
  try {
    if (await isHeld(at)) return null;
    if (process.platform !== 'win32') fs.rmSync(at, { force: true });
    const server = net.createServer((socket) => socket.on('error', () => {}).end());
    await new Promise((resolve, reject) => server.once('error', reject).listen(at, resolve));
    server.unref();
    return () => new Promise((resolve) => server.close(() => resolve()));
  } finally {
    unguard();
  }
}

function isHeld(at) {
  return new Promise((resolve) => {
    const socket = net.connect(at, () => resolve(true));
    socket.on('connect', () => socket.destroy());
    socket.on('error', (error) => resolve(error.code !== 'ENOENT' && error.code !== 'ECONNREFUSED'));
  });
}

async function guard(file) {
  if (process.platform === 'win32') return () => {};
  for (;;) {
    try {
      fs.closeSync(fs.openSync(file, 'wx', 0o600));
      return () => fs.rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const since = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
      if (Date.now() - since > GUARD_STALE_MS) fs.rmSync(file, { force: true });
      else await sleep(20);
    }
  }
}

module.exports = { trySocketLock };
