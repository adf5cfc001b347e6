import { readDotEnv } from './dot-env.js';
import { ConfigError, type Env, parseEnvironment } from './env.js';
import { readFiles } from './env-files.js';

export interface Environment {
  /** The variables; one with a problem is at its default. */
  readonly env: Env;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** The environment of this process and, where that says nothing, of `.env` in its folder, with all that is wrong in them. */
export function lookAtEnvironment(file = '.env'): Environment {
  const { values, problems, warnings } = readDotEnv(file);
  // Also for what is no setting of ours: a proxy, a certificate, and the programs that are started.
  for (const [name, value] of Object.entries(values)) process.env[name] ??= value;
  const files = readFiles(process.env);
  const read = parseEnvironment(files.raw);
  return { env: read.env, problems: [...problems, ...files.problems, ...read.problems], warnings };
}

/** Returns the environment that the product's commands use. @throws ConfigError with every problem. */
export function environment(): Env {
  const { env, problems } = lookAtEnvironment();
  if (problems.length > 0) throw new ConfigError(problems);
  return env;
}
