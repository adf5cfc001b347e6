'use strict';
const { STATUS_CODES } = require('node:http');
const { setTimeout: sleep } = require('node:timers/promises');

/** A call that did not succeed: what the API answered, or `status: null` when nobody knows whether it arrived. */
class GhostError extends Error {
  constructor(message, { status = null, error = 'Network Error', idempotencyKey, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'GhostError';
    this.status = status;
    this.error = error;
    if (idempotencyKey !== undefined) this.idempotencyKey = idempotencyKey;
  }
}

/** Nothing is waited for longer, whatever `Retry-After` says: somebody is waiting for the answer. */
const LONGEST_PAUSE_MS = 30_000;
const FIRST_PAUSE_MS = 500;

/** Sends a request, and again where that is safe and may help. Resolves to the parsed body of a success, else throws a GhostError. */
async function send(settings, { method, path, body, idempotencyKey, repeatable }) {
  const request = {
    method,
    redirect: 'manual', // the keys are for the address that was configured
    // Made here, so that a key which cannot be a header is refused and not taken for a network that fails.
    headers: new Headers({
      accept: 'application/json',
      authorization: settings.authorization,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  const tries = repeatable ? settings.maxRetries + 1 : 1;
  for (let n = 1; ; n++) {
    const outcome = await once(settings, path, request);
    if (outcome.status !== undefined && outcome.status >= 200 && outcome.status < 300)
      return parsed(outcome, idempotencyKey);
    if (n >= tries || !isWorthAnother(outcome)) throw failureOf(outcome, idempotencyKey);
    await sleep(pauseBefore(n, outcome.retryAfterMs));
  }
}

/** One try: an answer with its text read, or the `problem` that left none. */
async function once({ baseUrl, timeoutMs }, path, request) {
  try {
    const answer = await fetch(`${baseUrl}/api/v1${path}`, { ...request, signal: AbortSignal.timeout(timeoutMs) });
    const text = await answer.text();
    return { status: answer.status, text, retryAfterMs: retryAfterOf(answer.headers.get('retry-after')) };
  } catch (problem) {
    return { problem };
  }
}

/** No answer, a payment provider or a store that is away, or a request to come back later. */
function isWorthAnother({ status, retryAfterMs }) {
  if (status === 429) return retryAfterMs !== undefined;
  return status === undefined || status === 502 || status === 503;
}

/** Seconds or a date; undefined for anything else. */
function retryAfterOf(header) {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Doubles from one try to the next, drawn from the upper half, so that many clients do not come back at one moment. */
function pauseBefore(tries, retryAfterMs) {
  const own = FIRST_PAUSE_MS * 2 ** (tries - 1);
  return Math.min(LONGEST_PAUSE_MS, retryAfterMs ?? own / 2 + (Math.random() * own) / 2);
}

function parsed({ status, text }, idempotencyKey) {
  const body = jsonOf(text);
  if (body === undefined)
    throw new GhostError('The answer is not JSON', { status, error: 'Unreadable Answer', idempotencyKey });
  return body;
}

function failureOf({ status, text, problem }, idempotencyKey) {
  if (status === undefined) {
    const message = problem.name === 'TimeoutError' ? 'No answer in time' : 'The API could not be reached';
    return new GhostError(message, { idempotencyKey, cause: problem });
  }
  const body = jsonOf(text);
  const error = body?.error ?? STATUS_CODES[status] ?? 'Error';
  return new GhostError(body?.message ?? error, { status, error, idempotencyKey });
}

/** Undefined when the text is no JSON object, such as a proxy's page. */
function jsonOf(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

module.exports = { GhostError, send };
