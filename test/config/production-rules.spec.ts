import { readdirSync } from 'node:fs';
import { checkConfig } from '../../src/platform/config/config-check.js';
import { priceProblems, priceWarnings } from '../../src/platform/config/price-rules.js';
import { configProblems } from '../../src/platform/config/config.js';
import { defaultEnv, parseEnvironment, readEnv } from '../../src/platform/config/env.js';
import { exposureWarnings } from '../../src/platform/config/production-rules.js';
import { whyGuessable } from '../../src/platform/config/secret-rules.js';

const DRAWN = {
  a: 'f3b1c2d4e5f60718293a4b5c6d7e8f90',
  b: '0718293a4b5c6d7e8f90f3b1c2d4e5f6',
  c: '4b5c6d7e8f90f3b1c2d4e5f60718293a',
};
const PRODUCTION: Readonly<Record<string, string>> = {
  NODE_ENV: 'production',
  MONGODB_URI: 'mongodb+srv://app:pw@cluster0.example.net/payments',
  STRIPE_SECRET_KEY: 'rk_live_0123456789abcdef',
  STRIPE_WEBHOOK_SECRET: 'whsec_0123456789abcdef0123456789',
  STOREFRONT_JWT_SECRET: DRAWN.a,
  GATEWAY_JWT_SECRET: DRAWN.b,
  API_KEY_ENCRYPTION_KEY: DRAWN.c,
  PUBLIC_URL: 'https://pay.example.com',
};
const names = (problems: readonly string[]) => problems.map((problem) => problem.split(':')[0] ?? '');
const refusedIn = (more: Record<string, string>) => names(configProblems(readEnv({ ...PRODUCTION, ...more })));

describe('production refuses', () => {
  it.each([
    ['STOREFRONT_USER_SCOPE', 'all'],
    ['WEBHOOK_TOLERANCE', '61m'],
    ['WEBHOOK_TOLERANCE', '7d'],
    ['PUBLIC_URL', 'http://pay.example.com'],
    ['PUBLIC_URL', 'http://10.0.0.7'],
    ['PUBLIC_URL', 'http://localhost.example.com'],
    ['STOREFRONT_RETURN_URL', 'http://shop.example.com/paid'],
    ['STOREFRONT_JWT_SECRET', 'a'.repeat(32)],
    ['STOREFRONT_JWT_SECRET', 'a-string-secret-at-least-256-bits-long'],
    ['GATEWAY_JWT_SECRET', 'ab'.repeat(16)],
    ['GATEWAY_JWT_SECRET', 'xX-your-256-bit-secret-0123456789'],
    ['API_KEY_ENCRYPTION_KEY', '12345678901234567890123456789012'],
    ['API_KEY_ENCRYPTION_KEY', `${DRAWN.c.slice(0, 16)}`.repeat(2)],
    ['STRIPE_WEBHOOK_SECRET', `whsec_${'0'.repeat(32)}`],
    ['METRICS_TOKEN', 'zzzzzzzzzzzzzzzzzzzz'],
    ['METRICS_TOKEN', 'please-replace-me-later'],
    ['API_KEY_ENCRYPTION_KEY', `${DRAWN.c},${DRAWN.c}`],
  ])('%s=%s', (name, value) => expect(refusedIn({ [name]: value })).toEqual([name]));

  it.each([
    ['GATEWAY_JWT_SECRET', DRAWN.a],
    ['API_KEY_ENCRYPTION_KEY', DRAWN.a],
    ['API_KEY_ENCRYPTION_KEY', `${DRAWN.c},${DRAWN.b}`],
    ['METRICS_TOKEN', DRAWN.a],
    ['METRICS_TOKEN', 'whsec_0123456789abcdef0123456789'],
    ['GATEWAY_JWT_SECRET', ` ${DRAWN.a}`],
    ['METRICS_TOKEN', `${DRAWN.a} \n`],
  ])('two secrets that are equal but for blanks at the ends, naming the later: %s', (name, value) =>
    expect(refusedIn({ [name]: value })).toEqual([name]),
  );

  it('a first administrator’s password that is another secret, or repeats itself', () => {
    for (const ADMIN_PASSWORD of [DRAWN.a, 'aaaaaaaaaaaaaaaa', 'changeme-please!'])
      expect(refusedIn({ ADMIN_EMAIL: 'a@example.com', ADMIN_PASSWORD })).toEqual(['ADMIN_PASSWORD']);
  });
});

