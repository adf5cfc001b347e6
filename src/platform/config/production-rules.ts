import type { Env } from './env.js';
import { secretProblems } from './secret-rules.js';

const HOUR = 3_600_000;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const SHORT_TOKEN = 32;

/** Addresses that payers' browsers are sent to: what is read on the way is who pays for what. */
function isOpenHttp(address: string | undefined): boolean {
  if (address === undefined) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && !LOOPBACK.test(hostname);
}

/** Lists what production refuses although it would run. */
export function exposureProblems(env: Env): string[] {
  const problems = secretProblems(env);
  if (env.STOREFRONT_USER_SCOPE === 'all') problems.push('STOREFRONT_USER_SCOPE: all shows everybody to everybody');
  for (const name of ['PUBLIC_URL', 'STOREFRONT_RETURN_URL'] as const)
    if (isOpenHttp(env[name])) problems.push(`${name}: https:// in production, http:// only for this machine`);
  if (env.WEBHOOK_TOLERANCE > HOUR)
    problems.push('WEBHOOK_TOLERANCE: 1h at most in production, a copied event would be taken for longer');
  return problems;
}

/** Lists warnings, which do not keep the app from running. */
export function exposureWarnings(env: Env): string[] {
  if (env.NODE_ENV !== 'production') return [];
  const warnings: string[] = [];
  if (sendsInClear(env.SMTP_URL))
    warnings.push('SMTP_URL: smtp:// sends in clear to a server without STARTTLS: smtps://, or ?requireTLS=true');
  if (env.METRICS_TOKEN !== undefined && env.METRICS_TOKEN.length < SHORT_TOKEN)
    warnings.push(`METRICS_TOKEN: shorter than ${SHORT_TOKEN} characters`);
  return warnings;
}

/** To this machine nothing is sent over a network. */
function sendsInClear(url: string | undefined): boolean {
  if (url === undefined || !url.startsWith('smtp://')) return false;
  const host = url
    .slice('smtp://'.length)
    .replace(/[/?].*$/s, '')
    .replace(/^.*@/s, '')
    .replace(/:\d+$/, '');
  return !LOOPBACK.test(host) && !/[?&]requireTLS=true(&|$)/.test(url);
}
