import { createHash } from 'node:crypto';
import type { ErrorBody } from '../objects/common.js';
import type { SavedAnswer } from '../objects/event.js';
import type { World } from '../world.js';
import type { Raw, RawMap } from './form.js';
import { StripeError } from './errors.js';

/** https://docs.stripe.com/api/idempotent_requests: keys can be removed once they are at least 24 hours old. */
const KEPT_MS = 24 * 60 * 60 * 1000;
const MAX_KEY_LENGTH = 255;
/** Expired answers looked at per new one; more than one, so that the store shrinks again. */
const PRUNED_PER_SAVE = 4;

/**
 * Answers saved under idempotency keys, and the keys of requests that are being executed.
 *
 * One simulator is one account in test mode, so the key alone is the scope. Busy keys are not in the journal: after a crash
 * nothing is being executed any more.
 */
export class Idempotency {
  private readonly busy = new Set<string>();

  constructor(private readonly world: World) {}

  isBusy(key: string): boolean {
    return this.busy.has(key);
  }

  markBusy(key: string): void {
    this.busy.add(key);
  }

  release(key: string): void {
    this.busy.delete(key);
  }

  /** The answer to give again, or undefined if the request is to be executed. Throws when the key cannot be used. */
  recall(key: string, endpoint: string, paramsHash: string): SavedAnswer | undefined {
    if (this.busy.has(key)) throw keyInUse(key);
    const saved = this.saved(key);
    if (saved === undefined) return undefined;
    if (saved.endpoint !== endpoint) throw otherEndpoint(key, saved.endpoint, endpoint);
    if (saved.paramsHash !== paramsHash) throw otherParams(key);
    return saved;
  }

  /** What is kept under the key, whoever asks. */
  saved(key: string): SavedAnswer | undefined {
    const saved = this.world.tables.savedAnswer.get(key);
    return saved === undefined || this.isOld(saved) ? undefined : saved;
  }

  save(answer: Omit<SavedAnswer, 'at'>): void {
    const { store, tables, clock } = this.world;
    this.prune();
    // A key used again after 24 h is a new entry: it belongs at the young end of the order that pruning relies on.
    store.delete(tables.savedAnswer, answer.id);
    store.put(tables.savedAnswer, { ...answer, at: clock.now() });
  }

  private prune(): void {
    const { store, tables } = this.world;
    let looked = 0;
    for (const saved of tables.savedAnswer.oldest()) {
      if (!this.isOld(saved) || looked++ === PRUNED_PER_SAVE) return;
      store.delete(tables.savedAnswer, saved.id);
    }
  }

  private isOld({ at }: SavedAnswer): boolean {
    return this.world.clock.now() - at >= KEPT_MS;
  }
}

/** Refuses a key that is too long. */
export function checkKey(key: string): void {
  if (key.length <= MAX_KEY_LENGTH) return;
  throw new StripeError(400, {
    message: `Idempotency keys can be at most ${MAX_KEY_LENGTH} characters long, but yours is ${key.length} characters.`,
    type: 'invalid_request_error',
  });
}

/** The same for the same parameters in whatever order they were sent. */
export function hashParams(params: RawMap): string {
  return createHash('sha256').update(canonical(params)).digest('base64url');
}

/**
 * Whether Stripe keeps an answer of an operation that ran. https://docs.stripe.com/error-low-level#content-errors: whatever
 * it was is kept, 400 too, but for "most 400s that sent invalid parameters". Read here as: a 400 that names a parameter is
 * not kept, one about the state of things is. 409 and 429 stand in front of the operation.
 */
export function isKept(status: number, error: ErrorBody | undefined, keepUnexpectedState: boolean): boolean {
  if (status === 200 || status === 402 || status >= 500) return true;
  if (status !== 400 || error === undefined || error.param !== undefined) return false;
  return keepUnexpectedState || error.code?.endsWith('_unexpected_state') !== true;
}

function canonical(raw: Raw): string {
  if (typeof raw === 'string') return JSON.stringify(raw);
  const keys = Object.keys(raw).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(raw[key] ?? '')}`).join(',')}}`;
}

function keyInUse(key: string): StripeError {
  return new StripeError(409, {
    code: 'idempotency_key_in_use',
    doc_url: 'https://stripe.com/docs/error-codes/idempotency-key-in-use',
    message: `There is currently another in-progress request using this Stripe-Idempotency-Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
    type: 'invalid_request_error',
  });
}

function otherParams(key: string): StripeError {
  return idempotencyError(
    `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
  );
}

function otherEndpoint(key: string, first: string, now: string): StripeError {
  return idempotencyError(
    `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${now}' vs '${first}'). Try using a key other than '${key}' if you meant to execute a different request.`,
  );
}

function idempotencyError(message: string): StripeError {
  return new StripeError(400, { message, type: 'idempotency_error' });
}
