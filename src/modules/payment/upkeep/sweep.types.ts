import { isLeased } from '../../../platform/common/lease.js';
import type { Versioned } from '../../../platform/database/versioned-collection.js';

/** Progress of the comparison with one of Stripe's lists: a document for each list. */
export interface Sweep extends Versioned {
  readonly _id: 'payment-intents' | 'disputes';
  /** Time up to which the last finished sweep compared what was created at Stripe; null before the first. */
  readonly doneThrough: Date | null;
  /** Drift that the last finished sweep found, as `SweepRun.drift`; absent before the first, and from before it was kept. */
  readonly drift?: SweepRun['drift'];
  /** Time at which the next one is due. */
  readonly nextAt: Date;
  /** The one under way, or null. */
  readonly run: SweepRun | null;
  /** Saves work only: two sweepers at once do the same things twice, to no effect. */
  readonly leaseUntil: Date | null;
}

/** Returns the progress of a list that nobody has read yet. */
export const neverSwept = (nextAt: Date) => ({ doneThrough: null, nextAt, run: null, leaseUntil: null });

/** Returns whether the next reading is due, and nobody else is at it. */
export function isFree(sweep: Sweep, now: number): boolean {
  return sweep.nextAt.getTime() <= now && !isLeased(sweep, now);
}

export interface SweepRun {
  readonly startedAt: Date;
  /** PaymentIntents created at Stripe since then are looked at. */
  readonly from: Date;
  /** The last one looked at; Stripe lists the newest first, so the next page is older. */
  readonly after: string | null;
  readonly counts: SweepCounts;
  /** Minor units by currency that succeeded at Stripe and are not recorded here as paid, whatever the sweep tried. */
  readonly drift: Readonly<Record<string, number>>;
}

export type SweepVerdict = (typeof SWEEP_VERDICTS)[number];

/**
 * Verdict on a PaymentIntent that the sweep met. `agrees`: nothing to do. `foreign`: another's on a shared account. `imported`: of
 * a payment that was missing here. `updated`: paid at Stripe and not here, until now. `twin_canceled`: never stored,
 * unconfirmed. `waits`: young, or not settled yet; the next sweep looks again. `double`: a second one of a paid payment
 * was paid too. `inconsistent`: carries our deployment id and not what belongs to it. `unreadable`: words we do not know.
 */
export const SWEEP_VERDICTS = [
  'agrees',
  'foreign',
  'imported',
  'updated',
  'twin_canceled',
  'waits',
  'double',
  'inconsistent',
  'unreadable',
] as const;

export type SweepCounts = Readonly<Partial<Record<SweepVerdict, number>>>;
