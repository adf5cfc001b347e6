import { isISO8601, ValidateBy } from 'class-validator';
import type { VaultSearch } from '../../../modules/customer/record/vault-search.types.js';

const SECOND = 1_000;

/** A day, or a moment in it. ISO 8601 alone would let weeks and days of the year in, which Date does not read. */
const SHAPE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * Returns epoch milliseconds; null for what is no time. Without an offset it is UTC. A blank stands for the `+` that a query
 * makes of it.
 */
export function timeOf(text: string): number | null {
  const written = text.replace(' ', '+');
  const [, zone] = SHAPE.exec(written) ?? [];
  if (!SHAPE.test(written) || !isISO8601(written, { strict: true })) return null;
  const time = Date.parse(zone === undefined && written.includes('T') ? `${written}Z` : written);
  return Number.isNaN(time) ? null : time;
}

export const IsListTime = (): PropertyDecorator =>
  ValidateBy({
    name: 'isListTime',
    validator: {
      validate: (value) => typeof value === 'string' && timeOf(value) !== null,
      defaultMessage: () => '$property must be an ISO 8601 time such as 2020-06-09T07:41:50Z',
    },
  });

/**
 * Returns the range of records whose `created_at` is later than `start` and earlier than `end` (decision K6), in whole seconds as the
 * answers tell it: a record of 07:41:50.4 is one of 07:41:50, which is not later than 07:41:50.
 */
export function secondsBetween(start: number | null, end: number | null): NonNullable<VaultSearch['createdAt']> {
  return {
    ...(start !== null && { start: new Date((Math.floor(start / SECOND) + 1) * SECOND) }),
    ...(end !== null && { end: new Date(Math.ceil(end / SECOND) * SECOND - 1) }),
  };
}