it.each<Record<string, string>>([
  { PUBLIC_URL: 'http://127.0.0.1:3000' },
  { PUBLIC_URL: 'http://[::1]:3000' },
  { PUBLIC_URL: 'http://localhost:3000' },
  { STOREFRONT_RETURN_URL: 'myapp://paid' },
  { STOREFRONT_RETURN_URL: 'https://shop.example.com/paid?from=bank#end' },
  { WEBHOOK_TOLERANCE: '1h' },
  { ALLOW_TEST_KEYS: 'true', STRIPE_SECRET_KEY: 'sk_test_51Hx7Yz2Qp9Lm4Rt' },
])('production takes %j', (more) => expect(refusedIn(more)).toEqual([]));

it('staging keeps every other rule', () => {
  const staging = { ALLOW_TEST_KEYS: 'true', STRIPE_SECRET_KEY: 'sk_test_51Hx7Yz2Qp9Lm4Rt' };
  expect(refusedIn({ ...staging, STOREFRONT_USER_SCOPE: 'all' })).toEqual(['STOREFRONT_USER_SCOPE']);
  expect(refusedIn({ ...staging, BCRYPT_COST: '9' })).toEqual(['BCRYPT_COST']);
});

it.each(['development', 'test'])('a live key is refused in %s', (NODE_ENV) => {
  for (const STRIPE_SECRET_KEY of ['sk_live_51Hx7Yz2Qp9Lm4Rt', 'rk_live_51Hx7Yz2Qp9Lm4Rt'])
    expect(names(configProblems(readEnv({ NODE_ENV, STRIPE_SECRET_KEY, ALLOW_TEST_KEYS: 'true' })))).toEqual([
      'STRIPE_SECRET_KEY',
    ]);
});

it('blanks make no secret out of a placeholder', () => expect(whyGuessable('  changeme-changeme  ')).not.toBeNull());

it.each([DRAWN.a, 'correct horse battery staple', 'Zk3v9QeR7mT1xW5y', '0f1e2d3c4b5a69788796a5b4c3d2e1f0'])(
  '%s could have been drawn',
  (secret) => expect(whyGuessable(secret)).toBeNull(),
);

it.each<[Record<string, string>, string[]]>([
  [{ SMTP_URL: 'smtp://mail.example.com' }, ['SMTP_URL']],
  [{ SMTP_URL: 'smtp://user:p@ss@mail.example.com:587?pool=true' }, ['SMTP_URL']],
  [{ SMTP_URL: 'smtps://mail.example.com' }, []],
  [{ SMTP_URL: 'smtp://mail.example.com?requireTLS=true' }, []],
  [{ SMTP_URL: 'smtp://localhost:25' }, []],
  [{ SMTP_URL: 'smtp://127.0.0.1' }, []],
  [{ METRICS_TOKEN: 'kQ3v9QeR7mT1xW5y' }, ['METRICS_TOKEN']],
  [{ METRICS_TOKEN: 'kQ3v9QeR7mT1xW5ykQ4v9QeR7mT1xW5y' }, []],
])('production warns of %j: %j', (more, warned) => {
  expect(names(exposureWarnings(readEnv({ ...PRODUCTION, ...more })))).toEqual(warned);
  expect(exposureWarnings(readEnv({ ...more }))).toEqual([]);
});

