import { DAY, HOUR, MINUTE } from '../../../platform/common/duration.js';
import { earliest } from '../../../platform/common/earliest.js';
import { MailRefusedError } from '../../../platform/mail/mail-refused.error.js';
import type { Effect, Payment, PaymentChange } from '../record/payment.types.js';

const FIRST_PAUSE_MS = MINUTE;
const LONGEST_PAUSE_MS = 4 * HOUR;
/** Time for which an effect is tried again, counted from its first failure. */
const TRIED_FOR_MS = DAY;

/**
 * Pure: what becomes of an effect whose consumer failed. Refused for good it is parked at once, otherwise it is tried
 * again at pauses of 1, 2, 4 … minutes, 4 hours at most, and parked after a day. `retryAt` is null for a parked one.
 */
export function afterFailure(effect: Effect, error: unknown, now: number): { effect: Effect; retryAt: Date | null } {
  const failures = (effect.failures ?? 0) + 1;
  const failedAt = effect.failedAt ?? new Date(now);
  const givenUpAt = failedAt.getTime() + TRIED_FOR_MS;
  const refused = error instanceof MailRefusedError ? error.reply : null;
  if (refused !== null || now >= givenUpAt) {
    const parkedBecause = refused ?? `failed ${failures} times in a day`;
    return { effect: { ...effect, failures, failedAt, parkedAt: new Date(now), parkedBecause }, retryAt: null };
  }
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 20), LONGEST_PAUSE_MS);
  const retryAt = new Date(Math.min(now + pause, givenUpAt));
  return { effect: { ...effect, failures, failedAt, retryAt }, retryAt };
}

export const isParked = ({ doneAt, parkedAt }: Effect): boolean => doneAt === null && (parkedAt ?? null) !== null;

/**
 * The change that puts `next` in the place of the effect of its id. The next look is due when the first effect of some
 * consumer is: `dueAt`, or its own time after a failure. A parked one holds up the later ones of its consumer only.
 */
export function withEffect(payment: Payment, next: Effect, dueAt: Date): PaymentChange {
  const effects = payment.effects.map((one) => (one.id === next.id ? next : one));
  const parked = effects.filter(isParked);
  return {
    effects,
    effectsDueAt: nextDueAt(effects, dueAt),
    // Written only where an effect was or is parked: nothing is added to the record of a payment whose receipt went out.
    ...(parked.length > 0 || payment.effectsParkedAt != null ? { effectsParkedAt: parked[0]?.parkedAt ?? null } : {}),
  };
}

/**
 * Returns when the first effect of some consumer is due: at its own time after a failure, else at `dueAt`; null when none will
 * be.
 */
export function nextDueAt(effects: readonly Effect[], dueAt: Date): Date | null {
  return earliest(firstOfEach(effects).flatMap((one) => (isParked(one) ? [] : [one.retryAt ?? dueAt])));
}

/** The first effect of each consumer that is not done: the others wait for it. */
function firstOfEach(effects: readonly Effect[]): Effect[] {
  const open = effects.filter(({ doneAt }) => doneAt === null);
  return open.filter((one, i) => open.findIndex(({ consumer }) => consumer === one.consumer) === i);
}
