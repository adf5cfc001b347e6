import { existsSync } from 'node:fs';
import { type Env, readEnv } from './env.js';
import { withFiles } from './env-files.js';

/** The environment of this process and, where that says nothing, of `.env` in its folder. Throws ConfigError. */
export function environment(): Env {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return readEnv(withFiles(process.env));
}
