import { chmodSync, mkdirSync, realpathSync } from 'node:fs';
import { DataDirLockedError } from './embedded-errors.js';
import { trySocketLock } from './socket-lock.js';

export interface DataDirLock {
  /** The folder's real, absolute path. */
  dataDir: string;
  /** Publishes where the holder listens, for whoever finds the folder taken. */
  announce(url: string): void;
  release(): Promise<void>;
}

/** Allows at most one live app per DATA_DIR. Creates the folder, readable by its owner only. */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  chmodSync(dataDir, 0o700);
  // Two ways to write one folder must lead to one lock.
  const real = realpathSync(dataDir);
  let url: string | null = null;
  const attempt = await trySocketLock(real, () => ({ pid: process.pid, url }));
  if ('heldBy' in attempt) {
    const { pid, url: at } = attempt.heldBy;
    throw new DataDirLockedError(real, typeof pid === 'number' ? pid : null, typeof at === 'string' ? at : null);
  }
  return {
    dataDir: real,
    announce: (listening) => {
      url = listening;
    },
    release: () => attempt.lock.release(),
  };
}
