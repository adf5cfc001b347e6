import type { INestApplicationContext } from '@nestjs/common';
import { AuditTrail } from '../modules/audit/audit-trail.service.js';
import type { Config } from '../platform/config/config.js';
import { ConfigError, type Env } from '../platform/config/env.js';
import { environment } from '../platform/config/environment.js';
import type { Indexes } from '../platform/database/indexes.js';
import { readRunFile } from '../platform/development/run-file.js';
import { EXIT, type ExitCode, type Program, say } from './program.js';
import { commandConfig, withUnstartedApp } from './unstarted-app.js';
import { commandLineActor } from '../modules/audit/actors.js';

/**
 * `npm run indexes -- --check | --repair`: compares the database's indexes with what the schemas declare, also while the
 * product runs on it. Exit code 0: all are as declared; 1: some are not (and, with --repair, could not be made so);
 * 69: the database does not answer; 78: told wrongly.
 */
const USAGE = 'npm run indexes -- [--check | --repair]';

function wantsRepair(args: readonly string[]): boolean {
  const [mode = '--check', ...more] = args;
  if (more.length > 0 || (mode !== '--check' && mode !== '--repair')) throw new ConfigError([`usage: ${USAGE}`]);
  return mode === '--repair';
}

function configOf(env: Env): Config {
  const mongoUri = env.MONGODB_URI ?? readRunFile(env.DATA_DIR)?.mongodb;
  if (mongoUri === undefined || mongoUri === null)
    throw new ConfigError([`MONGODB_URI: not set, and no copy with an embedded store runs on ${env.DATA_DIR}`]);
  return commandConfig(env, mongoUri);
}

async function repair(app: INestApplicationContext, indexes: Indexes): Promise<ExitCode> {
  const repairs = await app.get(AuditTrail, { strict: false }).record(
    commandLineActor(),
    { action: 'indexes.repair', object: { kind: 'indexes', id: 'all' } },
    () => indexes.repair(),
    (done) => ({
      after: { repaired: done.filter(({ repaired }) => repaired).length, lines: done.map(({ line }) => line) },
    }),
  );
  for (const { line } of repairs) say(line);
  return check(indexes);
}

async function check(indexes: Indexes): Promise<ExitCode> {
  const problems = await indexes.problems();
  for (const problem of problems) say(problem);
  if (problems.length === 0) say(`all ${indexes.declared} indexes are as declared`);
  return problems.length === 0 ? EXIT.done : EXIT.refused;
}

export const indexes: Program = {
  help: () => `Compares the database's indexes with the declared ones, and makes them so.\n  ${USAGE}`,
  run: async (args) => {
    const repairs = wantsRepair(args);
    return withUnstartedApp(configOf(environment()), (app, declared) =>
      repairs ? repair(app, declared) : check(declared),
    );
  },
};
