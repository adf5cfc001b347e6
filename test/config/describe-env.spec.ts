import { describeEnv } from '../../src/platform/config/describe-env.js';
import { defaultEnv, readEnv } from '../../src/platform/config/env.js';

it('says what was changed, and that the rest was not', () => {
  expect(
    describeEnv(readEnv({ PORT: '8080', ROLE: 'api', CORS_ORIGINS: 'https://a.example,https://b.example' })),
  ).toEqual(['CORS_ORIGINS=https://a.example,https://b.example, PORT=8080, ROLE=api, all others at their defaults']);
  expect(describeEnv(defaultEnv())).toEqual(['all others at their defaults']);
});

it.each([
  ['STRIPE_SECRET_KEY', 'rk_live_0123456789abcdef'],
  ['STRIPE_WEBHOOK_SECRET', 'whsec_new0123456789,whsec_old0123456789'],
  ['STOREFRONT_JWT_SECRET', 'f3b1c2d4e5f60718293a4b5c6d7e8f90'],
  ['ADMIN_PASSWORD', 'correct horse battery'],
  ['METRICS_TOKEN', 'a-token-of-sixteen-or-more'],
])('%s is only said to be set', (name, value) => {
  expect(describeEnv(readEnv({ [name]: value }))[0]).toBe(`${name}=***, all others at their defaults`);
});

it.each([
  [
    'MONGODB_URI',
    'mongodb://payments:s3cr3t@db.example:27017/payments?authSource=admin',
    'mongodb://db.example:27017/payments',
  ],
  ['MONGODB_URI', 'mongodb://payments:s3,cr3t@a.example,b.example/payments', 'mongodb://a.example,b.example/payments'],
  ['SMTP_URL', 'smtps://mailer:s3cr3t@smtp.example', 'smtps://smtp.example'],
  ['SMTP_URL', 'smtps://mailer:s3@c/r3?t@smtp.example', 'smtps://smtp.example'],
])('%s loses its credentials', (name, value, shown) => {
  expect(describeEnv(readEnv({ [name]: value }))[0]).toBe(`${name}=${shown}, all others at their defaults`);
});

it('lines fit into a log line', () => {
  const lines = describeEnv(readEnv({ DATA_DIR: 'd'.repeat(1_400), HOST: 'h'.repeat(250), PORT: '1' }));
  expect(lines).toHaveLength(2);
});
