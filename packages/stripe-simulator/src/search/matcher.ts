import type { Lookup } from '../state/text-indexes.js';
import { type FieldType, fieldType, readerOf, type Resource } from './fields.js';
import { type Clause, type Operator, parseQuery, refusedQuery } from './query.js';

export type Predicate = (row: object) => boolean;

/** Stripe's minimum for `~`. */
const MIN_SUBSTRING = 3;

const OPERATORS: Record<FieldType, readonly Operator[]> = {
  numeric: [':', '<', '<=', '>', '>='],
  string: [':', '~'],
  token: [':'],
};

/** A query of one resource, ready to run. */
export interface Search {
  matches: Predicate;
  /** Look-ups of which every match has the key: the rows of any one of them are enough to look at. */
  lookups: (Lookup & { key: string })[];
}

/** Reads a query. Throws Stripe's 400 for what cannot be asked of that resource. */
export function readSearch(resource: Resource, query: string): Search {
  const { all, clauses } = parseQuery(query);
  const tests = clauses.map((clause) => testOf(resource, clause));
  return {
    matches: all ? (row) => tests.every((test) => test(row)) : (row) => tests.some((test) => test(row)),
    lookups: all ? clauses.flatMap((clause) => lookupOf(resource, clause)) : [],
  };
}

/** Fields of which a value picks out few rows. A status or a currency does not. */
const SELECTIVE = new Set(['customer', 'email', 'metadata', 'name', 'phone']);

function lookupOf(resource: Resource, { field, key, negated, operator, value }: Clause): Search['lookups'] {
  if (!SELECTIVE.has(field) || negated || operator !== ':' || value === null) return [];
  const read = readerOf(resource, field, key);
  const split = fieldType(resource, field) === 'string' ? wordsIn : (text: string) => [text];
  const [first] = split(value.toLowerCase());
  if (first === undefined) return [];
  const keysOf = (row: object) => {
    const held = read(row);
    return isAbsent(held) ? [] : split(textOf(held));
  };
  return [{ name: key === null ? field : `${field}[${key}]`, key: first, keysOf }];
}

function testOf(resource: Resource, clause: Clause): Predicate {
  const { field, key, negated, operator, value } = clause;
  const type = fieldType(resource, field);
  if (type === undefined) {
    throw refusedQuery(
      `Field \`${field}\` is an unsupported search field for resource \`${resource}\`. See http://stripe.com/docs/search#query-fields-for-${resource.replaceAll('_', '-')} for a list of supported fields.`,
    );
  }
  if (!OPERATORS[type].includes(operator) || (value === null && operator !== ':')) {
    throw refusedQuery(
      `Operator \`${operator}\` is not supported for field \`${field}\` with value \`${value ?? 'null'}\`.`,
    );
  }
  const read = readerOf(resource, field, key);
  const holds = value === null ? isAbsent : holdsFor(type, clause, value);
  return (row) => holds(read(row)) !== negated;
}

function holdsFor(type: FieldType, { field, operator }: Clause, value: string): (held: unknown) => boolean {
  if (type === 'numeric') return comparison(operator, numberIn(field, value));
  const wanted = value.toLowerCase();
  if (type === 'token') return (held) => !isAbsent(held) && textOf(held) === wanted;
  if (operator === ':') {
    const phrase = words(wanted);
    return (held) => !isAbsent(held) && words(textOf(held)).includes(phrase);
  }
  if (wanted.length < MIN_SUBSTRING) {
    throw refusedQuery(
      `A substring search needs at least ${MIN_SUBSTRING} characters, but you asked for \`${value}\`.`,
    );
  }
  return (held) => !isAbsent(held) && textOf(held).includes(wanted);
}

function comparison(operator: Operator, wanted: number): (held: unknown) => boolean {
  const holds: Record<Operator, (held: number) => boolean> = {
    ':': (held) => held === wanted,
    '<': (held) => held < wanted,
    '<=': (held) => held <= wanted,
    '>': (held) => held > wanted,
    '>=': (held) => held >= wanted,
    '~': () => false,
  };
  const test = holds[operator];
  return (held) => typeof held === 'number' && test(held);
}

function numberIn(field: string, value: string): number {
  if (/^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  throw refusedQuery(`Field \`${field}\` is numeric and cannot be compared with \`${value}\`.`);
}

function wordsIn(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** The words with a space around each, so that whole words can be looked for in their order. */
function words(text: string): string {
  return ` ${wordsIn(text).join(' ')} `;
}

/** Strings, numbers and booleans are what the fields hold. */
function textOf(held: unknown): string {
  return String(held).toLowerCase();
}

function isAbsent(held: unknown): boolean {
  return held === null || held === undefined;
}
