import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { AccessEnv } from './env/access-env.js';
import { AuditEnv } from './env/audit-env.js';
import { BooksEnv } from './env/books-env.js';
import { CensusEnv } from './env/census-env.js';
import { GatewayEnv } from './env/gateway-env.js';
import { HttpEnv } from './env/http-env.js';
import { MailEnv } from './env/mail-env.js';
import { PaymentEnv } from './env/payment-env.js';
import { ProcessEnv } from './env/process-env.js';
import { StoreEnv } from './env/store-env.js';
import { StorefrontEnv } from './env/storefront-env.js';
import { StripeEnv } from './env/stripe-env.js';

const TOPICS = [
  ProcessEnv,
  HttpEnv,
  StoreEnv,
  StripeEnv,
  StorefrontEnv,
  GatewayEnv,
  CensusEnv,
  AccessEnv,
  AuditEnv,
  PaymentEnv,
  BooksEnv,
  MailEnv,
] as const;

/**
 * Every variable of the environment, with its default. `.env.example` says why each exists; a test keeps the two equal.
 * Durations are milliseconds here and written as `30s` outside.
 */
export type Env = ProcessEnv &
  HttpEnv &
  StoreEnv &
  StripeEnv &
  StorefrontEnv &
  GatewayEnv &
  CensusEnv &
  AccessEnv &
  AuditEnv &
  PaymentEnv &
  BooksEnv &
  MailEnv;

/** All at their defaults; a variable without one is undefined. */
export function defaultEnv(): Env {
  return Object.assign({}, ...TOPICS.map((Topic) => new Topic())) as Env;
}

/** Configuration that cannot be used; the process says all problems at once and exits with 78 (EX_CONFIG). */
export class ConfigError extends Error {
  readonly exitCode = 78;

  constructor(readonly problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

export interface ReadEnv {
  /** A variable with a problem is at its default. */
  readonly env: Readonly<Env>;
  /** One a variable, beginning with its name; never with a value. */
  readonly problems: readonly string[];
}

/** Reads and validates; an empty value means not set. */
export function parseEnvironment(raw: Readonly<Record<string, string | undefined>>): ReadEnv {
  const topics = TOPICS.map((Topic) => {
    const given = Object.keys(new Topic()).flatMap((name) => {
      const value = Object.hasOwn(raw, name) ? raw[name] : undefined;
      return value === undefined || value === '' ? [] : [[name, value] as const];
    });
    return plainToInstance<object, object>(Topic, Object.fromEntries(given), { exposeDefaultValues: true });
  });
  const errors = topics.flatMap((topic) => validateSync(topic, { validationError: { target: false, value: false } }));
  const defaults = defaultEnv() as unknown as Record<string, unknown>;
  const replaced = Object.fromEntries(errors.map(({ property }) => [property, defaults[property]]));
  return {
    env: Object.freeze(Object.assign({}, ...topics, replaced) as Env),
    problems: errors.map(
      ({ property, constraints }) =>
        `${property}: ${Object.values(constraints ?? {})
          .map((message) => withoutName(message, property))
          .join('; ')}`,
    ),
  };
}

/** Removes the variable's name, with which the validator begins its sentences: the line begins with it already. */
const withoutName = (message: string, name: string): string =>
  message.startsWith(`${name} `) ? message.slice(name.length + 1) : message;

/** @throws ConfigError with every problem. */
export function readEnv(raw: Readonly<Record<string, string | undefined>>): Readonly<Env> {
  const { env, problems } = parseEnvironment(raw);
  if (problems.length > 0) throw new ConfigError(problems);
  return env;
}
