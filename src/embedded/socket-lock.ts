import { createHash } from 'node:crypto';
import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/*
 * A lock whose holder is whoever listens on a socket: it ends with the process, however that ends, so no pid has to
 * be believed. The socket is in the temporary folder and named by a hash, because socket paths hold ~100 characters.
 */
export interface SocketLock {
  release(): Promise<void>;
}

export type LockAttempt = { lock: SocketLock } | { heldBy: Record<string, unknown> };

const ANSWER_WITHIN_MS = 2_000;
const GUARD_STALE_MS = 10_000;

/** `answer` is told, as one line of JSON, to everyone who finds the lock taken. */
export async function trySocketLock(subject: string, answer: () => object): Promise<LockAttempt> {
  const path = socketPath(subject);
  // Two that find the same stale socket must not both remove it: the second would remove the first one's new one.
  const unguard = await guard(`${path}.taking`);
  try {
    const holder = await askHolder(path);
    if (holder) return { heldBy: holder };
    if (process.platform !== 'win32') rmSync(path, { force: true });
    const server = await listen(path, answer);
    return { lock: { release: () => close(server) } };
  } finally {
    unguard();
  }
}

function socketPath(subject: string): string {
  const name = `payments-${createHash('sha256').update(subject).digest('hex').slice(0, 32)}.sock`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), name);
}

/** Held for the milliseconds of taking the lock; one left behind by a crash in them is removed after a while. */
async function guard(path: string): Promise<() => void> {
  if (process.platform === 'win32') return () => undefined;
  for (;;) {
    try {
      closeSync(openSync(path, 'wx', 0o600));
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
      const since = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
      if (Date.now() - since > GUARD_STALE_MS) rmSync(path, { force: true });
      else await sleep(20);
    }
  }
}

/** Returns the holder's answer; an empty object when it says nothing, null when there is no holder. */
function askHolder(path: string): Promise<Record<string, unknown> | null> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(path);
    socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy());
    socket.on('data', (bytes) => (said += bytes.toString()));
    socket.on('connect', () => socket.on('close', () => resolve(parse(said))));
    socket.on('error', (error) => {
      // Any other error means that somebody is there: not ours to connect to, or too busy to accept (EAGAIN).
      resolve(isErrno(error, 'ENOENT') || isErrno(error, 'ECONNREFUSED') ? null : parse(said));
    });
  });
}

function listen(path: string, answer: () => object): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(`${JSON.stringify(answer())}\n`);
    });
    server.once('error', reject);
    server.listen(path, () => resolve(server.unref()));
  });
}

/** Closes the server, which also removes the socket's file. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()));
}

function parse(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function isErrno(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
