import { type BillingDay, type BillingTime, instantOf } from './billing-day.js';
import { isDone, isUnderWay, placesLeft } from './billing-states.js';
import { dueDays } from './numbering.js';
import { nextRetryDay } from './retry-dates.js';
import type { Billing, BillingSettings, Subscription } from './subscription.types.js';

/**
 * Lists what is to be done for a subscription, read from its value alone: a worker that dies in between leaves everything
 * behind that the next one needs. Pure.
 */
export type BillingWork =
  /** Tell what is in `notices`. */
  | { readonly kind: 'tell' }
  /** Cancel the payment (n, g), unless money has moved, and say what it came to. */
  | { readonly kind: 'fence'; readonly n: number; readonly g: number }
  /** Make or finish the attempt that is written, or look how it ended. */
  | { readonly kind: 'settle'; readonly n: number; readonly g: number }
  /** Insert the finished billing into the books, then take it out. */
  | { readonly kind: 'file'; readonly n: number }
  | Start;

/** The one thing that may be begun: only while nothing else is being charged. */
export type Start =
  | { readonly kind: 'number' }
  | { readonly kind: 'book_free'; readonly n: number }
  | { readonly kind: 'attempt'; readonly n: number };

export function workOf(
  subscription: Subscription,
  time: BillingTime,
  settings: BillingSettings,
): readonly BillingWork[] {
  const start = startOf(subscription, time, settings);
  return [
    ...(subscription.notices.length > 0 ? [{ kind: 'tell' } as const] : []),
    ...subscription.open.flatMap(workOfBilling),
    ...(start === null ? [] : [start]),
  ];
}

function workOfBilling(billing: Billing): readonly BillingWork[] {
  const { n, g, state, fence } = billing;
  if (fence !== null) return [{ kind: 'fence', n, g: fence }];
  if (state === 'ending') return [{ kind: 'fence', n, g }];
  if (isUnderWay(billing)) return [{ kind: 'settle', n, g }];
  return isDone(billing) ? [{ kind: 'file', n }] : [];
}

/** Dates are numbered before anything is charged, so that those after a decline wait with their numbers (RC21). */
export function startOf(subscription: Subscription, time: BillingTime, settings: BillingSettings): Start | null {
  if (subscription.parked !== null) return null;
  if (dueDays(subscription, time.dueDay).length > 0) return { kind: 'number' };
  const turn = nextInTurn(subscription, time.dueDay, settings);
  if (turn === undefined) return null;
  return turn.total === 0 ? { kind: 'book_free', n: turn.n } : { kind: 'attempt', n: turn.n };
}

/** Returns the oldest billing whose turn has come: one at a time, so that a decline stops those after it. */
function nextInTurn(subscription: Subscription, dueDay: BillingDay, settings: BillingSettings): Billing | undefined {
  const { status, open } = subscription;
  if (open.some(({ state }) => state === 'charging')) return undefined;
  const mayBeCharged = open.filter((billing) => placesLeft(subscription, billing) >= billing.periods);
  if (status === 'active') return mayBeCharged.find(({ state }) => state === 'waiting');
  if (status === 'past_due') return mayBeCharged.find((billing) => isRetryDue(billing, dueDay, settings));
  return undefined;
}

function isRetryDue(billing: Billing, dueDay: BillingDay, settings: BillingSettings): boolean {
  const date = nextRetryDay(billing, settings);
  return billing.state === 'failed' && (billing.dueNow || (date !== null && date <= dueDay));
}

/**
 * Returns when there is next something to be done; null when nothing will be by itself. What is being settled or fenced is
 * looked at in the engine's own rhythm.
 */
export function dueAt(subscription: Subscription, time: BillingTime, settings: BillingSettings): number | null {
  const isAtStripe = ({ kind }: BillingWork) => kind === 'settle' || kind === 'fence';
  if (!workOf(subscription, time, settings).every(isAtStripe)) return time.now;
  const coming = comingDays(subscription, settings).filter((day) => day > time.dueDay);
  return coming.length === 0 ? null : Math.min(...coming.map((day) => instantOf(day, settings.hour)));
}

function comingDays(subscription: Subscription, settings: BillingSettings): readonly BillingDay[] {
  const { status, parked, open, nextDay } = subscription;
  if (parked !== null) return [];
  if (status === 'active') return placesLeft(subscription) > 0 ? [nextDay] : [];
  if (status !== 'past_due') return [];
  const dates = open.filter(({ state }) => state === 'failed').map((billing) => nextRetryDay(billing, settings));
  return dates.filter((date) => date !== null);
}
