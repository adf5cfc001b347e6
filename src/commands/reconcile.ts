import { parseArgs } from 'node:util';
import { createApp } from '../app.setup.js';
import type { AuditState } from '../modules/audit/audit-state.js';
import { AuditTrail } from '../modules/audit/audit-trail.service.js';
import { AccountWatch } from '../modules/payment/upkeep/account-watch.js';
import { isZero } from '../modules/books/compare.js';
import { dayOf, daysLater, whyNoRange } from '../modules/books/day-range.js';
import { differenceJson, reportJson } from '../modules/books/report-json.js';
import { repairedLines, reportLines } from '../modules/books/report-text.js';
import type { DayRange } from '../modules/books/reconciliation.types.js';
import { ReconciliationService, type RepairedReconciliation } from '../modules/books/reconciliation.service.js';
import { type Clock, SystemClock } from '../platform/common/clock.js';
import { buildConfig, type Config, type Provided } from '../platform/config/config.js';
import { ConfigError, type Env } from '../platform/config/env.js';
import { environment } from '../platform/config/environment.js';
import { readRunFile } from '../platform/development/run-file.js';
import { createLogger } from '../platform/logging/logger.js';
import { SimulatorClock } from '../platform/stripe/simulator-clock.js';
import { commandStripe } from './command-stripe.js';
import { EXIT, type ExitCode, type Program, say, UsageError } from './program.js';
import { commandLineActor } from '../modules/audit/actors.js';

/**
 * `npm run reconcile -- --from 2026-11-01 --to 2026-11-30 [--json] [--repair]`: compares Stripe's account with the books, also
 * while the product runs on them; without days, yesterday. `--repair` writes what Stripe knows into the books and never asks
 * Stripe to move or refuse money. Exit code 0: no difference; 1: differences; 2: told wrongly; 69: Stripe or the database
 * could not be read to the end; 78: the configuration cannot be used.
 */
const USAGE = 'npm run reconcile -- [--from YYYY-MM-DD --to YYYY-MM-DD] [--json] [--repair]';

interface Options {
  readonly range: DayRange;
  readonly json: boolean;
  readonly repair: boolean;
}

/** @param now epoch milliseconds @throws UsageError */
function optionsOf(args: readonly string[], now: number): Options {
  const { from, to, json, repair } = valuesOf(args);
  if ((from === undefined) !== (to === undefined)) throw new UsageError('--from and --to come together');
  const yesterday = daysLater(dayOf(new Date(now)), -1);
  const range = { from: from ?? yesterday, to: to ?? yesterday };
  const problem = whyNoRange(range, now);
  if (problem !== null) throw new UsageError(problem);
  return { range, json: json ?? false, repair: repair ?? false };
}

function valuesOf(args: readonly string[]) {
  const [text, flag] = [{ type: 'string' } as const, { type: 'boolean' } as const];
  try {
    return parseArgs({ args: [...args], options: { from: text, to: text, json: flag, repair: flag } }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Returns the configured store and Stripe key, or those of the copy that runs on DATA_DIR. */
function providedBy(env: Env): Provided {
  const running = readRunFile(env.DATA_DIR);
  const mongoUri = env.MONGODB_URI ?? running?.mongodb ?? undefined;
  if (mongoUri === undefined)
    throw new ConfigError([`MONGODB_URI: not set, and no copy with embedded parts runs on ${env.DATA_DIR}`]);
  return {
    mongoUri,
    ...commandStripe(env),
    stripeWebhookSecrets: [],
    jwtSecret: 'nobody logs in here'.repeat(3),
    gatewayJwtSecret: 'nobody logs in here'.repeat(3),
    apiKeyEncryptionKeys: ['nothing is encrypted here'],
  };
}

/** Returns the configuration of an app that neither serves requests nor runs workers. */
function configOf(env: Env, provided: Provided): Config {
  const { http, mongo, stripe, ...config } = buildConfig(env, provided);
  return {
    ...config,
    role: 'api',
    admin: null,
    http: { ...http, docs: false },
    mongo: { ...mongo, connectTries: 1 },
    stripe: { ...stripe, checkIntervalMs: 0 },
  };
}

async function compare(config: Config, clock: Clock, { range, repair }: Options): Promise<RepairedReconciliation> {
  const logger = createLogger({ level: 'silent', format: 'json' });
  const app = await createApp({ config, clock, logger });
  try {
    await app.init();
    // With the key of another account every payment here would look as if it had never been made.
    await app.get(AccountWatch, { strict: false }).look();
    const service = app.get(ReconciliationService, { strict: false });
    if (!repair) return { repaired: [], reconciliation: await service.compare(range) };
    return await app.get(AuditTrail, { strict: false }).record(
      commandLineActor(),
      { action: 'books.repair', object: { kind: 'books', id: `${range.from}..${range.to}` } },
      () => service.repair(range),
      ({ repaired }) => ({ after: repairedState(repaired) }),
    );
  } finally {
    await app.close();
  }
}

/** Describes the repairs for the audit trail, cut so that an entry stays small. */
function repairedState(repaired: RepairedReconciliation['repaired']): AuditState {
  const named = repaired
    .slice(0, 200)
    .map(({ kind, providerPaymentId }) => `${kind} ${providerPaymentId ?? ''}`.trim());
  return { repaired: repaired.length, what: named };
}

/** Prints line by line, because a text that is scrubbed as one is cut off where a log line would be. */
function print({ repaired, reconciliation }: RepairedReconciliation, { json }: Options): void {
  const document = { ...reportJson(reconciliation), repaired: repaired.map(differenceJson) };
  const lines = json
    ? JSON.stringify(document, null, 2).split('\n')
    : [...repairedLines(repaired), ...reportLines(reconciliation)];
  for (const line of lines) say(line);
}

async function run(args: readonly string[]): Promise<ExitCode> {
  const env = environment();
  const provided = providedBy(env);
  const { simulatorUrl } = provided;
  const clock = simulatorUrl === undefined ? new SystemClock() : await SimulatorClock.start(simulatorUrl);
  const options = optionsOf(args, clock.now());
  const result = await compare(configOf(env, provided), clock, options);
  print(result, options);
  return isZero(result.reconciliation) ? EXIT.done : EXIT.refused;
}

export const reconcile: Program = {
  help: () => `Compares Stripe's account with the books, and repairs the books.\n  usage: ${USAGE}`,
  run,
};
