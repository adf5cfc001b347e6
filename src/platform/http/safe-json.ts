import { AppError } from '../common/app-error.js';

const MAX_DEPTH = 32;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** JSON that cannot hurt whoever copies it around: no prototype keys, not nested without end. Throws AppError. */
export function parseSafeJson(body: Buffer): unknown {
  let value: unknown;
  try {
    value = JSON.parse(UTF8.decode(body));
  } catch {
    throw new AppError('unparseable_body', 'The request body is not valid JSON');
  }
  refuseTraps(value);
  return value;
}

/** A loop, not a recursion: thirty thousand levels fit into 100 KB and not onto a stack. */
function refuseTraps(root: unknown): void {
  const open: [value: unknown, depth: number][] = [[root, 1]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MAX_DEPTH) throw new AppError('unparseable_body', `JSON is nested deeper than ${MAX_DEPTH} levels`);
    for (const [key, inner] of Object.entries(value)) {
      if (key === '__proto__' || (key === 'constructor' && hasPrototype(inner))) {
        throw new AppError('unparseable_body', `The property name ${key} is not allowed`);
      }
      open.push([inner, depth + 1]);
    }
  }
}

function hasPrototype(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
}
