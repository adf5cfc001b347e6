import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findPythons, type Python } from './python.js';
import { runCommand } from './run-command.js';
import { trySocketLock, type SocketLock } from './socket-lock.js';
import type { Progress } from './store-candidate.js';

export const SECANTUS_VERSION = '0.7.0b3';

/** Each package of the environment by version and hash; whatever else an index answers is refused by pip. */
const REQUIREMENTS = join(__dirname, 'secantus-requirements.txt');

const VENV_WITHIN_MS = 120_000;
const PIP_WITHIN_MS = 900_000;
const NETWORK_TROUBLE =
  /Temporary failure in name resolution|getaddrinfo|nodename nor servname|NewConnectionError|ConnectTimeout|Network is unreachable|ProxyError|SSLError|Max retries/i;

export interface SecantusInstall {
  /** The environment's Python; run it with `-m secantus`. */
  python: string;
}

/** SecantusDB in an environment of its own in the user's cache, made once per list of packages. Throws one line of reason. */
export async function installSecantus(cacheDir: string, progress: Progress): Promise<SecantusInstall> {
  const base = join(cacheDir, 'payments-embedded', `secantusdb-${SECANTUS_VERSION}`);
  // Another list is another environment: one that was made from unchecked packages is not taken for it.
  const dir = `${base}-${createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 8)}`;
  const found = installedAt(dir);
  if (found) return found;
  mkdirSync(join(dir, '../platform'), { recursive: true, mode: 0o700 });
  const lock = await waitForLock(dir, progress);
  try {
    return installedAt(dir) ?? (await install(dir, progress));
  } finally {
    await lock.release();
  }
}

/** The stamp is written last, so an environment without it is half made. One whose Python was removed is useless. */
function installedAt(dir: string): SecantusInstall | null {
  const python = venvPython(dir);
  return existsSync(stamp(dir)) && existsSync(python) ? { python } : null;
}

async function install(dir: string, progress: Progress): Promise<SecantusInstall> {
  const { found, refused } = await findPythons();
  if (found.length === 0) throw new Error(['no Python 3.10 or newer', ...refused].join('; '));
  const failures: string[] = [];
  for (const python of found) {
    const failure = await installWith(python, dir, progress);
    if (failure === null) return { python: venvPython(dir) };
    failures.push(`Python ${python.version}: ${failure}`);
    if (NETWORK_TROUBLE.test(failure)) break;
  }
  throw new Error(failures.join('; '));
}

/** Returns why the step failed, or null. */
async function installWith(python: Python, dir: string, progress: Progress): Promise<string | null> {
  rmSync(dir, { recursive: true, force: true });
  progress('creating environment', `Python ${python.version} in ${dir}`);
  const venv = await runCommand([python.path, '-m', 'venv', dir], { withinMs: VENV_WITHIN_MS });
  if (venv.code !== 0) return `venv: ${venv.lines.at(-1) ?? 'failed'}`;

  progress('downloading', `SecantusDB ${SECANTUS_VERSION}, about 145 MB once`);
  const pip = await runCommand(
    [
      venvPython(dir),
      ...['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--progress-bar', 'off'],
      // Wheels only: building from source would need a compiler, take minutes and run strangers' build scripts.
      ...['--retries', '2', '--only-binary', ':all:', '--require-hashes', '--requirement', REQUIREMENTS],
    ],
    { withinMs: PIP_WITHIN_MS, onLine: (line) => progress('downloading', line) },
  );
  if (pip.code !== 0) return `pip: ${whyPipFailed(pip.lines)}`;

  const check = await runCommand([venvPython(dir), '-I', '-c', 'import secantus.cli'], { withinMs: VENV_WITHIN_MS });
  if (check.code !== 0) return `import: ${check.lines.at(-1) ?? 'failed'}`;
  writeFileSync(stamp(dir), `${JSON.stringify({ version: SECANTUS_VERSION, python, at: new Date().toISOString() })}\n`);
  return null;
}

function whyPipFailed(lines: readonly string[]): string {
  const network = lines.map((line) => NETWORK_TROUBLE.exec(line)?.[0]).find((found) => found !== undefined);
  if (network !== undefined) return `the package index cannot be reached (${network})`;
  return lines.findLast((line) => line.startsWith('ERROR')) ?? lines.at(-1) ?? 'failed';
}

async function waitForLock(dir: string, progress: Progress): Promise<SocketLock> {
  for (let told = false; ; told = true) {
    const attempt = await trySocketLock(dir, () => ({ pid: process.pid }));
    if ('lock' in attempt) return attempt.lock;
    if (!told) progress('waiting', 'another copy of this app is installing SecantusDB');
    await sleep(500);
  }
}

function stamp(dir: string): string {
  return join(dir, 'installed');
}

function venvPython(dir: string): string {
  return process.platform === 'win32' ? join(dir, 'Scripts', 'python.exe') : join(dir, 'bin', 'python');
}
