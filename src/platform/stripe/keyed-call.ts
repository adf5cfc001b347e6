import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '../common/duration.js';
import type { ProviderAnswer } from './provider.types.js';

/** Keys that one request uses up at most: each stands for a 500 that Stripe keeps under the one before. */
const KEYS = 3;
/** Honours Stripe's `Retry-After` (the SDK does not), this often. */
const PATIENT_TRIES = 2;

/** A write to Stripe under the idempotency key that follows from a stored record and the generation in it. */
export interface KeyedCall<R, T> {
  /** Sends what the record says, under the key that it gives. */
  readonly send: (record: R) => Promise<ProviderAnswer<T>>;
  /** Stores that the next key is used from now on, and returns the record as it is then; null when it is gone. */
  readonly nextKey: (record: R) => Promise<R | null>;
  /** Returns whether the record still wants the call; absent: it always does. */
  readonly wants?: (record: R) => boolean;
  /** Returns whether the caller may wait that long for Stripe's rate limit; absent: it may not. */
  readonly mayWait?: (ms: number) => boolean;
}

/** `answer` is null when the record was gone between two keys, or no longer wanted the call. */
export type KeyedAnswer<R, T> =
  { readonly record: R; readonly answer: ProviderAnswer<T> } | { readonly record: R | null; readonly answer: null };

/**
 * The ladder of a write that may be sent again at once, because a twin does no harm: under the same key while Stripe asks for
 * patience (429), under the next after a 500, which Stripe would answer for a day. Every other answer goes to the caller.
 * Serves writes that cannot move money: a confirm, a capture and a refund look at Stripe first (`wantsNextKey`).
 */
export async function askUnderKey<R, T>(first: R, call: KeyedCall<R, T>): Promise<KeyedAnswer<R, T>> {
  let record = first;
  let patience = PATIENT_TRIES;
  for (let key = 1; ;) {
    const answer = await call.send(record);
    const waitMs = patienceOf(answer);
    if (waitMs !== null && patience > 0 && call.mayWait?.(waitMs) === true) {
      patience--;
      await sleep(waitMs);
      continue;
    }
    if (!wantsNextKey(answer) || key === KEYS) return { record, answer };
    const next = await call.nextKey(record);
    if (next === null || call.wants?.(next) === false) return { record: next, answer: null };
    record = next;
    key++;
  }
}

/**
 * The ladder of a write whose keys are counted from `first` and stored nowhere: a repeat of the request walks the same way, and
 * a twin of an earlier key belongs to nobody.
 */
export async function askUnderCountedKey<T>(
  first: number,
  send: (generation: number) => Promise<ProviderAnswer<T>>,
): Promise<ProviderAnswer<T>> {
  const { answer } = await askUnderKey(first, { send, nextKey: async (generation) => generation + 1 });
  if (answer === null) throw new Error('unreachable');
  return answer;
}

/** Returns whether the next try takes the next key: Stripe may keep a 500 under this one, and would answer it for a day. */
export function wantsNextKey(answer: ProviderAnswer<unknown>): boolean {
  return answer.outcome === 'unknown' && answer.serverError;
}

/** Returns how long Stripe asks to wait before the same request; null when it does not. */
function patienceOf(answer: ProviderAnswer<unknown>): number | null {
  if (answer.outcome !== 'refused' || answer.status !== 429) return null;
  return (answer.retryAfterSeconds ?? 1) * SECOND;
}
