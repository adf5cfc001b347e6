import { defaultEnv, type Env } from './env.js';

const SECRET_NAME = /SECRET|KEY|PASSWORD|TOKEN/;
/** Log lines are cut at 2,000 characters. */
const LINE_LENGTH = 1_500;

/**
 * The settings that are not at their defaults, `NAME=value` each, in lines of a length that a log line holds. What is
 * secret is `***`, an address loses its credentials and query.
 */
export function describeEnv(env: Readonly<Env>): string[] {
  const defaults = defaultEnv() as unknown as Record<string, unknown>;
  const changed = Object.entries(env)
    .filter(([name, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(defaults[name]))
    .map(([name, value]) => `${name}=${masked(name, value)}`)
    .toSorted();
  return inLines([...changed, 'all others at their defaults']);
}

function masked(name: string, value: unknown): string {
  if (SECRET_NAME.test(name)) return '***';
  return Array.isArray(value) ? value.map(withoutCredentials).join(',') : withoutCredentials(value);
}

/** Up to the last `@`: drivers take a password with `,`, `/`, `?` or `@` in it that a standard address may not have. */
function withoutCredentials(value: unknown): string {
  return String(value)
    .replace(/\/\/.*@/s, '//')
    .replace(/\?.*$/s, '');
}

function inLines(parts: readonly string[]): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last === undefined || last.length + part.length > LINE_LENGTH) lines.push(part);
    else lines[lines.length - 1] = `${last}, ${part}`;
  }
  return lines;
}
