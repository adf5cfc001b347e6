import { createApp } from '../app.setup.js';
import { AuditTrail } from '../modules/audit/audit-trail.service.js';
import { SystemClock } from '../platform/common/clock.js';
import { buildConfig, type Config } from '../platform/config/config.js';
import { ConfigError, type Env } from '../platform/config/env.js';
import { environment } from '../platform/config/environment.js';
import { Indexes } from '../platform/database/indexes.js';
import { readRunFile } from '../platform/development/run-file.js';
import { createLogger } from '../platform/logging/logger.js';
import { EXIT, type ExitCode, type Program, say } from './program.js';
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

/** Only the database is asked for anything, so nothing else needs to be configured. */
function configOf(env: Env): Config {
  const mongoUri = env.MONGODB_URI ?? readRunFile(env.DATA_DIR)?.mongodb;
  if (mongoUri === undefined || mongoUri === null)
    throw new ConfigError([`MONGODB_URI: not set, and no copy with an embedded store runs on ${env.DATA_DIR}`]);
  const unused = 'sk_test_unused';
  const { http, mongo, ...config } = buildConfig(env, {
    mongoUri,
    stripeSecretKey: unused,
    stripeWebhookSecrets: [],
    jwtSecret: unused.repeat(3),
    gatewayJwtSecret: unused.repeat(3),
    apiKeyEncryptionKeys: [unused],
  });
  return { ...config, http: { ...http, docs: false }, mongo: { ...mongo, connectTries: 1 } };
}

async function withIndexes<T>(config: Config, work: (indexes: Indexes, audit: AuditTrail) => Promise<T>): Promise<T> {
  const logger = createLogger({ level: 'silent', format: 'json' });
  // Made but never started: it knows every schema, and neither listens nor works.
  const app = await createApp({ config, clock: new SystemClock(), logger });
  const indexes = app.get(Indexes, { strict: false });
  try {
    return await work(indexes, app.get(AuditTrail, { strict: false }));
  } finally {
    await indexes.disconnect();
  }
}

async function repair(indexes: Indexes, audit: AuditTrail): Promise<ExitCode> {
  const repairs = await audit.record(
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
  run: async (args) => withIndexes(configOf(environment()), wantsRepair(args) ? repair : check),
};
