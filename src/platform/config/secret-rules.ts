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

/** Lists the secrets of the configuration, each one of a list. */
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
  const drawn = secret.trim().replace(/^(whsec|(sk|rk)_(live|test))_/, '');
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

/** Compares without the blanks at the ends: who knows one of the two knows the other. */
export function isSameSecret(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one.trim() === other.trim();
}

/**
 * Warns of blanks at a secret's ends, which count. They are not refused: tokens and passwords that were made with them are
 * good only with them, and an upgrade must not end every session.
 */
export function secretWarnings(env: Env): string[] {
  return secretsOf(env)
    .filter(([, secret]) => secret !== secret.trim())
    .map(([name]) => `${name}: begins or ends with a blank, which is part of it and easily lost when it is copied`);
}

/** Lists what production refuses about the secrets, each by itself and all together. */
export function secretProblems(env: Env): string[] {
  const holders = new Map<string, string>();
  return secretsOf(env).flatMap(([name, secret]) => {
    const known = secret.trim();
    const other = holders.get(known);
    holders.set(known, other ?? name);
    if (other === name) return [`${name}: holds one secret twice`];
    if (other !== undefined) return [`${name}: another one than ${other}`];
    const why = whyGuessable(secret);
    return why === null ? [] : [`${name}: ${why}, draw one: openssl rand -base64 48`];
  });
}
