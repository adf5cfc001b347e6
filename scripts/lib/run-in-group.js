// Runs a program that has children of its own, and ends all of them when this process is told to end.
const { spawn } = require('node:child_process');
const { setTimeout: sleep } = require('node:timers/promises');

const POSIX = process.platform !== 'win32';
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Longer than the app takes to drain with its default settings. */
const GONE_WITHIN_MS = 45_000;

/**
 * Resolves to `{ code, signal }` once the program and what it started are gone; `signal` is also the one that ended us.
 * `options` are those of spawn.
 */
function runInGroup(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, detached: POSIX });
    let ended = null;
    const end = (signal) => {
      ended ??= signal;
      kill(child.pid, 'SIGTERM');
    };
    const handlers = [...SIGNALS, 'exit'].map((name) => [name, () => end(name)]);
    handlers.forEach(([name, handler]) => process.on(name, handler));
    options.onStart?.(child);
    const done = () => handlers.forEach(([name, handler]) => process.removeListener(name, handler));
    child.once('error', (error) => {
      done();
      reject(error);
    });
    child.once('close', (code, signal) => {
      const gone = ended === null ? Promise.resolve() : untilGone(child.pid);
      void gone.then(() => {
        done();
        resolve({ code, signal: ended ?? signal });
      });
    });
  });
}

/** The program may have ended before what it started has. */
async function untilGone(pid) {
  for (const since = Date.now(); kill(pid, 0); await sleep(50)) {
    if (Date.now() - since > GONE_WITHIN_MS) return void kill(pid, 'SIGKILL');
  }
}

/** @returns whether anybody was there. */
function kill(pid, signal) {
  if (pid === undefined) return false;
  try {
    return process.kill(POSIX ? -pid : pid, signal);
  } catch {
    return false;
  }
}

module.exports = { runInGroup };
