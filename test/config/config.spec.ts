import { buildConfig, productionProblems, refuseBadConfig } from '../../src/platform/config/config.js';
import { ConfigError, readEnv } from '../../src/platform/config/env.js';

/** A production environment with nothing wrong. */
const PRODUCTION: Readonly<Record<string, string>> = {
  NODE_ENV: 'production',
  MONGODB_URI: 'mongodb+srv://app:pw@cluster0.example.net/payments',
  STRIPE_SECRET_KEY: 'rk_live_0123456789abcdef',
  STRIPE_WEBHOOK_SECRET: 'whsec_0123456789abcdef0123456789',
  STOREFRONT_JWT_SECRET: 'f3b1c2d4e5f60718293a4b5c6d7e8f90',
  GATEWAY_JWT_SECRET: '0718293a4b5c6d7e8f90f3b1c2d4e5f6',
  API_KEY_ENCRYPTION_KEY: '4b5c6d7e8f90f3b1c2d4e5f60718293a',
  PUBLIC_URL: 'https://pay.example.com',
};

function problems(raw: Record<string, string | undefined>): readonly string[] {
  try {
    refuseBadConfig(readEnv(raw));
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('production', () => {
  it('takes what is complete', () => {
    expect(problems(PRODUCTION)).toEqual([]);
  });

  it.each([
    ['MONGODB_URI', undefined],
    ['STRIPE_SECRET_KEY', undefined],
    ['STRIPE_SECRET_KEY', 'sk_test_0123456789abcdef'],
    ['STRIPE_SECRET_KEY', 'rk_test_0123456789abcdef'],
    ['STRIPE_API_BASE', 'http://127.0.0.1:12111'],
    ['STRIPE_WEBHOOK_SECRET', undefined],
    ['STRIPE_WEBHOOK_SECRET', 'whsec_short'],
    ['PUBLIC_URL', undefined],
    ['STOREFRONT_JWT_SECRET', undefined],
    ['STOREFRONT_JWT_SECRET', 'changeme-changeme-changeme-changeme'],
    ['STOREFRONT_JWT_SECRET', 'secret-secret-secret-secret-secret-'],
    ['GATEWAY_JWT_SECRET', undefined],
    ['GATEWAY_JWT_SECRET', 'changeme-changeme-changeme-changeme'],
    ['API_KEY_ENCRYPTION_KEY', undefined],
    ['API_KEY_ENCRYPTION_KEY', 'secret-secret-secret-secret-secret-'],
    ['METRICS_TOKEN', 'short'],
    ['BCRYPT_COST', '9'],
    ['FAILPOINTS', 'confirm.after_response=kill'],
  ])('refuses %s=%s, naming it', (name, value) => {
    const found = problems({ ...PRODUCTION, [name]: value });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${name}: `));
  });

  it('refuses a weak administrator', () => {
    const found = problems({ ...PRODUCTION, ADMIN_EMAIL: 'a@example.com', ADMIN_PASSWORD: 'Zk3v9QeR7mT' });
    expect(found).toEqual(['ADMIN_PASSWORD: at least 12 characters in production']);
  });

  it('names everything that an empty environment lacks', () => {
    const names = productionProblems(readEnv({ NODE_ENV: 'production' })).map((problem) => problem.split(':')[0]);
    expect(names).toEqual([
      'MONGODB_URI',
      'STRIPE_SECRET_KEY',
      'STRIPE_WEBHOOK_SECRET',
      'STOREFRONT_JWT_SECRET',
      'PUBLIC_URL',
      'GATEWAY_JWT_SECRET',
      'API_KEY_ENCRYPTION_KEY',
    ]);
  });

  it('never says a value', () => {
    const bad = { ...PRODUCTION, STRIPE_SECRET_KEY: 'sk_test_planted', STOREFRONT_JWT_SECRET: 'planted-short' };
    expect(problems(bad).join('\n')).not.toContain('planted');
  });
});

describe('everywhere', () => {
  it.each([
    [{ STOREFRONT_JWT_SECRET: 'eight888' }, 'STOREFRONT_JWT_SECRET'],
    [{ GATEWAY_JWT_SECRET: 'eight888' }, 'GATEWAY_JWT_SECRET'],
    [{ GATEWAY_JWT_SECRET: 'j'.repeat(32), STOREFRONT_JWT_SECRET: 'j'.repeat(32) }, 'GATEWAY_JWT_SECRET'],
    [{ GATEWAY_JWT_SECRET: ` ${'j'.repeat(32)}`, STOREFRONT_JWT_SECRET: 'j'.repeat(32) }, 'GATEWAY_JWT_SECRET'],
    [{ API_KEY_ENCRYPTION_KEY: 'k'.repeat(31) }, 'API_KEY_ENCRYPTION_KEY'],
    [{ API_KEY_ENCRYPTION_KEY: Array(3).fill('k'.repeat(32)).join(',') }, 'API_KEY_ENCRYPTION_KEY'],
    [{ STRIPE_WEBHOOK_SECRET: 'whsec_1,whsec_2,whsec_3' }, 'STRIPE_WEBHOOK_SECRET'],
    [{ ADMIN_EMAIL: 'a@example.com' }, 'ADMIN_EMAIL'],
    [{ ADMIN_PASSWORD: 'long enough' }, 'ADMIN_EMAIL'],
    [{ ADMIN_EMAIL: 'a@example.com', ADMIN_PASSWORD: 'short' }, 'ADMIN_PASSWORD'],
    [{ STRIPE_API_BASE: 'http://127.0.0.1:1' }, 'STRIPE_SECRET_KEY'],
    [{ PAYMENT_LEASE: '1s' }, 'PAYMENT_LEASE'],
    [{ SWEEP_OVERLAP: '24h' }, 'SWEEP_OVERLAP'],
    [{ SWEEP_TWIN_AGE: '48h' }, 'SWEEP_OVERLAP'],
    [{ STOREFRONT_CLIENT_AMOUNT: 'true' }, 'STOREFRONT_CLIENT_AMOUNT_BOUNDS'],
    [{ STOREFRONT_CLIENT_AMOUNT_BOUNDS: 'usd:500-100' }, 'STOREFRONT_CLIENT_AMOUNT_BOUNDS'],
    [{ STOREFRONT_CLIENT_AMOUNT_BOUNDS: 'usd:0-100' }, 'STOREFRONT_CLIENT_AMOUNT_BOUNDS'],
    [{ STOREFRONT_CLIENT_AMOUNT_BOUNDS: 'usd:1-9,usd:1-9' }, 'STOREFRONT_CLIENT_AMOUNT_BOUNDS'],
    [{ FAILPOINTS: 'create.send.before=kill' }, 'FAILPOINTS'],
    [{ NODE_ENV: 'test', FAILPOINTS: 'nowhere.before=kill' }, 'FAILPOINTS'],
  ])('refuses %j', (raw, name) => {
    expect(problems(raw).map((problem) => problem.split(':')[0])).toEqual([name]);
  });
});

it('a test process may arm failpoints', () => {
  expect(problems({ NODE_ENV: 'test', FAILPOINTS: 'create.send.before=kill' })).toEqual([]);
});

describe('the built configuration', () => {
  const config = buildConfig(readEnv(PRODUCTION), {
    mongoUri: 'mongodb://x/y',
    stripeSecretKey: 'rk_live_x',
    stripeWebhookSecrets: ['whsec_x'],
    jwtSecret: 'x',
    gatewayJwtSecret: 'x',
    apiKeyEncryptionKeys: ['x'],
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(config) && Object.isFrozen(config.http) && Object.isFrozen(config.stripe)).toBe(true);
  });

  it('closes in production what is open elsewhere', () => {
    expect(config.http).toMatchObject({ docs: false, metricsOpen: false, corsOrigins: [], trustProxy: [] });
    expect(config.stripe).toMatchObject({ livemode: true, simulatorUrl: undefined });
  });
});
