import { namesDatabase } from '../database/store-address.js';
import { configProblems } from './config.js';
import type { Environment } from './environment.js';
import type { Env } from './env.js';
import { machineProblems } from './machine-rules.js';
import { exposureWarnings } from './production-rules.js';

/** `NAME: why` each, the variable's name first. */
export interface ConfigCheck {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

const variableOf = (problem: string): string => problem.split(':', 1)[0]?.replace(/_FILE$/, '') ?? '';

/**
 * All that would be said against a start, at once.
 * @param more what modules know about their settings
 */
export async function checkConfig(
  { env, problems, warnings }: Environment,
  more: (env: Env) => readonly string[],
): Promise<ConfigCheck> {
  // At its default stands what could not be read; what follows from that default is nobody's mistake.
  const unread = new Set(problems.map(variableOf));
  const found = unread.has('NODE_ENV') ? [] : [...configProblems(env), ...more(env), ...(await machineProblems(env))];
  return {
    problems: [...problems, ...found.filter((problem) => !unread.has(variableOf(problem)))],
    warnings: [...warnings, ...exposureWarnings(env), ...storeWarnings(env)],
  };
}

function storeWarnings({ MONGODB_URI: uri }: Env): string[] {
  return uri === undefined || namesDatabase(uri)
    ? []
    : ['MONGODB_URI: names no database, so it is the one called test'];
}
