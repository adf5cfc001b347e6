import { ControlError } from './control-error.js';

export type Json = Record<string, unknown>;

/** A JSON body; nothing counts as `{}`. */
export function parseBody(text: string): Json {
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ControlError(400, 'The body is not JSON.');
  }
  return asHash(value, 'body');
}

export function asHash(value: unknown, name: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new ControlError(400, `${name} must be an object.`);
}

/** Refuses misspelled switches, which would otherwise silently do nothing. */
export function onlyKnown(body: Json, names: readonly string[], where: string): void {
  const unknown = Object.keys(body).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new ControlError(400, `${where} has no '${unknown}'; there are ${names.join(', ')}.`);
}

export function number(body: Json, name: string): number | undefined {
  return typed<number>(body, name, 'number');
}

export function text(body: Json, name: string): string | undefined {
  return typed<string>(body, name, 'string');
}

export function flag(body: Json, name: string): boolean | undefined {
  return typed<boolean>(body, name, 'boolean');
}

function typed<T>(body: Json, name: string, type: 'number' | 'string' | 'boolean'): T | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === type) return value as T;
  throw new ControlError(400, `${name} must be a ${type}.`);
}
