import { namesDatabase } from '../database/store-address.js';
import { configProblems } from './config.js';
import { ConfigError, type Env } from './env.js';
import { type Environment, lookAtEnvironment } from './environment.js';
import { machineProblems } from './machine-rules.js';
import { priceProblems, priceWarnings } from './price-rules.js';
import { exposureWarnings } from './production-rules.js';
import { secretWarnings } from './secret-rules.js';

/** `NAME: why` each, the variable's name first. */
export interface ConfigCheck {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

const variableOf = (problem: string): string => problem.split(':', 1)[0]?.replace(/_FILE$/, '') ?? '';

/** Returns what a start here and now would say, without starting anything. */
export async function checkStart(): Promise<ConfigCheck & { readonly env: Env }> {
  const environment = lookAtEnvironment();
  return { ...(await checkConfig(environment)), env: environment.env };
}

/** @throws ConfigError with every problem, before anything is started. */
export async function startConfig(): Promise<{ readonly env: Env; readonly warnings: readonly string[] }> {
  const { env, problems, warnings } = await checkStart();
  if (problems.length > 0) throw new ConfigError(problems);
  return { env, warnings };
}

/** Collects every problem and warning of a start. */
export async function checkConfig({ env, problems, warnings }: Environment): Promise<ConfigCheck> {
  // At its default stands what could not be read; what follows from that default is nobody's mistake.
  const unread = new Set(problems.map(variableOf));
  const found = unread.has('NODE_ENV')
    ? []
    : [...configProblems(env), ...priceProblems(env), ...(await machineProblems(env))];
  return {
    problems: [...problems, ...found.filter((problem) => !unread.has(variableOf(problem)))],
    warnings: [
      ...warnings,
      ...secretWarnings(env),
      ...exposureWarnings(env),
      ...storeWarnings(env),
      ...priceWarnings(env),
    ],
  };
}

function storeWarnings({ MONGODB_URI: uri }: Env): string[] {
  return uri === undefined || namesDatabase(uri)
    ? []
    : ['MONGODB_URI: names no database, so it is the one called test'];
}
