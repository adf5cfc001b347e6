import { nextSum, totalOf } from './billing-amounts.js';
import { billingDayAfter } from './billing-calendar.js';
import { type BillingDay, type BillingTime, daysAfter } from './billing-day.js';
import { withNotice } from './billing-news.js';
import { placesLeft } from './billing-states.js';
import { MAX_FIGURE_MINOR } from '../../calculator/money.js';
import type {
  Billing,
  BillingLine,
  BillingSettings,
  CatchUp,
  ParkedReason,
  Subscription,
} from './subscription.types.js';

/** Numbers the dates that have come (S1), and those that were missed (RC21, RC36). Pure. */

/** More missed dates than this are nobody's to bill but an operator's; no more than this wait at once. */
const MAX_MISSED = 12;

/** Returns the subscription with every date that is due numbered, passed, or parked for the operator. */
export function withDueNumbered(
  subscription: Subscription,
  time: BillingTime,
  settings: BillingSettings,
): Subscription {
  const days = dueDays(subscription, time.dueDay);
  const first = days[0];
  if (first === undefined) return subscription;
  if (first <= subscription.billEachUpTo) return eachNumbered(subscription, daysInTurn(subscription, days));
  if (days.length > MAX_MISSED) return parkedFor(subscription, 'too_many_missed');
  return CATCH_UP[settings.catchUp](subscription, days, time.dueDay);
}

/** Returns the dates that have come and have no number, up to one more than may be missed; none where nothing may be billed. */
export function dueDays(subscription: Subscription, dueDay: BillingDay): readonly BillingDay[] {
  const { status, parked, nextDay, billEachUpTo } = subscription;
  if (status !== 'active' || parked !== null || placesLeft(subscription) <= 0) return [];
  if (nextDay <= billEachUpTo && roomIn(subscription) <= 0) return [];
  const days: BillingDay[] = [];
  for (let day = nextDay; day <= dueDay && days.length <= MAX_MISSED; day = billingDayAfter(subscription, day))
    days.push(day);
  return days;
}

/** Returns those of the dates that the operator wants billed each, as many as may wait at once. */
const daysInTurn = (subscription: Subscription, days: readonly BillingDay[]): readonly BillingDay[] =>
  days.filter((day) => day <= subscription.billEachUpTo).slice(0, roomIn(subscription));

const roomIn = ({ open }: Subscription): number => MAX_MISSED - open.filter(({ state }) => state === 'waiting').length;

/** Does with missed dates what the setting, or the operator, says. */
export const CATCH_UP: Readonly<
  Record<CatchUp, (subscription: Subscription, days: readonly BillingDay[], dueDay: BillingDay) => Subscription>
> = {
  bill_each: eachNumbered,
  merge: (subscription, days) => numbered(subscription, days.slice(0, placesLeft(subscription))),
  skip: skipped,
};

function eachNumbered(subscription: Subscription, days: readonly BillingDay[]): Subscription {
  let all = subscription;
  for (const day of days) if (all.parked === null && placesLeft(all) > 0) all = numbered(all, [day]);
  return all;
}

/** The newest date is billed while it is not older than a day, so that a late worker loses no month; the others pass. */
function skipped(subscription: Subscription, days: readonly BillingDay[], dueDay: BillingDay): Subscription {
  const last = days.at(-1);
  if (last === undefined) return subscription;
  if (last >= daysAfter(dueDay, -1)) return numbered(subscription, [last]);
  return { ...subscription, nextDay: billingDayAfter(subscription, last) };
}

/** Gives the next number to one billing of these dates, which is dated the last one. */
function numbered(subscription: Subscription, days: readonly BillingDay[]): Subscription {
  const day = days.at(-1);
  const lines = linesOf(subscription, days.length);
  if (day === undefined) return subscription;
  if (lines === null || totalOf(lines) > MAX_FIGURE_MINOR) return parkedFor(subscription, 'amount_too_great');
  const n = subscription.lastNumber + 1;
  return {
    ...subscription,
    lastNumber: n,
    lastDay: day,
    nextDay: billingDayAfter(subscription, day),
    open: [...subscription.open, { ...NEW_BILLING, n, day, lines, total: totalOf(lines), periods: days.length }],
  };
}

function linesOf(subscription: Subscription, periods: number): readonly BillingLine[] | null {
  const lines: BillingLine[] = [];
  for (let period = 0; period < periods; period++) {
    const sum = nextSum(subscription, lines);
    if (sum === null) return null;
    lines.push(...sum.lines);
  }
  return lines;
}

const NEW_BILLING: Omit<Billing, 'n' | 'day' | 'lines' | 'total' | 'periods'> = {
  state: 'waiting',
  g: 1,
  k: 0,
  attempt: null,
  transactionId: '',
  failedOn: null,
  failure: null,
  step: 0,
  dueNow: false,
  paidUnder: [],
  takenBack: [],
  fence: null,
};

const parkedFor = (subscription: Subscription, parked: ParkedReason): Subscription =>
  withNotice({ ...subscription, parked }, 'parked', null, parked);
