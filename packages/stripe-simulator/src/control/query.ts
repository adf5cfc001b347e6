import { ControlError } from './control-error.js';

/** How many of the newest are asked for; undefined for the default. */
export function limitOf(query: URLSearchParams): number | undefined {
  const asked = query.get('limit');
  if (asked === null) return undefined;
  if (/^[1-9]\d{0,8}$/.test(asked)) return Number(asked);
  throw new ControlError(400, 'limit must be a number from 1.');
}
