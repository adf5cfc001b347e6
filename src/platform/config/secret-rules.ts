import type { Env } from './env.js';

/** Words of placeholders, and of the examples that are published with products and libraries. */
const PLACEHOLDER =
  /^(secret|changeme|password|default|test)|change[-_ ]?(me|this)|your[-_ ]|example|placeholder|replace[-_ ]?(me|this)|insert[-_ ]|do[-_ ]not[-_ ]use|only-for-tests|at-least-(32|256)/i;
/** Stripe's own, from its documentation. */
const PUBLISHED = new Set([
  'sk_test_4eC39HqLyjWDarjtT1zdp7dc',
  'sk_test_BQokikJOvBiI2HlWgH4olfQ2',
  'sk_test_26PHem9AhJZvU623DfE1x4sd',
]);
const LONGEST_PERIOD = 12;
const FEWEST_CHARACTERS = 6;

type Named = readonly [name: string, secret: string];

/** Every secret of the configuration; of a list each one. */
export function secretsOf(env: Env): readonly Named[] {
  const one = (name: string, secret: string | undefined): Named[] => (secret === undefined ? [] : [[name, secret]]);
  return [
    ...one('STRIPE_SECRET_KEY', env.STRIPE_SECRET_KEY),
    ...env.STRIPE_WEBHOOK_SECRET.map((secret): Named => ['STRIPE_WEBHOOK_SECRET', secret]),
    ...one('STOREFRONT_JWT_SECRET', env.STOREFRONT_JWT_SECRET),
    ...one('GATEWAY_JWT_SECRET', env.GATEWAY_JWT_SECRET),
    ...env.API_KEY_ENCRYPTION_KEY.map((secret): Named => ['API_KEY_ENCRYPTION_KEY', secret]),
    ...one('METRICS_TOKEN', env.METRICS_TOKEN),
    ...one('ADMIN_PASSWORD', env.ADMIN_PASSWORD),
  ];
}

/** @returns why production refuses it, or null */
export function whyGuessable(secret: string): string | null {
  const drawn = secret.replace(/^(whsec|(sk|rk)_(live|test))_/, '');
  if (PLACEHOLDER.test(drawn) || PUBLISHED.has(secret)) return 'is a placeholder or a published example';
  if (new Set(drawn).size < FEWEST_CHARACTERS || isRepetition(drawn)) return 'repeats itself';
  return null;
}

function isRepetition(text: string): boolean {
  const half = Math.floor(text.length / 2);
  for (let period = 1; period <= half; period++) {
    const wholeTimes = text.length % period === 0;
    if ((wholeTimes || period <= LONGEST_PERIOD) && repeats(text, period)) {
      return true;
    }
  }
  return false;
}

const repeats = (text: string, period: number): boolean => text.slice(period) === text.slice(0, -period);

/** What production refuses about the secrets, each one by itself and all together. */
export function secretProblems(env: Env): string[] {
  const holders = new Map<string, string>();
  return secretsOf(env).flatMap(([name, secret]) => {
    const other = holders.get(secret);
    holders.set(secret, other ?? name);
    if (other === name) return [`${name}: holds one secret twice`];
    if (other !== undefined) return [`${name}: another one than ${other}`];
    const why = whyGuessable(secret);
    return why === null ? [] : [`${name}: ${why}, draw one: openssl rand -base64 48`];
  });
}
