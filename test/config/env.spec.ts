import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDuration } from '../../src/platform/common/duration.js';
import { ConfigError, defaultEnv, readEnv } from '../../src/platform/config/env.js';

function problemsOf(raw: Record<string, string>): readonly string[] {
  try {
    readEnv(raw);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('.env.example', () => {
  const lines = readFileSync(join(__dirname, '../../.env.example'), 'utf8').split('\n');
  const shown = new Map(
    lines.flatMap((line) => {
      const match = /^# ([A-Z][A-Z0-9_]*)=(.*)$/.exec(line);
      return match === null ? [] : [[match[1] ?? '', match[2] ?? ''] as const];
    }),
  );
  const defaults = defaultEnv() as unknown as Record<string, unknown>;

  it('has every variable, and no other', () => {
    expect([...shown.keys()].toSorted()).toEqual(Object.keys(defaults).toSorted());
  });

  it('has each once', () => {
    const names = lines.flatMap((line) => /^# ([A-Z][A-Z0-9_]*)=/.exec(line)?.[1] ?? []);
    expect(names.length).toBe(new Set(names).size);
  });

  it('shows the defaults as they are', () => {
    const asRead = readEnv(Object.fromEntries(shown)) as unknown as Record<string, unknown>;
    for (const [name, value] of Object.entries(defaults)) expect([name, asRead[name]]).toEqual([name, value]);
  });

  it('leaves what has no default empty', () => {
    const without = Object.keys(defaults).filter((name) => defaults[name] === undefined);
    for (const name of without) expect([name, shown.get(name)]).toEqual([name, '']);
  });

  it('sets nothing when it is used as it is', () => {
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });
});

describe('durations', () => {
  it.each([
    ['500ms', 500],
    ['0ms', 0],
    ['30s', 30_000],
    ['10m', 600_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
    expect(readEnv({ STRIPE_TIMEOUT: text }).STRIPE_TIMEOUT).toBe(ms);
  });

  it.each(['30', '-1s', '1.5s', 's', '1w', '1 s', '9999999999s', 'Infinity', '1e3ms'])('not %s', (text) => {
    expect(problemsOf({ STRIPE_TIMEOUT: text })).toEqual([
      'STRIPE_TIMEOUT: must be a duration such as 500ms, 30s, 10m, 24h or 7d',
    ]);
  });
});

describe('values', () => {
  it('an empty value is none', () => {
    expect(readEnv({ PORT: '', MONGODB_URI: '' })).toMatchObject({ PORT: 3000 });
    expect(readEnv({ MONGODB_URI: '' }).MONGODB_URI).toBeUndefined();
  });

  it('an unknown variable is somebody else’s', () => {
    expect(readEnv({ PATH: '/bin', __proto__: 'x', constructor: 'y' })).toEqual(defaultEnv());
  });

  it.each([
    ['NODE_ENV', 'staging'],
    ['ROLE', 'cron'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '0x10'],
    ['PORT', '3000.5'],
    ['PUBLIC_URL', 'example.com'],
    ['PUBLIC_URL', 'ftp://example.com'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_FORMAT', 'xml'],
    ['MONGODB_URI', 'http://localhost'],
    ['EMBEDDED_MONGO', 'sqlite'],
    ['STRIPE_SECRET_KEY', 'pk_test_x'],
    ['STRIPE_WEBHOOK_SECRET', 'signing'],
    ['STRIPE_WEBHOOK_SECRET', 'whsec_a,other'],
    ['STRIPE_ACCOUNT_ID', 'ac_1'],
    ['STRIPE_RETRIES', '2'],
    ['STOREFRONT_PRICE_AMOUNT', '0'],
    ['STOREFRONT_PRICE_AMOUNT', '1000000000000'],
    ['STOREFRONT_PRICE_CURRENCY', 'USD'],
    ['STOREFRONT_DEFAULT_PRICE', 'yes'],
    ['STOREFRONT_CLIENT_AMOUNT_BOUNDS', 'usd=100'],
    ['STOREFRONT_USER_SCOPE', 'everybody'],
    ['ADMIN_EMAIL', 'nobody'],
    ['BCRYPT_COST', '3'],
    ['SMTP_URL', 'http://mail'],
    ['CORS_ORIGINS', 'https://a.example,*'],
    ['CORS_ORIGINS', 'https://a.example/shop'],
    ['CORS_ORIGINS', 'https://a.example?x=planted'],
    ['CORS_ORIGINS', 'https://*.a.example'],
    ['CORS_ORIGINS', 'https://user:planted@a.example'],
    ['CORS_ORIGINS', 'a.example'],
    ['CORS_ORIGINS', 'null'],
    ['CORS_ORIGINS', 'file:///home'],
    ['CORS_ORIGINS', 'wss://a.example'],
    ['PUBLIC_URL', 'https://a.example/?next=1'],
    ['PUBLIC_URL', 'https://a.example?'],
    ['PUBLIC_URL', 'https://a.example/#top'],
    ['PUBLIC_URL', 'https://user:planted@a.example'],
    ['PUBLIC_URL', 'myapp://x'],
    ['STOREFRONT_RETURN_URL', 'javascript://%0aalert(1)'],
    ['STOREFRONT_RETURN_URL', 'data://text/html,x'],
    ['STOREFRONT_RETURN_URL', 'shop.example/paid'],
    ['STOREFRONT_RETURN_URL', 'https://user:planted@shop.example'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '1'],
    ['TRUST_PROXY', '*'],
    ['TRUST_PROXY', '10.0.0.1,2'],
    ['TRUST_PROXY', '0.0.0.0/0'],
    ['TRUST_PROXY', '::/0'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', '10.0.0.0/255.0.255.0'],
    ['TRUST_PROXY', 'proxy.internal'],
    ['DEVELOPMENT_HOSTS', '*'],
    ['DEVELOPMENT_HOSTS', 'shop.test:3000'],
    ['DEVELOPMENT_HOSTS', 'https://shop.test'],
    ['DEVELOPMENT_NETWORKS', '0.0.0.0/0'],
    ['DEVELOPMENT_NETWORKS', 'loopback'],
    ['MONGODB_URI', 'mongodb://user:p@planted@db.example'],
    ['MONGODB_URI', 'mongodb://db.example:port/x'],
    ['MONGODB_URI', 'mongodb://db.example/x?noSuchOption=planted'],
    ['MONGODB_URI', 'mongodb+srv://db.example:27017/x'],
    ['MONGODB_URI', 'mongodb://db.example/planted.payments'],
    ['MONGODB_URI', 'mongodb://db.example/planted%20payments'],
    ['MONGODB_URI', 'mongodb://db.example/planted$payments?replicaSet=rs0'],
    ['MONGODB_URI', 'mongodb://db.example/planted/payments'],
    ['MONGODB_URI', 'mongodb+srv://db.example/planted%2Fpayments'],
    ['MONGODB_URI', 'mongodb://db.example/planted%5Cpayments'],
    ['MONGODB_URI', 'mongodb://db.example/planted"payments'],
    ['MONGODB_URI', 'mongodb://db.example/%22planted%22'],
    ['MONGODB_URI', `mongodb://db.example/${'planted'.repeat(10)}`],
    ['MAIL_FROM', 'nope'],
    ['MAIL_FROM', 'Planted <nope>'],
    ['MAIL_FROM', 'Planted <>'],
    ['MAIL_FROM', 'planted@'],
    ['MAIL_FROM', '@planted.example'],
    ['MAIL_FROM', 'a@planted.example, b@planted.example'],
    ['MAIL_FROM', 'planted: a@b.example;'],
    ['ALLOW_TEST_KEYS', '1'],
    ['DOCS', '1'],
  ])('%s=%s is refused by name, without its value', (name, value) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name}: `));
    // Short values are found in any sentence.
    const said = problems[0]?.slice(name.length + 2);
    expect(value.length > 4 && said?.includes(value)).toBe(false);
    expect(said).not.toMatch(new RegExp(`^${name}|; ${name}`));
  });

  it.each([
    ['https://A.Example/', 'https://a.example'],
    ['HTTPS://a.example:443', 'https://a.example'],
    ['http://localhost:5173', 'http://localhost:5173'],
    ['capacitor://localhost', 'capacitor://localhost'],
    ['ionic://localhost/', 'ionic://localhost'],
    ['MyApp://X', 'myapp://x'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
  ])('the origin %s is compared as browsers send it', (given, origin) => {
    expect(readEnv({ CORS_ORIGINS: `${given},${origin}` }).CORS_ORIGINS).toEqual([origin]);
  });

  it.each([
    ['TRUST_PROXY', '10.0.0.0/8,::1,fd00::/8,loopback,10.0.0.0/255.0.0.0'],
    ['STOREFRONT_RETURN_URL', 'myapp://x'],
    ['STOREFRONT_RETURN_URL', 'capacitor://localhost'],
    ['PUBLIC_URL', 'https://a.example/payments/'],
    ['DEVELOPMENT_HOSTS', 'Shop.test,192.0.2.7,[2001:db8::7]'],
    ['DEVELOPMENT_NETWORKS', '172.16.0.0/12,192.0.2.7,fd00::/8'],
    ['MONGODB_URI', 'mongodb://user:p%40ss@a.example,b.example/payments?replicaSet=rs0'],
    ['MONGODB_URI', 'mongodb://user:p%2F%24.%20@a.example/pay-ments_2?authSource=admin'],
    ['MONGODB_URI', `mongodb://a.example/${'d'.repeat(63)}`],
    ['MAIL_FROM', 'a@b.c'],
    ['MAIL_FROM', 'Name <a@b.c>'],
    ['MAIL_FROM', '<a@localhost>'],
    ['MAIL_FROM', '"Shop, Inc." <receipts@mail.shop.example>'],
    ['MAIL_FROM', 'Müller & Söhne <quittung@müller.example>'],
  ])('%s=%s is taken', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([]);
  });

  it('says the variable’s name once', () =>
    expect(problemsOf({ MONGODB_URI: 'mongodb://user:p@x@db.example' })).toEqual([
      'MONGODB_URI: is no address that the MongoDB driver can read; is its password percent-encoded?',
    ]));

  it('says all problems at once', () => {
    expect(problemsOf({ PORT: 'x', ROLE: 'y', LOG_LEVEL: 'z' })).toHaveLength(3);
  });

  it('lists are split and trimmed', () => {
    const { CORS_ORIGINS, STRIPE_WEBHOOK_SECRET } = readEnv({
      CORS_ORIGINS: 'https://a.example , http://localhost:5173,',
      STRIPE_WEBHOOK_SECRET: 'whsec_new,whsec_old',
    });
    expect(CORS_ORIGINS).toEqual(['https://a.example', 'http://localhost:5173']);
    expect(STRIPE_WEBHOOK_SECRET).toEqual(['whsec_new', 'whsec_old']);
  });
});
