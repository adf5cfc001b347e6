import { invalidRequest, missingParam, type StripeError } from './errors.js';
import { type Raw, type RawMap, emptyMap } from './form.js';

/**
 * What a parameter may be. `read` turns its decoded form into a value or throws Stripe's 400 naming the exact path; names
 * that do not exist are collected in `unknown`, because Stripe lists all of them at once.
 */
export interface Kind<T> {
  read(raw: Raw, path: string, unknown: string[]): T;
  readonly required?: boolean;
  /** What a hash has, or the items of an array of hashes: for checks against Stripe's own types. */
  readonly fields?: Fields | undefined;
}

export interface RequiredKind<T> extends Kind<T> {
  readonly required: true;
}

export type Fields = Record<string, Kind<unknown>>;
export type TypeOf<K> = K extends Kind<infer T> ? T : never;
export type HashOf<F extends Fields> = {
  [K in keyof F]: F[K] extends RequiredKind<infer T> ? T : TypeOf<F[K]> | undefined;
};

/** A field that must be there. */
export function required<T>(kind: Kind<T>): RequiredKind<T> {
  return { ...kind, required: true };
}

/** Text that cannot be unset: `''` is refused. */
export function string(max = 5000): Kind<string> {
  return {
    read(raw, path) {
      const value = scalar(raw, path, 'string');
      if (value === '') throw emptyValue(path);
      return limited(value, path, max);
    },
  };
}

/** Text where `''` (the SDK's null) unsets the value. */
export function text(max = 5000): Kind<string | null> {
  return {
    read(raw, path) {
      const value = scalar(raw, path, 'string');
      return value === '' ? null : limited(value, path, max);
    },
  };
}

/** A safe integer in plain digits: no `0x10`, no `1e3`, no spaces, no `1.0`. */
export function integer(): Kind<number> {
  return {
    read(raw, path) {
      const value = scalar(raw, path, 'integer');
      if (value === '') throw emptyValue(path);
      if (!/^-?(0|[1-9]\d*)$/.test(value) || !Number.isSafeInteger(Number(value))) {
        throw invalidRequest(`Invalid integer: ${value}`, { code: 'parameter_invalid_integer', param: path });
      }
      return Number(value);
    },
  };
}

export function boolean(): Kind<boolean> {
  return {
    read(raw, path) {
      const value = scalar(raw, path, 'boolean');
      if (value === 'true') return true;
      if (value === 'false') return false;
      if (value === '') throw emptyValue(path);
      throw invalidRequest(`Invalid boolean: ${value}`, { param: path });
    },
  };
}

export function oneOf<const V extends string>(...values: V[]): Kind<V> {
  return {
    read(raw, path) {
      const value = scalar(raw, path, 'string');
      const found = values.find((candidate) => candidate === value);
      if (found !== undefined) return found;
      if (value === '') throw emptyValue(path);
      throw invalidRequest(`Invalid ${path}: must be one of ${enumerate(values)}`, { param: path });
    },
  };
}

/** The kind's value, or null for `''`. */
export function unsettable<T>(kind: Kind<T>): Kind<T | null> {
  return { read: (raw, path, unknown) => (raw === '' ? null : kind.read(raw, path, unknown)), fields: kind.fields };
}

export function array<T>(item: Kind<T>): Kind<T[]> {
  return {
    fields: item.fields,
    read(raw, path, unknown) {
      if (typeof raw === 'string') {
        if (raw === '') return [];
        throw invalidRequest('Invalid array', { param: path });
      }
      return Object.entries(raw).map(([key, value]) => item.read(value, `${path}[${key}]`, unknown));
    },
  };
}

export function hash<F extends Fields>(fields: F): Kind<HashOf<F>> {
  return {
    fields,
    read(raw, path, unknown) {
      if (typeof raw === 'string') {
        // The SDK drops empty objects; a bare name stands for one.
        if (raw === '') return readFields(fields, emptyMap(), path, unknown);
        throw invalidRequest('Invalid object', { param: path });
      }
      return readFields(fields, raw, path, unknown);
    },
  };
}

/** Anything at all, for corners of Stripe's API that the simulator takes and does not look at. */
export function anything(): Kind<Raw> {
  return { read: (raw) => raw };
}

/** `created` and the like: one instant or a range, in epoch seconds. */
export interface Range {
  gt?: number | undefined;
  gte?: number | undefined;
  lt?: number | undefined;
  lte?: number | undefined;
}

export function range(): Kind<Range> {
  const bounds = hash({ gt: integer(), gte: integer(), lt: integer(), lte: integer() });
  const instant = integer();
  return {
    fields: bounds.fields,
    read(raw, path, unknown) {
      if (typeof raw !== 'string') return bounds.read(raw, path, unknown);
      const at = instant.read(raw, path, unknown);
      return { gte: at, lte: at };
    },
  };
}

/** Reads all parameters of a request. Throws for the unknown ones first, as Stripe does. */
export function readParams<F extends Fields>(fields: F, raw: RawMap): HashOf<F> {
  const unknown: string[] = [];
  let problem: unknown;
  let values: HashOf<F> | undefined;
  try {
    values = readFields(fields, raw, '', unknown);
  } catch (error) {
    problem = error;
  }
  if (unknown.length > 0) throw unknownParams(unknown);
  if (values === undefined) throw problem;
  return values;
}

function readFields<F extends Fields>(fields: F, raw: RawMap, path: string, unknown: string[]): HashOf<F> {
  const values: Record<string, unknown> = {};
  let problem: unknown;
  for (const key of Object.keys(raw)) {
    const value = raw[key];
    const name = path === '' ? key : `${path}[${key}]`;
    const kind = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (kind === undefined || value === undefined) {
      unknown.push(name);
      continue;
    }
    try {
      values[key] = kind.read(value, name, unknown);
    } catch (error) {
      problem ??= error;
    }
  }
  if (problem !== undefined) throw problem;
  for (const key of Object.keys(fields)) {
    if (fields[key]?.required === true && values[key] === undefined) {
      throw missingParam(path === '' ? key : `${path}[${key}]`);
    }
  }
  // Every value was read by the kind of its name.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return values as HashOf<F>;
}

function scalar(raw: Raw, path: string, kind: string): string {
  if (typeof raw === 'string') return raw;
  throw invalidRequest(`Invalid ${kind}: ${JSON.stringify(raw)}`, {
    ...(kind === 'integer' ? { code: 'parameter_invalid_integer' } : {}),
    param: path,
  });
}

function limited(value: string, path: string, max: number): string {
  if (value.length <= max) return value;
  throw invalidRequest(`Invalid string: ${value.slice(0, 12)}...; must be at most ${max} characters`, { param: path });
}

function emptyValue(path: string): StripeError {
  return invalidRequest(
    `You passed an empty string for '${path}'. We assume empty values are an attempt to unset a parameter; however '${path}' cannot be unset. You should remove '${path}' from your request or supply a non-empty value.`,
    { code: 'parameter_invalid_empty', param: path },
  );
}

function unknownParams(names: string[]): StripeError {
  const word = names.length === 1 ? 'parameter' : 'parameters';
  return invalidRequest(`Received unknown ${word}: ${names.join(', ')}`, {
    code: 'parameter_unknown',
    ...(names[0] === undefined ? {} : { param: names[0] }),
  });
}

function enumerate(values: readonly string[]): string {
  if (values.length < 3) return values.join(' or ');
  return `${values.slice(0, -1).join(', ')}, or ${values.at(-1) ?? ''}`;
}
