import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { type CommandForm, COMMANDS } from './admin.commands.js';
import type { CommandOptions } from './command-options.js';
import { readPassword } from './password-prompt.js';
import { AppError, type AppErrorCode } from '../../platform/common/app-error.js';
import type { Config } from '../../platform/config/config.js';
import { checkStart } from '../../platform/config/config-check.js';
import { ConfigError, type Env } from '../../platform/config/env.js';
import { environment } from '../../platform/config/environment.js';
import type { Indexes } from '../../platform/database/indexes.js';
import { StoreError } from '../../platform/database/store-error.js';
import { commandStore } from '../../embedded/command-store.js';
import { developmentSecrets } from '../../platform/development/development-secrets.js';
import { encryptionKeys } from '../../embedded/ground.js';
import { scrubLines } from '../../platform/logging/scrub.js';
import { EXIT, type ExitCode, type Program } from '../program.js';
import { type CommandStripe, commandStripe } from '../command-stripe.js';
import { commandConfig, withUnstartedApp } from '../unstarted-app.js';

/**
 * `npm run admin -- <command> --option value … [--json]`: the gateway's users and API keys, by whoever operates the
 * product, while it runs and while it does not; and `check-config`. With `--json` one JSON object on one line, `{"error": …}` when refused.
 * Exit code 0: done; 1: refused; 69: the database or Stripe does not answer; 78: told wrongly.
 */

/** Needs no database: it says what a start here would say. */
const CHECK = 'check-config';

interface Options {
  readonly needs: readonly string[];
  readonly takes: readonly string[];
  readonly flags?: readonly string[];
  readonly takesPassword?: boolean;
  readonly otherForm?: Options;
}

const usage = (): string =>
  Object.entries<Options>({ [CHECK]: { needs: [], takes: [] }, ...COMMANDS })
    .flatMap(([name, command]) => [command, command.otherForm ?? []].flat().map((form) => [name, form] as const))
    .map(([name, { needs, takes, flags = [], takesPassword }]) => [
      `  npm run admin -- ${name}`,
      ...needs.map((one) => `--${one} …`),
      ...(takesPassword === true ? ['[--password [P] | --password-stdin]'] : []),
      ...takes.map((one) => `[--${one} …]`),
      ...flags.map((one) => `[--${one}]`),
    ])
    .map((words) => `${words.join(' ')} [--json]`)
    .join('\n');

interface Told {
  readonly run: CommandForm['run'];
  readonly options: CommandOptions;
  readonly asksStripe: boolean;
  /** The source of a password that the options lack. */
  readonly password?: 'terminal' | 'input';
}

function told(args: readonly string[]): Told {
  const { name, rest } = named(args.filter((one) => one !== '--json'));
  const command = COMMANDS[name];
  if (command === undefined) throw new ConfigError([`there is no command ${name || 'given'}; there are\n${usage()}`]);
  const password = command.takesPassword === true ? passwordSource(rest) : undefined;
  const { needs, takes, flags = [], run } = formOf<CommandForm>(command, rest);
  const names = [...needs, ...takes, ...(command.takesPassword === true ? ['password'] : [])];
  const missing = needs.filter((one) => !isGiven(one, rest));
  if (missing.length > 0) throw new ConfigError([`${name} needs ${missing.map((one) => `--${one}`).join(', ')}`]);
  return { run, options: parsed(rest, names, flags), asksStripe: command.asksStripe === true, password };
}

/** A command's name is one word, or two such as `terminals sync`. */
function named(args: readonly string[]): { name: string; rest: string[] } {
  const words = COMMANDS[args.slice(0, 2).join(' ')] === undefined ? 1 : 2;
  return { name: args.slice(0, words).join(' '), rest: args.slice(words) };
}

const isGiven = (option: string, args: readonly string[]): boolean =>
  args.some((word) => word === `--${option}` || word.startsWith(`--${option}=`));

/** Returns the form of the command that is meant. */
function formOf<F extends Pick<Options, 'needs'>>(command: F & { readonly otherForm?: F }, args: readonly string[]): F {
  const { otherForm } = command;
  return otherForm !== undefined && isGiven(otherForm.needs[0] ?? '', args) ? otherForm : command;
}

/** Takes the words out of `args` that say where the password comes from; undefined: it stands among them. */
function passwordSource(args: string[]): Told['password'] {
  const fromInput = args.indexOf('--password-stdin');
  if (fromInput >= 0) args.splice(fromInput, 1);
  const given = args.findIndex((word) => word === '--password' || word.startsWith('--password='));
  if (given >= 0 && fromInput >= 0) throw new ConfigError(['--password and --password-stdin: one of them']);
  if (fromInput >= 0) return 'input';
  if (given < 0) return 'terminal';
  const withoutValue = args[given] === '--password' && (args[given + 1]?.startsWith('--') ?? true);
  if (!withoutValue) return undefined;
  args.splice(given, 1);
  return 'terminal';
}

/** Before anything is opened: a person takes their time. */
async function withPassword({ password, ...command }: Told): Promise<Told> {
  if (password === undefined) return command;
  const terminal = { input: process.stdin, output: process.stderr };
  return { ...command, options: { ...command.options, password: await readPassword(terminal, password === 'input') } };
}

