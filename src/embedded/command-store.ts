import { setTimeout as sleep } from 'node:timers/promises';
import { makeDataDir } from '../platform/config/data-dir.js';
import { ConfigError, type Env } from '../platform/config/env.js';
import { type DataDirLock, lockDataDir } from './data-dir-lock.js';
import { DataDirLockedError } from './embedded-errors.js';
import { startEmbeddedMongo } from './embedded-mongo.js';
import { StartProgress } from '../platform/development/progress.js';
import { readRunFile } from '../platform/development/run-file.js';

/** The database that a command works on, and how the command lets go of it. */
export interface CommandStore {
  readonly mongoUri: string;
  release(): Promise<void>;
}

/** A copy that starts, or another command, has the folder for some seconds. */
const WAIT_FOR_MS = 60_000;
const LOOK_EVERY_MS = 300;

/**
 * MONGODB_URI; else the embedded store of DATA_DIR, that of the running copy or, when none runs, one started for the
 * command. Throws ConfigError when there is none to be had.
 */
export async function commandStore(env: Env): Promise<CommandStore> {
  const { MONGODB_URI: mongoUri, DATA_DIR: dataDir } = env;
  if (mongoUri !== undefined) return { mongoUri, release: async () => undefined };
  if (env.NODE_ENV === 'production') throw new ConfigError(['MONGODB_URI: required in production']);
  makeDataDir(dataDir);
  const until = performance.now() + WAIT_FOR_MS;
  for (;;) {
    try {
      return await ownStore(env, await lockDataDir(dataDir));
    } catch (error) {
      if (!(error instanceof DataDirLockedError)) throw error;
      const run = readRunFile(dataDir);
      // A copy that was killed leaves its file behind; whoever holds the folder now is somebody else.
      if (run !== null && run.pid === error.pid) return runningStore(run.mongodb, dataDir);
      if (performance.now() > until) throw error;
      await sleep(LOOK_EVERY_MS);
    }
  }
}

function runningStore(mongoUri: string | null, dataDir: string): CommandStore {
  if (mongoUri !== null) return { mongoUri, release: async () => undefined };
  throw new ConfigError([`MONGODB_URI: the copy that runs on ${dataDir} has one, and this command was not told it`]);
}

async function ownStore(env: Env, lock: DataDirLock): Promise<CommandStore> {
  const progress = new StartProgress();
  try {
    const mongo = await startEmbeddedMongo({
      dataDir: lock.dataDir,
      choice: env.EMBEDDED_MONGO,
      mongodBinary: env.MONGODB_BINARY,
      progress: (step, detail) => progress.report('embedded MongoDB', `${step} ${detail}`.trim()),
      log: () => undefined,
    });
    return {
      mongoUri: mongo.uri,
      release: async () => {
        await mongo.stop();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  } finally {
    progress.done();
  }
}
