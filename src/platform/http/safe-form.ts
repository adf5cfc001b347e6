import { AppError } from '../common/app-error.js';
import { refuseTraps } from './safe-json.js';

const UTF8 = new TextDecoder('utf-8', { fatal: true });
/** As many as an object in JSON may have. */
const MAX_FIELDS = 200;

const unreadable = (problem: string): AppError => new AppError('unparseable_body', problem);

/**
 * Reads `application/x-www-form-urlencoded` as flat texts: brackets in a name mean nothing, and a name that is there twice is
 * refused, because programs differ in which of the two counts. Throws AppError.
 */
export function parseSafeForm(body: Buffer): Record<string, string> {
  const fields = decoded(body)
    .split('&', MAX_FIELDS + 1)
    .filter((field) => field !== '');
  if (fields.length > MAX_FIELDS) throw unreadable(`The form has more than ${MAX_FIELDS} fields`);
  const names = new Set<string>();
  const entries = fields.map((field): [string, string] => {
    const end = field.indexOf('=');
    const name = unescaped(end < 0 ? field : field.slice(0, end));
    if (names.has(name)) throw unreadable('The form has a field twice');
    names.add(name);
    return [name, end < 0 ? '' : unescaped(field.slice(end + 1))];
  });
  const form = Object.fromEntries(entries);
  refuseTraps(form);
  return form;
}

function decoded(body: Buffer): string {
  try {
    return UTF8.decode(body);
  } catch {
    throw unreadable('The form is not UTF-8');
  }
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw unreadable('The form is not percent-encoded UTF-8');
  }
}
