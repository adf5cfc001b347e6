import { AppError } from '../common/app-error.js';
import { parseSafeForm } from './safe-form.js';
import { refuseTraps } from './safe-json.js';

/** Far more than any of our routes takes. */
const MAX_DEPTH = 8;

/** A name, and the names in brackets behind it. */
const NAME = /^([^[\]]+)((?:\[[^[\]]*\])*)$/;

const unreadable = (problem: string): AppError => new AppError('unparseable_body', problem);

/** A level of a form: texts and further levels by name. */
type Level = Map<string, string | Level>;

/**
 * Reads `application/x-www-form-urlencoded` in which `metadata[order_id]=7` is `{ metadata: { order_id: '7' } }`. There are no
 * lists: `a[]` is a level with an empty name, which no rule takes. Throws AppError for what parseSafeForm refuses, for brackets
 * that are not in pairs or too deep, and for a name that is a text and a level.
 */
export function parseNestedForm(body: Buffer): Record<string, unknown> {
  const root: Level = new Map();
  for (const [name, text] of Object.entries(parseSafeForm(body))) put(root, pathOf(name), text);
  const form = plain(root);
  refuseTraps(form);
  return form;
}

function pathOf(name: string): string[] {
  const [, first, rest = ''] = NAME.exec(name) ?? [];
  if (first === undefined) throw unreadable('The form has a name whose brackets are not in pairs');
  if (rest === '') return [first];
  const path = [first, ...rest.slice(1, -1).split('][', MAX_DEPTH)];
  if (path.length > MAX_DEPTH) throw unreadable(`The form is nested deeper than ${MAX_DEPTH} levels`);
  return path;
}

function put(root: Level, path: readonly string[], text: string): void {
  const last = path.at(-1) ?? '';
  let level = root;
  for (const name of path.slice(0, -1)) {
    const inner = level.get(name) ?? new Map<string, string | Level>();
    if (typeof inner === 'string') throw unreadable('The form has a field twice');
    level.set(name, inner);
    level = inner;
  }
  if (level.has(last)) throw unreadable('The form has a field twice');
  level.set(last, text);
}

function plain(level: Level): Record<string, unknown> {
  return Object.fromEntries(
    [...level].map(([name, inner]) => [name, typeof inner === 'string' ? inner : plain(inner)]),
  );
}
