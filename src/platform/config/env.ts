import { plainToInstance, Transform } from 'class-transformer';
import {
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  validateSync,
} from 'class-validator';
import { parseDuration } from '../common/duration.js';

const Whole = () =>
  Transform(({ value }) =>
    typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : (value as unknown),
  );
const Flag = () => Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : (value as unknown)));
const List = () =>
  Transform(({ value }) =>
    typeof value === 'string'
      ? value
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== '')
      : (value as unknown),
  );
const Duration = () => (target: object, key: string) => {
  Transform(({ value }) => (typeof value === 'string' ? (parseDuration(value) ?? value) : (value as unknown)))(
    target,
    key,
  );
  ValidateBy({
    name: 'isDuration',
    validator: {
      validate: (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0,
      defaultMessage: () => `$property must be a duration such as 500ms, 30s, 10m, 24h or 7d`,
    },
  })(target, key);
};

const HTTP_URL = { protocols: ['http', 'https'], require_protocol: true, require_tld: false };

/**
 * Every variable of the environment, with its default. `.env.example` says why each exists; a test keeps the two equal.
 * Durations are milliseconds here and written as `30s` outside.
 */
export class Env {
  @IsIn(['development', 'test', 'production'])
  NODE_ENV: 'development' | 'test' | 'production' = 'development';

  @IsIn(['all', 'api', 'worker'])
  ROLE: 'all' | 'api' | 'worker' = 'all';

  @Whole()
  @IsInt()
  @Min(0)
  @Max(65_535)
  PORT: number = 3000;

  @IsString()
  @MaxLength(255)
  HOST: string = '127.0.0.1';

  @IsOptional()
  @IsUrl(HTTP_URL)
  PUBLIC_URL?: string;

  @IsString()
  @MaxLength(4096)
  DATA_DIR: string = '.data';

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  LOG_LEVEL: string = 'info';

  @IsIn(['json', 'pretty'])
  LOG_FORMAT: 'json' | 'pretty' = 'json';

  @IsOptional()
  @Matches(/^mongodb(\+srv)?:\/\/\S+$/, { message: 'MONGODB_URI must be a mongodb:// or mongodb+srv:// address' })
  MONGODB_URI?: string;

  @IsOptional()
  @IsIn(['mongod', 'secantus'])
  EMBEDDED_MONGO?: 'mongod' | 'secantus';

  @IsOptional()
  @IsString()
  MONGODB_BINARY?: string;

  @Duration()
  MONGODB_SERVER_SELECTION_TIMEOUT: number = 2_000;

  @IsOptional()
  @Matches(/^(sk|rk)_(test|live)_\S+$/, { message: 'STRIPE_SECRET_KEY must start with sk_ or rk_ and test_ or live_' })
  STRIPE_SECRET_KEY?: string;

  @List()
  @Matches(/^whsec_\S+$/, { each: true, message: 'STRIPE_WEBHOOK_SECRET must hold one or two whsec_ secrets' })
  STRIPE_WEBHOOK_SECRET: string[] = [];

  @IsOptional()
  @IsUrl(HTTP_URL)
  STRIPE_API_BASE?: string;

  @IsOptional()
  @Matches(/^acct_\w+$/, { message: 'STRIPE_ACCOUNT_ID must look like acct_…' })
  STRIPE_ACCOUNT_ID?: string;

  @Duration()
  STRIPE_TIMEOUT: number = 8_000;

  @Whole()
  @IsInt()
  @Min(0)
  @Max(1)
  STRIPE_RETRIES: number = 1;

  @Duration()
  STRIPE_CHECK_INTERVAL: number = 60_000;

  @Whole()
  @IsInt()
  @Min(0)
  @Max(65_535)
  SIMULATOR_PORT: number = 0;

  @IsOptional()
  @IsString()
  STOREFRONT_JWT_SECRET?: string;

  @Duration()
  STOREFRONT_JWT_TTL: number = 86_400_000;

  @Whole()
  @IsInt()
  @Min(1)
  @Max(99_999_999)
  STOREFRONT_PRICE_AMOUNT: number = 2000;

  @Matches(/^[a-z]{3}$/, { message: 'STOREFRONT_PRICE_CURRENCY must be a lower-case ISO 4217 code' })
  STOREFRONT_PRICE_CURRENCY: string = 'usd';

  @Flag()
  @IsBoolean()
  STOREFRONT_DEFAULT_PRICE: boolean = true;

  @Flag()
  @IsBoolean()
  STOREFRONT_CLIENT_AMOUNT: boolean = false;

  @List()
  @Matches(/^[a-z]{3}:\d{1,8}-\d{1,8}$/, {
    each: true,
    message: 'STOREFRONT_CLIENT_AMOUNT_BOUNDS must look like usd:100-100000,eur:100-90000',
  })
  STOREFRONT_CLIENT_AMOUNT_BOUNDS: string[] = [];

  @IsOptional()
  @IsUrl(HTTP_URL)
  STOREFRONT_RETURN_URL?: string;

  @IsIn(['own', 'all'])
  STOREFRONT_USER_SCOPE: 'own' | 'all' = 'own';

  @IsOptional()
  @IsString()
  GATEWAY_JWT_SECRET?: string;

  @Duration()
  GATEWAY_JWT_TTL: number = 3_600_000;

  @List()
  @IsString({ each: true })
  API_KEY_ENCRYPTION_KEY: string[] = [];

  @Flag()
  @IsBoolean()
  API_KEYS_MASK_IN_LIST: boolean = false;

  @IsOptional()
  @IsEmail()
  ADMIN_EMAIL?: string;

  @IsOptional()
  @IsString()
  @MaxLength(128)
  ADMIN_PASSWORD?: string;

  @Whole()
  @IsInt()
  @Min(4)
  @Max(15)
  BCRYPT_COST: number = 12;

  @Whole()
  @IsInt()
  @Min(1)
  @Max(16)
  BCRYPT_CONCURRENCY: number = 2;

  @Whole()
  @IsInt()
  @Min(1)
  @Max(1000)
  BCRYPT_QUEUE: number = 32;

  @Whole()
  @IsInt()
  @Min(1)
  LOGIN_MAX_FAILURES: number = 20;

  @Duration()
  LOGIN_WINDOW: number = 900_000;

  @Whole()
  @IsInt()
  @Min(1)
  REGISTER_RATE_LIMIT: number = 60;

  @Duration()
  REGISTER_RATE_WINDOW: number = 3_600_000;

  @Whole()
  @IsInt()
  @Min(1)
  PAYMENT_RATE_LIMIT: number = 120;

  @Duration()
  PAYMENT_RATE_WINDOW: number = 60_000;

  @Whole()
  @IsInt()
  @Min(1)
  PAYMENT_MAX_DECLINES: number = 10;

  @Whole()
  @IsInt()
  @Min(1)
  @Max(1000)
  PAYMENT_MAX_ATTEMPTS: number = 50;

  @Whole()
  @IsInt()
  @Min(1)
  USER_MAX_DECLINES: number = 10;

  @Duration()
  USER_DECLINE_WINDOW: number = 600_000;

  @Duration()
  PAYMENT_QUIET_AFTER: number = 600_000;

  @Duration()
  PAYMENT_QUIET_AFTER_3DS: number = 1_800_000;

  @Duration()
  PAYMENT_ABANDON_AFTER: number = 86_400_000;

  @Duration()
  PAYMENT_UNANSWERED_RECHECK: number = 120_000;

  @Duration()
  PAYMENT_POLL_FIRST: number = 60_000;

  @Duration()
  PAYMENT_POLL_MAX: number = 3_600_000;

  @Duration()
  PAYMENT_LEASE: number = 60_000;

  @Duration()
  PAYMENT_REQUEST_DEADLINE: number = 30_000;

  @Duration()
  PAYMENT_DECLINE_REPLAY: number = 30_000;

  @Duration()
  PAYMENT_READ_FRESH: number = 5_000;

  @Duration()
  PAYMENT_REPEAT_WAIT: number = 5_000;

  @Duration()
  RESOLVER_TICK: number = 5_000;

  @Duration()
  SWEEP_INTERVAL: number = 3_600_000;

  @Duration()
  SWEEP_OVERLAP: number = 172_800_000;

  @Duration()
  SWEEP_TWIN_AGE: number = 3_600_000;

  @Duration()
  RECONCILE_AFTER: number = 3_600_000;

  @Whole()
  @IsInt()
  @Min(1)
  @Max(31)
  RECONCILE_DAYS: number = 1;

  @Whole()
  @IsInt()
  @Min(10)
  @Max(1_000_000)
  RECONCILE_MAX_REQUESTS: number = 10_000;

  @Duration()
  INBOX_KEEP: number = 7_776_000_000;

  @Duration()
  INBOX_UNMATCHED_FOR: number = 259_200_000;

  @Duration()
  WEBHOOK_TOLERANCE: number = 300_000;

  @IsOptional()
  @Matches(/^smtps?:\/\/\S+$/, { message: 'SMTP_URL must be an smtp:// or smtps:// address' })
  SMTP_URL?: string;

  @IsString()
  @MaxLength(320)
  MAIL_FROM: string = 'Payments <receipts@localhost>';

  @List()
  @IsUrl(HTTP_URL, { each: true })
  CORS_ORIGINS: string[] = [];

  @List()
  @IsString({ each: true })
  TRUST_PROXY: string[] = [];

  @IsOptional()
  @Flag()
  @IsBoolean()
  DOCS?: boolean;

  @IsOptional()
  @IsString()
  METRICS_TOKEN?: string;

  @Duration()
  REQUEST_TIMEOUT: number = 30_000;

  @Duration()
  SHUTDOWN_TIMEOUT: number = 30_000;

  @IsOptional()
  @Duration()
  SHUTDOWN_DELAY?: number;

  @IsOptional()
  @IsString()
  FAILPOINTS?: string;
}

/** Configuration that cannot be used; the process says all problems at once and exits with 78 (EX_CONFIG). */
export class ConfigError extends Error {
  readonly exitCode = 78;

  constructor(readonly problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** Reads and validates; an empty value means not set. Throws ConfigError with every problem, never with a value. */
export function readEnv(raw: Readonly<Record<string, string | undefined>>): Readonly<Env> {
  const known = new Set(Object.keys(new Env()).concat(OPTIONAL_NAMES));
  const given = Object.fromEntries(
    Object.entries(raw).filter(([name, value]) => known.has(name) && value !== '' && value !== undefined),
  );
  const env = plainToInstance(Env, given, { exposeDefaultValues: true });
  const problems = validateSync(env, { validationError: { target: false, value: false } }).map(
    (error) => `${error.property}: ${Object.values(error.constraints ?? {}).join('; ')}`,
  );
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(env);
}

/** Variables without a default; class fields that are never assigned do not exist at run time. */
export const OPTIONAL_NAMES = [
  'PUBLIC_URL',
  'MONGODB_URI',
  'EMBEDDED_MONGO',
  'MONGODB_BINARY',
  'STRIPE_SECRET_KEY',
  'STRIPE_API_BASE',
  'STRIPE_ACCOUNT_ID',
  'STOREFRONT_JWT_SECRET',
  'STOREFRONT_RETURN_URL',
  'GATEWAY_JWT_SECRET',
  'ADMIN_EMAIL',
  'ADMIN_PASSWORD',
  'SMTP_URL',
  'SHUTDOWN_DELAY',
  'DOCS',
  'METRICS_TOKEN',
  'FAILPOINTS',
] as const satisfies readonly (keyof Env)[];
