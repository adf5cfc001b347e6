import { invalidRequest } from '../api/errors.js';
import { checkedLimit } from '../api/list.js';
import type { Row, Table } from '../state/table.js';
import type { World } from '../world.js';
import type { Resource } from './fields.js';
import { readSearch, type Search } from './matcher.js';

/** Stripe: "in under 1 minute", up to an hour during outages. https://docs.stripe.com/search#data-freshness */
export const DEFAULT_SEARCH_LAG_MS = 2_000;
export const MAX_SEARCH_LAG_MS = 60 * 60 * 1000;

export interface SearchParams {
  limit?: number | undefined;
  page?: string | undefined;
  query: string;
}

export interface SearchResult<T> {
  object: 'search_result';
  data: T[];
  has_more: boolean;
  next_page: string | null;
  url: string;
}

interface Place {
  created: number;
  id: string;
}

type Found = Row & { created: number };

/** Counts all that match, for `expand[]=total_count`. JSON leaves it out. */
const TOTAL = Symbol('total');

/** One page of what matches, newest first, as the objects were before the lag. Throws Stripe's 400s. */
export function search<T extends Found>(
  world: World,
  source: { table: Table<T>; resource: Resource },
  params: SearchParams,
): SearchResult<T> {
  const limit = checkedLimit(params);
  const asked = readSearch(source.resource, params.query);
  const after = params.page === undefined ? undefined : placeIn(params.page);
  const data: T[] = [];
  let more = false;
  const known = after !== undefined && source.table.get(after.id) !== undefined;
  for (const row of behind(asIndexed(world, source.table, asked), after, known)) {
    if (!asked.matches(row)) continue;
    if (data.length === limit) {
      more = true;
      break;
    }
    data.push(row);
  }
  const last = data.at(-1);
  const result = {
    object: 'search_result' as const,
    data,
    has_more: more,
    next_page: more && last !== undefined ? pageAfter(last) : null,
    url: `/v1/${source.resource}/search`,
    [TOTAL]: () => countOf(asIndexed(world, source.table, asked), asked.matches),
  };
  return result;
}

/** The result with its `total_count`. */
export function withTotalCount(result: object): object {
  const count = TOTAL in result && typeof result[TOTAL] === 'function' ? Number(result[TOTAL]()) : 0;
  return { ...result, total_count: count };
}

/**
 * The rows that may match, newest first: the recently changed ones as they were, without the new and with the deleted ones.
 */
function* asIndexed<T extends Found>(world: World, table: Table<T>, { lookups }: Search): Generator<T> {
  const recent = world.store.recent.of(table.name);
  const gone: T[] = [];
  for (const [id, before] of recent) {
    // What is noted under a table's name came out of that table.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    if (before !== undefined && table.get(id) === undefined) gone.push(before as T);
  }
  gone.sort((a, b) => a.created - b.created);
  for (const id of candidates(world, table, lookups, recent.keys())) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const shown = recent.has(id) ? (recent.get(id) as T | undefined) : table.get(id);
    if (shown === undefined) continue;
    for (let next = gone.at(-1); next !== undefined && next.created > shown.created; next = gone.at(-1)) {
      yield next;
      gone.pop();
    }
    yield shown;
  }
  yield* gone.reverse();
}

/** All ids newest first, or those that the best look-up finds together with what changed since. */
function candidates<T extends Found>(
  world: World,
  table: Table<T>,
  lookups: Search['lookups'],
  changed: Iterable<string>,
): Iterable<string> {
  const found = lookups.map((lookup) => world.store.texts.find(table, lookup, lookup.key));
  const [fewest] = found.sort((a, b) => a.size - b.size);
  if (fewest === undefined) return table.ids().newestFirst();
  return table.ids().sorted(new Set([...fewest, ...changed]));
}

/** What comes behind a page's last row; where that one is not known any more, what is older. */
function* behind<T extends Found>(rows: Iterable<T>, after: Place | undefined, known: boolean): Generator<T> {
  let passed = after === undefined;
  for (const row of rows) {
    if (!passed && after !== undefined) {
      if (row.id === after.id) {
        passed = true;
        continue;
      }
      if (known || row.created >= after.created) continue;
      passed = true;
    }
    yield row;
  }
}

function countOf(rows: Iterable<Row>, matches: (row: object) => boolean): number {
  let count = 0;
  for (const row of rows) if (matches(row)) count++;
  return count;
}

function pageAfter({ created, id }: Place): string {
  return Buffer.from(`${created}.${id}`).toString('base64url');
}

function placeIn(page: string): Place {
  const [, created, id] = /^(\d+)\.(\w+)$/.exec(Buffer.from(page, 'base64url').toString('utf8')) ?? [];
  if (created === undefined || id === undefined) {
    throw invalidRequest(`Invalid page token: ${page}`, { param: 'page' });
  }
  return { created: Number(created), id };
}