describe('prices', () => {
  it.each<[Record<string, string>, string[]]>([
    [{}, []],
    [{ STOREFRONT_PRICE_CURRENCY: 'xyz' }, ['STOREFRONT_PRICE_CURRENCY']],
    [{ STOREFRONT_PRICE_CURRENCY: 'xyz', STOREFRONT_DEFAULT_PRICE: 'false' }, []],
    [{ STOREFRONT_PRICE_CURRENCY: 'kwd', STOREFRONT_PRICE_AMOUNT: '1234' }, ['STOREFRONT_PRICE_AMOUNT']],
    [{ STOREFRONT_PRICE_AMOUNT: '100000000' }, ['STOREFRONT_PRICE_AMOUNT']],
    [{ STOREFRONT_CLIENT_AMOUNT_BOUNDS: 'usd:100-200,zzz:1-2' }, ['STOREFRONT_CLIENT_AMOUNT_BOUNDS']],
    [{ STOREFRONT_CLIENT_AMOUNT_BOUNDS: 'usd:100-200,eur:1-2' }, []],
  ])('%j: %j', (raw, refused) => expect(names(priceProblems(readEnv(raw)))).toEqual(refused));

  it.each<[Record<string, string>, string[]]>([
    [{}, []],
    [{ STOREFRONT_PRICE_AMOUNT: '49' }, ['STOREFRONT_PRICE_AMOUNT']],
    [{ STOREFRONT_PRICE_AMOUNT: '49', STOREFRONT_DEFAULT_PRICE: 'false' }, []],
  ])('warns of what is below Stripe’s minimum: %j: %j', (raw, warned) =>
    expect(names(priceWarnings(readEnv(raw)))).toEqual(warned),
  );
});

describe('all at once', () => {
  const check = (raw: Record<string, string>, warnings: string[] = []) =>
    checkConfig({ ...parseEnvironment(raw), warnings });

  it('says one line a variable, and nothing that follows from a value it could not read', async () => {
    const { problems } = await check({
      ...PRODUCTION,
      MONGODB_URI: 'mongodb://user:p@planted@x',
      TRUST_PROXY: 'true',
      GATEWAY_JWT_SECRET: 'planted',
      HOST: '192.0.2.1',
      STOREFRONT_PRICE_CURRENCY: 'xyz',
    });
    expect(names(problems).toSorted()).toEqual([
      'GATEWAY_JWT_SECRET',
      'HOST',
      'MONGODB_URI',
      'STOREFRONT_PRICE_CURRENCY',
      'TRUST_PROXY',
    ]);
    expect(problems.join()).not.toContain('planted');
  });

  it.each([
    ['HOST', 'no.such.host.invalid'],
    ['HOST', '[::1]'],
    ['DATA_DIR', __filename],
    ['DATA_DIR', `${__filename}/below`],
    ['DATA_DIR', `${__dirname}/${'d'.repeat(300)}`],
    // Linux has it and creates nothing in it, whoever asks.
    ['DATA_DIR', process.platform === 'linux' ? '/proc/x/y' : `${__filename}/below/too`],
  ])('%s=%s cannot be used on this machine', async (name, value) =>
    expect(names((await check({ [name]: value })).problems)).toEqual([name]),
  );

  it('a folder that is not there yet can be, and nothing is left of the try', async () => {
    const before = readdirSync(__dirname);
    expect((await check({ DATA_DIR: `${__dirname}/not/there` })).problems).toEqual([]);
    expect(readdirSync(__dirname)).toEqual(before);
  });

  it('warns of blanks at the ends of a secret, which count', async () => {
    const blanks = { GATEWAY_JWT_SECRET: `${DRAWN.b} `, METRICS_TOKEN: `\tkQ3v9QeR7mT1xW5ykQ4v9QeR7mT1xW5y` };
    for (const raw of [blanks, { ...PRODUCTION, ...blanks }]) {
      const { problems, warnings } = await check(raw);
      expect([problems, names(warnings)]).toEqual([[], ['GATEWAY_JWT_SECRET', 'METRICS_TOKEN']]);
    }
  });

  it('warns where the address names no database', async () => {
    for (const MONGODB_URI of ['mongodb://db.example', 'mongodb://db.example/?replicaSet=rs0'])
      expect(names((await check({ MONGODB_URI })).warnings)).toEqual(['MONGODB_URI']);
    expect((await check({ MONGODB_URI: 'mongodb://db.example/payments' }, ['kept'])).warnings).toEqual(['kept']);
  });
});

it('the defaults have no problem', () => expect(configProblems(defaultEnv())).toEqual([]));
