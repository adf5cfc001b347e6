import { lookup } from 'node:dns/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.js';
import type { Progress } from './store-candidate.js';

const DOWNLOAD_HOST = 'fastdl.mongodb.org';
const PROBE_WITHIN_MS = 2_000;
const DOWNLOAD_WITHIN_MS = 900_000;

/** Returns the version if the program runs and is a mongod, else null. */
export async function mongodVersion(binary: string): Promise<string | null> {
  const { code, lines } = await runCommand([binary, '--version'], { withinMs: 10_000 });
  const version = lines.map((line) => /^db version v?(\S+)/i.exec(line)?.[1]).find((found) => found !== undefined);
  return code === 0 ? (version ?? null) : null;
}

/** The absolute path of the `mongod` that a shell would start, or null. */
export async function mongodOnPath(): Promise<string | null> {
  const ask: [string, ...string[]] =
    process.platform === 'win32' ? ['where', 'mongod'] : ['/bin/sh', '-c', 'command -v mongod'];
  const { code, lines } = await runCommand(ask, { withinMs: 5_000 });
  return code === 0 ? (lines[0] ?? null) : null;
}

/** Returns a mongod that mongodb-memory-server has downloaded before, or null. */
export async function mongodInCache(cacheDir: string): Promise<string | null> {
  try {
    // Loaded only here: it takes longer than a start with a store that is there already.
    const { DryMongoBinary } = await import('mongodb-memory-server-core');
    const options = { ...DryMongoBinary.getEnsuredOptions(), downloadDir: downloadDir(cacheDir) };
    return (await DryMongoBinary.locateBinary(options)) ?? null;
  } catch {
    // Throws for systems that it has no download for.
    return null;
  }
}

/** null when the download host answers, otherwise why not. At once when there is no network (the name is unknown). */
export async function downloadHostTrouble(): Promise<string | null> {
  const signal = AbortSignal.timeout(PROBE_WITHIN_MS);
  const slow = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer within ${PROBE_WITHIN_MS} ms`)));
  });
  try {
    await Promise.race([lookup(DOWNLOAD_HOST), slow]);
    const answer = await fetch(`https://${DOWNLOAD_HOST}/`, { method: 'HEAD', redirect: 'manual', signal });
    return answer.status < 500 ? null : `${DOWNLOAD_HOST} answers ${answer.status}`;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return text.includes(DOWNLOAD_HOST) ? text : `${DOWNLOAD_HOST}: ${text}`;
  }
}

// checkMD5: against the checksum that the host publishes beside the archive, whatever MONGOMS_MD5_CHECK says.
// In a process of its own: the downloader writes its progress to stdout, where the app's log is, and a download
// that hangs can be ended.
const DOWNLOAD = `
  const { MongoBinary } = require(process.argv[1]);
  MongoBinary.getPath({ downloadDir: process.argv[2], checkMD5: true }).then(
    (path) => console.log('mongod: ' + path),
    (error) => { console.error(error.message); process.exit(1); },
  );`;

/**
 * Returns the path of the downloaded mongod; `env` is its environment, this process' own when absent. Throws one line of
 * reason.
 */
export async function downloadMongod(cacheDir: string, progress: Progress, env?: NodeJS.ProcessEnv): Promise<string> {
  progress('downloading', 'mongod, about 100 MB once');
  const library = require.resolve('mongodb-memory-server-core');
  const { code, lines } = await runCommand([process.execPath, '-e', DOWNLOAD, library, downloadDir(cacheDir)], {
    withinMs: DOWNLOAD_WITHIN_MS,
    env,
    onLine: (line) => progress('downloading', line),
  });
  const path = lines.map((line) => /^mongod: (.+)$/.exec(line)?.[1]).find((found) => found !== undefined);
  if (code !== 0 || path === undefined) throw new Error(lines.at(-1) ?? 'the download failed');
  return path;
}

function downloadDir(cacheDir: string): string {
  return join(cacheDir, 'mongodb-binaries');
}
