import { AppError } from '../common/app-error.js';
import { hasMarkRun, MOST_MARKS } from '../common/combining-marks.js';
import { refuseHugeShape } from './json-shape.js';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * JSON that cannot hurt whoever copies it around or normalizes its texts: no prototype keys, not nested without end, not
 * of ten thousand keys, no long run of combining marks. Throws AppError.
 */
export function parseSafeJson(body: Buffer): unknown {
  refuseHugeShape(body);
  let value: unknown;
  try {
    value = JSON.parse(UTF8.decode(body));
  } catch {
    throw new AppError('unparseable_body', 'The request body is not valid JSON');
  }
  refuseTraps(value);
  return value;
}

/** Refuses names and texts that hurt whoever copies or normalizes them. The depth is bounded before. Throws AppError. */
export function refuseTraps(value: unknown): void {
  if (typeof value === 'string') refuseMarkRun(value);
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) return value.forEach(refuseTraps);
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__' || (key === 'constructor' && hasPrototype(inner))) {
      throw new AppError('unparseable_body', `The property name ${key} is not allowed`);
    }
    refuseMarkRun(key);
    refuseTraps(inner);
  }
}

function refuseMarkRun(text: string): void {
  if (hasMarkRun(text)) {
    throw new AppError('unparseable_body', `A text has more than ${MOST_MARKS} combining marks in a row`);
  }
}

function hasPrototype(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
}
