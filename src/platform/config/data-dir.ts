import { mkdirSync, mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConfigError } from './env.js';

/**
 * Creates DATA_DIR, readable by its owner only. It is tried first, because Node's recursive `mkdir` never returns where
 * the system creates nothing (`/proc/x`).
 * @throws ConfigError
 */
export function makeDataDir(path: string): void {
  const problem = dataDirProblem(path);
  if (problem !== null) throw new ConfigError([problem]);
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/**
 * Returns why nothing can be written into DATA_DIR, or into the nearest folder above it in which it would be created, or
 * null. It makes a folder there and removes it again: permissions alone promise too much (`/proc`, full and read-only disks).
 */
export function dataDirProblem(path: string): string | null {
  try {
    const wanted = resolve(path);
    const folder = nearestThatExists(wanted);
    if (!statSync(folder).isDirectory()) return `DATA_DIR: ${folder === wanted ? 'is no folder' : 'lies below a file'}`;
    rmdirSync(mkdtempSync(join(folder, '.trying-to-write-')));
    return null;
  } catch (error) {
    return `DATA_DIR: cannot be written (${codeOf(error) ?? 'unknown error'})`;
  }
}

function nearestThatExists(path: string): string {
  try {
    statSync(path);
    return path;
  } catch (error) {
    const missing = ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');
    if (!missing || path === dirname(path)) throw error;
    return nearestThatExists(dirname(path));
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