function parsed(args: string[], names: readonly string[], flags: readonly string[] = []): CommandOptions {
  const options = Object.fromEntries([
    ...names.map((one) => [one, { type: 'string' as const }] as const),
    ...flags.map((one) => [one, { type: 'boolean' as const }] as const),
  ]);
  try {
    const { values } = parseArgs({ args, options, strict: true, allowPositionals: false });
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value : '']),
    );
  } catch (error) {
    // Node's sentence names the option; a value, which may be a password, is in it only where it stands without one.
    const { code } = error as { code?: string };
    if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') throw new ConfigError(['a value stands without its option']);
    throw error instanceof TypeError ? new ConfigError([error.message]) : error;
  }
}

function configOf(env: Env, mongoUri: string, stripe?: CommandStripe): Config {
  if (env.NODE_ENV === 'production' && env.API_KEY_ENCRYPTION_KEY.length === 0) {
    throw new ConfigError(['API_KEY_ENCRYPTION_KEY: required in production']);
  }
  const drawn = env.API_KEY_ENCRYPTION_KEY.length > 0 ? undefined : developmentSecrets(env.DATA_DIR);
  const keys = drawn === undefined ? env.API_KEY_ENCRYPTION_KEY : encryptionKeys(env, drawn);
  return commandConfig(env, mongoUri, keys, stripe);
}

async function runOn({ run, options, asksStripe }: Told, asJson: boolean): Promise<void> {
  const env = environment();
  const stripe = asksStripe ? commandStripe(env) : undefined;
  const store = await commandStore(env);
  try {
    await withUnstartedApp(configOf(env, store.mongoUri, stripe), async (app, indexes) => {
      await demandIndexes(indexes);
      await answer(await run(app, options, asJson), asJson);
    });
  } finally {
    await store.release();
  }
}

/** The product may never have run on this database; without unique indexes a name could be given twice. */
async function demandIndexes(indexes: Indexes): Promise<void> {
  if ((await indexes.problems()).length === 0) return;
  await indexes.create();
  const [problem] = await indexes.problems();
  if (problem !== undefined) throw new AppError('store_unavailable', `${problem}: see npm run indexes`);
}

/** Not scrubbed: keys are what is asked for. */
async function answer(result: object | AsyncIterable<string>, asJson: boolean): Promise<void> {
  if (Symbol.asyncIterator in result) return writePieces(result);
  process.stdout.write(asJson ? `${JSON.stringify(result)}\n` : `${lines(result).join('\n')}\n`);
}

/** Writes no faster than somebody reads, and ends where nobody does any more, as `head` does. */
async function writePieces(pieces: AsyncIterable<string>): Promise<void> {
  const closed = new AbortController();
  const close = () => closed.abort();
  process.stdout.once('error', close);
  for await (const piece of pieces) {
    if (closed.signal.aborted) return;
    const isFull = !process.stdout.write(piece);
    if (isFull) await once(process.stdout, 'drain', { signal: closed.signal }).catch(() => undefined);
  }
  process.stdout.off('error', close);
}

function lines(result: object, indent = ''): string[] {
  return Object.entries(result).flatMap(([name, value]) =>
    Array.isArray(value)
      ? [`${indent}${name}: ${value.length}`, ...value.flatMap((one: object) => [...lines(one, `${indent}  `), ''])]
      : [`${indent}${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`],
  );
}

/** Stripe did not answer, or would not let this key ask. */
const STRIPE_AWAY: readonly AppErrorCode[] = ['provider_unreachable', 'provider_refused'];

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof ConfigError) return EXIT.configuration;
  if (error instanceof StoreError) return EXIT.unavailable;
  if (error instanceof AppError) return STRIPE_AWAY.includes(error.code) ? EXIT.unavailable : EXIT.refused;
  return EXIT.unavailable;
}

function refuse(error: unknown, asJson: boolean): ExitCode {
  const said = error instanceof AppError && error.messages !== undefined ? error.messages.join('; ') : undefined;
  const sentence = scrubLines(said ?? (error instanceof Error ? error.message : String(error)));
  if (asJson) process.stdout.write(`${JSON.stringify({ error: sentence })}\n`);
  process.stderr.write(`${sentence}\n`);
  return exitCodeOf(error);
}

async function checkConfig(args: readonly string[], asJson: boolean): Promise<ExitCode> {
  parsed(
    args.filter((one) => one !== '--json'),
    [],
  );
  const { problems, warnings } = await checkStart();
  if (asJson) process.stdout.write(`${JSON.stringify({ problems, warnings })}\n`);
  else for (const line of [...problems, ...warnings.map((one) => `warning: ${one}`)]) process.stdout.write(`${line}\n`);
  if (!asJson && problems.length === 0) process.stdout.write('a start would refuse nothing\n');
  return problems.length === 0 ? EXIT.done : EXIT.configuration;
}

export const admin: Program = {
  help: () =>
    `The gateway's users, API keys and terminals, the audit trail, what is stuck; and what a start would refuse.\n${usage()}`,
  run: async (args) => {
    const asJson = args.includes('--json');
    try {
      const [name, ...rest] = args;
      if (name === CHECK) return await checkConfig(rest, asJson);
      await runOn(await withPassword(told(args)), asJson);
      return EXIT.done;
    } catch (error) {
      return refuse(error, asJson);
    }
  },
};
