import type { OrderedIds } from '../state/ordered-ids.js';
import type { Row, Table } from '../state/table.js';
import { invalidRequest, missing } from './errors.js';

/** Epoch seconds. */
interface Range {
  gt?: number | undefined;
  gte?: number | undefined;
  lt?: number | undefined;
  lte?: number | undefined;
}

export interface ListParams {
  /** A range, or one instant. */
  created?: Range | number | undefined;
  ending_before?: string | undefined;
  limit?: number | undefined;
  starting_after?: string | undefined;
}

export interface List<T> {
  object: 'list';
  data: T[];
  has_more: boolean;
  url: string;
}

interface Source<T extends Row> {
  table: Table<T>;
  /** Stripe's name of the object, for the message about a cursor that does not exist. */
  what: string;
  url: string;
  index?: [name: string, key: string] | undefined;
  /** Instead of an index: the ids to list, in order of creation. */
  ids?: OrderedIds | undefined;
  keep?: ((row: T) => boolean) | undefined;
}

/** One page, newest first, as all of Stripe's lists: cursors, `limit` 1 to 100, `has_more`. */
export function list<T extends Row & { created?: number }>(source: Source<T>, params: ListParams): List<T> {
  const limit = checkedLimit(params);
  const { table, index, keep } = source;
  const ids = source.ids ?? table.ids(index?.[0], index?.[1]);
  const backwards = params.ending_before !== undefined;
  const cursor = params.ending_before ?? params.starting_after;
  if (cursor !== undefined && !ids.has(cursor)) {
    throw missing(source.what, cursor, backwards ? 'ending_before' : 'starting_after', 400);
  }
  const created = toRange(params.created);
  const data: T[] = [];
  let more = false;
  for (const id of backwards ? ids.oldestFirst(cursor) : ids.newestFirst(cursor)) {
    const row = table.get(id);
    if (row === undefined) continue;
    // Terminal's objects have no time.
    const { created: at = 0 } = row;
    if (!backwards && table.chronological && tooOld(at, created)) break;
    if (!within(at, created) || keep?.(row) === false) continue;
    if (data.length === limit) {
      more = true;
      break;
    }
    data.push(row);
  }
  return { object: 'list', data: backwards ? data.reverse() : data, has_more: more, url: source.url };
}

/** One page of what is kept in order, such as the lines of a purchase: first to last, with the same cursors. */
export function listOf<T extends Row>(
  items: readonly T[],
  source: { what: string; url: string },
  params: ListParams,
): List<T> {
  const limit = checkedLimit(params);
  const backwards = params.ending_before !== undefined;
  const cursor = params.ending_before ?? params.starting_after;
  const at = cursor === undefined ? -1 : items.findIndex((item) => item.id === cursor);
  if (cursor !== undefined && at < 0) {
    throw missing(source.what, cursor, backwards ? 'ending_before' : 'starting_after', 400);
  }
  const rest = backwards ? items.slice(0, at) : items.slice(at + 1);
  const data = backwards ? rest.slice(-limit) : rest.slice(0, limit);
  return { object: 'list', data, has_more: rest.length > limit, url: source.url };
}

/** The table's look-up for the first of these filters that was sent, by the look-up's name. */
export function indexOf(filters: Record<string, string | undefined>): [name: string, key: string] | undefined {
  return Object.entries(filters).find((filter): filter is [string, string] => filter[1] !== undefined);
}

/** `limit`, 1 to 100; Stripe's 400 otherwise. */
export function checkedLimit(params: Pick<ListParams, 'ending_before' | 'limit' | 'starting_after'>): number {
  if (params.ending_before !== undefined && params.starting_after !== undefined) {
    throw invalidRequest('Received both ending_before and starting_after parameters. Please pass in only one.', {
      param: 'ending_before',
    });
  }
  const { limit = 10 } = params;
  if (limit < 1) {
    throw invalidRequest('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: 'limit',
    });
  }
  if (limit > 100) {
    throw invalidRequest("This value must be less than or equal to 100 (it currently is '" + String(limit) + "').", {
      code: 'parameter_invalid_integer',
      param: 'limit',
    });
  }
  return limit;
}

function toRange(sent: Range | number | undefined): Range | undefined {
  return typeof sent === 'number' ? { gte: sent, lte: sent } : sent;
}

function tooOld(created: number, range: Range | undefined): boolean {
  return range !== undefined && (created < (range.gte ?? 0) || created <= (range.gt ?? -1));
}

/** Whether a time is in a range of a request, or is the instant it names. */
export function within(created: number, sent: Range | number | undefined): boolean {
  const range = toRange(sent);
  if (range === undefined) return true;
  return (
    (range.gt === undefined || created > range.gt) &&
    (range.gte === undefined || created >= range.gte) &&
    (range.lt === undefined || created < range.lt) &&
    (range.lte === undefined || created <= range.lte)
  );
}
