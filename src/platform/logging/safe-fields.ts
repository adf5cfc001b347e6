import { DROPPED, LOG_FIELDS } from './log-fields.js';
import { REDACTED, scrub, scrubLines } from './scrub.js';

const SECRET_NAME =
  /pass(word|wd)?$|secret|token|authorization|cookie|signature|api_?key|^key$|card|cvc|^number$|hash$/i;
const MAX_DEPTH = 4;
const MAX_ENTRIES = 30;

/** A copy of a log line's fields that is safe to write: known names only, every value scrubbed, nothing deep or endless. */
export function safeFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const safe: Record<string, unknown> = {};
  const dropped: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (!LOG_FIELDS.has(name)) dropped.push(scrub(name).slice(0, 60));
    else if (name === 'stack' && typeof value === 'string') safe[name] = scrubLines(value);
    else if (value !== undefined) safe[name] = safeValue(value, 0);
  }
  if (dropped.length > 0) safe[DROPPED] = dropped.slice(0, MAX_ENTRIES);
  return safe;
}

function safeValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return scrub(value);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return safeNumber(value);
  if (typeof value === 'bigint') return scrub(String(value));
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Error) return safeError(value, depth);
  if (depth >= MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.slice(0, MAX_ENTRIES).map((item) => safeValue(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MAX_ENTRIES)
      .map(([name, inner]) => [scrub(name), SECRET_NAME.test(name) ? REDACTED : safeValue(inner, depth + 1)]),
  );
}

/** A card number is a number too. */
function safeNumber(value: number): unknown {
  const text = String(value);
  return scrub(text) === text ? value : scrub(text);
}

/**
 * Keeps only the fields that say where it broke: drivers and SDKs hang requests, headers and whole documents on their
 * errors.
 */
export function safeError(error: Error, depth = 0): Record<string, unknown> {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return {
    type: scrub(error.name),
    message: scrub(error.message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: safeValue(code, depth) } : {}),
    ...(error.stack === undefined ? {} : { stack: scrubLines(error.stack) }),
    ...(cause instanceof Error && depth < MAX_DEPTH ? { cause: safeError(cause, depth + 1) } : {}),
  };
}
