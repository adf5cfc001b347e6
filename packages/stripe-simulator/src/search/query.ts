import { invalidRequest, type StripeError } from '../api/errors.js';

export type Operator = ':' | '<' | '<=' | '>' | '>=' | '~';

/** One condition, such as `-metadata["key"]:"value"`. */
export interface Clause {
  field: string;
  /** Of `metadata["key"]`; null for any other field. */
  key: string | null;
  negated: boolean;
  operator: Operator;
  /** Without its quotes; null for the keyword `null`. */
  value: string | null;
}

export interface Query {
  clauses: Clause[];
  /** Whether all clauses must hold (AND) or one is enough (OR). */
  all: boolean;
}

/** https://docs.stripe.com/search#search-query-language */
const MAX_CLAUSES = 10;

const QUOTED = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'`;
const CLAUSE = new RegExp(
  String.raw`(-?)([a-z_][\w.]*)(?:\[\s*(${QUOTED})\s*\])?\s*(<=|>=|[:~<>])\s*(${QUOTED}|-?\d+(?:\.\d+)?(?![\w.])|null\b)`,
  'iy',
);
const GLUE = /\s+(?:(AND|OR)\s+)?/iy;

/** Reads Stripe's search query language. Throws Stripe's 400 for anything else. */
export function parseQuery(text: string): Query {
  const query = text.trim();
  const clauses: Clause[] = [];
  const glues = new Set<string>();
  for (let at = 0; ;) {
    const [found, end] = match(CLAUSE, query, at);
    if (found === undefined) throw unreadable();
    clauses.push(clauseOf(found));
    if (end === query.length) break;
    const [glue, next] = match(GLUE, query, end);
    if (glue === undefined) throw unreadable();
    glues.add((glue[1] ?? 'AND').toUpperCase());
    at = next;
  }
  if (glues.size > 1) throw refusedQuery('You cannot combine AND and OR in the same search query.');
  if (clauses.length > MAX_CLAUSES) {
    throw refusedQuery(`A search query can have up to ${MAX_CLAUSES} clauses, but yours has ${clauses.length}.`);
  }
  return { clauses, all: !glues.has('OR') };
}

/** 400 that names the query. */
export function refusedQuery(message: string): StripeError {
  return invalidRequest(message, { param: 'query' });
}

function match(pattern: RegExp, text: string, at: number): [found: RegExpExecArray | undefined, end: number] {
  pattern.lastIndex = at;
  const found = pattern.exec(text) ?? undefined;
  return [found, pattern.lastIndex];
}

function clauseOf([, minus, field = '', key, operator, value = '']: RegExpExecArray): Clause {
  if ((field === 'metadata') !== (key !== undefined)) throw unreadable();
  const quoted = /^["']/.test(value);
  return {
    field,
    key: key === undefined ? null : unquoted(key),
    negated: minus === '-',
    // One of the pattern's alternatives.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    operator: operator as Operator,
    value: quoted ? unquoted(value) : value.toLowerCase() === 'null' ? null : value,
  };
}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/gs, '$1');
}

function unreadable(): StripeError {
  return refusedQuery(
    'We were unable to parse your search query. Try using the format `metadata["key"]:"value"` to query for metadata or key:"value" to query for other fields.',
  );
}
