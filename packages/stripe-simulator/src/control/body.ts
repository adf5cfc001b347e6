import { ControlError } from './control-error.js';

export type Json = Record<string, unknown>;

/** A JSON body; nothing counts as `{}`. */
export function parseBody(sent: string): Json {
  if (sent.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(sent);
  } catch {
    throw new ControlError(400, 'The body is not JSON.');
  }
  return asHash(value, 'body');
}

export function asHash(value: unknown, name: string): Json {
  if (isHash(value)) return value;
  throw new ControlError(400, `${name} must be an object.`);
}

/** Refuses misspelled switches, which would otherwise silently do nothing. */
export function onlyKnown(body: Json, names: readonly string[], where: string): void {
  const unknown = Object.keys(body).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new ControlError(400, `${where} has no '${unknown}'; there are ${names.join(', ')}.`);
}

/** Days of real time that a timer can wait. */
export const LONGEST_WAIT_MS = 24 * 24 * 60 * 60 * 1000;

export function number(body: Json, name: string, min: number, max: number): number | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined || (typeof value === 'number' && value >= min && value <= max)) return value;
  throw new ControlError(400, `${name} must be a number from ${min} to ${max}.`);
}

export function integer(
  body: Json,
  name: string,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): number | undefined {
  const value = number(body, name, min, max);
  if (value === undefined || Number.isSafeInteger(value)) return value;
  throw new ControlError(400, `${name} must be an integer.`);
}

/** 0 to 1. */
export function chance(body: Json, name: string): number | undefined {
  return number(body, name, 0, 1);
}

export function text(body: Json, name: string): string | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw new ControlError(400, `${name} must be a string.`);
}

export function flag(body: Json, name: string): boolean | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value;
  throw new ControlError(400, `${name} must be true or false.`);
}

function isHash(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
