import { mkdtempSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';
import type { DataDirLock } from '../../src/embedded/data-dir-lock.js';

const MEMORY = '/dev/shm';
const PREFIX = 'payments-test-';
/** A whole run wrote 100 MB; the rest is so that what it writes is not taken from what runs. */
const ROOM = 3 * 1024 ** 3;
const YOUNG_MS = 60_000;

type TryLock = (dir: string) => Promise<DataDirLock>;

/**
 * Where a run puts what it writes, in memory. Stores and simulators wait for the disk with each write, as they should; a
 * disk that is slow, or busy for others, would make every test wait with them. A `kill -9` loses nothing here that it
 * would not lose on a disk.
 *
 * @returns null without Linux, without room, or with TEST_IN_MEMORY=false: then it goes where temporary files go.
 */
export async function memoryFolder(tryLock: TryLock): Promise<DataDirLock | null> {
  if (process.env['TEST_IN_MEMORY'] === 'false' || !hasRoom()) return null;
  return tryLock(mkdtempSync(join(MEMORY, PREFIX)));
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ROOM && freemem() >= 2 * ROOM;
  } catch {
    return false;
  }
}

/** Folders of runs that were killed: nobody holds their lock. `clear` ends what may still run on one. */
export async function removeAbandonedFolders(tryLock: TryLock, clear: (dir: string) => Promise<void>): Promise<void> {
  for (const name of entriesOf(MEMORY).filter((entry) => entry.startsWith(PREFIX))) {
    const dir = join(MEMORY, name);
    // A run that begins just now has its folder a moment before its lock.
    const age = Date.now() - (statSync(dir, { throwIfNoEntry: false })?.birthtimeMs ?? Date.now());
    const lock = age < YOUNG_MS ? null : await tryLock(dir).catch(() => null);
    if (lock === null) continue;
    await clear(dir);
    rmSync(dir, { recursive: true, force: true });
    await lock.release();
  }
}

function entriesOf(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
