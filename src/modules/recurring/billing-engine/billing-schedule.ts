/** Grammar of a billing schedule: contract gateway 8.4 B1 and B3, rulings RC5 and RC6. Pure. */

export const BILLING_FREQUENCIES = ['monthly', 'twice_monthly', 'daily'] as const;
export type BillingFrequency = (typeof BILLING_FREQUENCIES)[number];

/** Every how many months a month is a billing month. */
export const MAX_BILLING_INTERVAL = 120;
const MAX_DAYS_LENGTH = 50;
const LAST_DAY_OF_MONTH = 0;
const LONGEST_MONTH = 31;

/** Says on which days something is billed; only `checkSchedule` makes one. */
export interface BillingSchedule {
  readonly frequency: BillingFrequency;
  readonly interval: number;
  /**
   * The days as they are stored and answered: `1`, `1,15`, `15,0`; 0 is the last day of a month. With `daily`, which does not
   * read them, what was sent. Null: `daily` without any, or a plan that takes the day on which somebody subscribes.
   */
  readonly days: string | null;
}

/** A schedule as a request asks for it, after what it leaves out was taken from the stored one or the plan. */
export interface ScheduleRequest {
  readonly frequency: string;
  readonly interval: number;
  readonly days: string | null;
  /** The day is that on which somebody subscribes, so `days` may be missing. */
  readonly chargeOnDay: boolean;
}

export interface ScheduleRefusal {
  readonly field: 'billing_frequency' | 'billing_cycle_interval' | 'billing_days' | 'charge_on_day';
  /** A sentence for the client that begins with the field. */
  readonly reason: string;
}

export type ScheduleCheck =
  { readonly ok: true; readonly schedule: BillingSchedule } | { readonly ok: false; readonly refusal: ScheduleRefusal };

/** Checks frequency, interval and days together (RC5): each may be right alone and wrong beside the others. */
export function checkSchedule({ frequency, interval, days, chargeOnDay }: ScheduleRequest): ScheduleCheck {
  if (!isFrequency(frequency)) return refused('billing_frequency', `must be one of ${BILLING_FREQUENCIES.join(', ')}`);
  if (!Number.isInteger(interval) || interval < 1 || interval > MAX_BILLING_INTERVAL)
    return refused('billing_cycle_interval', `must be a whole number from 1 to ${MAX_BILLING_INTERVAL}`);
  if (frequency === 'daily' && interval !== 1) return refused('billing_cycle_interval', 'must be 1 with daily');
  if (chargeOnDay && frequency !== 'monthly') return refused('charge_on_day', 'is for monthly only');
  return withDays({ frequency, interval, days }, chargeOnDay);
}

function withDays(schedule: BillingSchedule, mayBeMissing: boolean): ScheduleCheck {
  const { frequency, days } = schedule;
  if (days !== null && days.length > MAX_DAYS_LENGTH)
    return refused('billing_days', `must not be longer than ${MAX_DAYS_LENGTH} characters`);
  if (frequency === 'daily' || (days === null && mayBeMissing)) return { ok: true, schedule };
  if (days === null) return refused('billing_days', 'is required');
  const anchors = readDays(days);
  if (anchors === null) return refused('billing_days', 'must be days from 0 to 31, separated by commas');
  const unlike = whyUnlike(frequency, anchors);
  if (unlike !== null) return refused('billing_days', unlike);
  return { ok: true, schedule: { ...schedule, days: anchors.join(',') } };
}

/** Returns the days of a text in their order; null when one is none. Blanks and leading zeros are skipped (RC6). */
function readDays(text: string): readonly number[] | null {
  const tokens = text.split(',').map((token) => token.trim());
  if (!tokens.every((token) => /^\d+$/.test(token))) return null;
  const days = tokens.map(Number);
  return days.every((day) => day <= LONGEST_MONTH) ? days : null;
}

/** Returns why these days do not suit the frequency; null when they do. */
function whyUnlike(frequency: 'monthly' | 'twice_monthly', days: readonly number[]): string | null {
  if (frequency === 'monthly') return days.length === 1 ? null : 'must be one day with monthly';
  if (days.length !== 2) return 'must be two days with twice_monthly';
  const [first, second] = days.map(lastInEveryMonth);
  return first === second ? 'must be two different days' : null;
}

/** Reads 31 as 0: both are the last day of each month, while 30 is not (RC6). */
const lastInEveryMonth = (day: number): number => (day === LONGEST_MONTH ? LAST_DAY_OF_MONTH : day);

/** Returns the days of a month that a checked schedule names, 0 for the last one; none for `daily`. */
export function anchorsOf({ frequency, days }: BillingSchedule): readonly number[] {
  if (frequency === 'daily') return [];
  if (days === null) throw new Error('a schedule without days bills on none');
  return days.split(',').map(Number);
}

const isFrequency = (word: string): word is BillingFrequency => BILLING_FREQUENCIES.some((known) => known === word);

const refused = (field: ScheduleRefusal['field'], why: string): ScheduleCheck => ({
  ok: false,
  refusal: { field, reason: `${field} ${why}` },
});
