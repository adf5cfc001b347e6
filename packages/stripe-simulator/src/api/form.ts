import { invalidRequest } from './errors.js';

/** A decoded form: strings, and maps for `a[b]`, `a[]` and `a[0]`. Maps have no prototype: a key may be `constructor`. */
export type Raw = string | RawMap;
export interface RawMap {
  [key: string]: Raw;
}

/** Deepest nesting taken; Stripe's own parameters reach 7. */
const MAX_DEPTH = 12;

export function emptyMap(): RawMap {
  const map: RawMap = Object.create(null);
  return map;
}

/** Decodes `a=1&b[c]=2&d[]=3`. Throws Stripe's 400 for contradictions such as `a=1&a[b]=2`. */
export function decodeForm(text: string): RawMap {
  const root = emptyMap();
  if (text === '') return root;
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodePart(equals < 0 ? pair : pair.slice(0, equals));
    store(root, name, equals < 0 ? '' : decodePart(pair.slice(equals + 1)));
  }
  return root;
}

function store(root: RawMap, name: string, value: string): void {
  const path = split(name);
  let map = root;
  for (const [depth, segment] of path.entries()) {
    const key = segment === '' && depth > 0 ? String(Object.keys(map).length) : segment;
    const present = map[key];
    if (depth === path.length - 1) {
      if (typeof present === 'object') throw contradiction(name);
      map[key] = value;
      return;
    }
    if (typeof present === 'string') throw contradiction(name);
    map = present ?? (map[key] = emptyMap());
  }
}

/** `a[b][]` → `['a', 'b', '']`. A bracket that does not close belongs to the name. */
function split(name: string): string[] {
  const open = name.indexOf('[');
  if (open <= 0 || !name.endsWith(']')) return [name];
  const path = [name.slice(0, open), ...name.slice(open + 1, -1).split('][')];
  if (path.length > MAX_DEPTH)
    throw invalidRequest(`Invalid request: parameter '${path[0] ?? ''}' is nested too deeply.`);
  return path;
}

function decodePart(part: string): string {
  if (!part.includes('%') && !part.includes('+')) return part;
  try {
    return decodeURIComponent(part.replaceAll('+', ' '));
  } catch {
    throw invalidRequest('Invalid request: malformed percent-encoding.');
  }
}

function contradiction(name: string): StripeErrorOf {
  return invalidRequest(`Invalid request: '${name}' is given both as a value and as a hash.`, { param: name });
}

type StripeErrorOf = ReturnType<typeof invalidRequest>;
