import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Addresses of the running app, for `npm run demo` and `npm run indexes`. */
export interface RunFile {
  readonly url: string;
  readonly docs: string | null;
  readonly simulator: string | null;
  /** The embedded store; null when another one is configured. */
  readonly mongodb: string | null;
  readonly pid: number;
}

const FILE = 'run.json';

/** @returns what removes it again */
export function writeRunFile(dataDir: string, run: RunFile): () => void {
  const file = join(dataDir, FILE);
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, file);
  return () => rmSync(file, { force: true });
}

/** @returns null when nothing runs on that folder. */
export function readRunFile(dataDir: string): RunFile | null {
  try {
    return JSON.parse(readFileSync(join(dataDir, FILE), 'utf8')) as RunFile;
  } catch {
    return null;
  }
}
