import { invalidRequest, missingParam, type StripeError } from './errors.js';
import { emptyMap, type Raw, type RawMap } from './form.js';
import { isClearable, longest, mayBeFraction, METADATA } from './param-rules.js';
import { type HashNode, isHash, nodeAt, type SchemaNode } from './stripe-schema.js';

/** A value on its way: where it stands (`card[number]`), its own name, and the names so far that do not exist. */
interface Place {
  path: string;
  name: string;
  required: boolean;
  unknown: string[];
}

/**
 * All parameters of a request, decoded and checked in one pass. Throws Stripe's 400 with the exact `param`: for unknown names
 * first, all of them at once, as Stripe does; then for what is mistyped; then for what is missing.
 */
export function readParams(node: HashNode, raw: RawMap): Record<string, unknown> {
  const unknown: string[] = [];
  let problem: unknown;
  let values: Record<string, unknown> | undefined;
  try {
    values = readHash(node, raw, { path: '', name: '', required: true, unknown });
  } catch (error) {
    problem = error;
  }
  if (unknown.length > 0) throw unknownParams(unknown);
  if (values === undefined) throw problem;
  return values;
}

function readHash(node: HashNode, raw: RawMap, { path, unknown }: Place): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  let problem: unknown;
  for (const name of Object.keys(raw)) {
    const value = raw[name];
    const below = Object.hasOwn(node.fields, name) ? node.fields[name] : undefined;
    const required = node.required.includes(name);
    const place = { path: path === '' ? name : `${path}[${name}]`, name, required, unknown };
    if (below === undefined || value === undefined) {
      unknown.push(place.path);
      continue;
    }
    try {
      values[name] = read(nodeAt(below), value, place);
    } catch (error) {
      problem ??= error;
    }
  }
  if (problem !== undefined) throw problem;
  for (const name of node.required) {
    if (values[name] !== undefined) continue;
    // The SDK drops empty objects, and this one cannot be anything else.
    if (isAlwaysEmpty(node.fields[name])) values[name] = {};
    else throw missingParam(path === '' ? name : `${path}[${name}]`);
  }
  return values;
}

function isAlwaysEmpty(position: number | undefined): boolean {
  const node = position === undefined ? undefined : nodeAt(position);
  return isHash(node) && Object.keys(node.fields).length === 0;
}

function read(node: SchemaNode, raw: Raw, place: Place): unknown {
  if (node === 'any') return raw;
  if (typeof node === 'object' && 'union' in node) return readUnion(node.union.map(nodeAt), raw, place);
  if (typeof raw !== 'string') return readStructure(node, raw, place);
  if (isHash(node)) {
    // The SDK drops empty objects; a bare name stands for one.
    if (raw === '') return readHash(node, emptyMap(), place);
    throw invalidRequest('Invalid object', { param: place.path });
  }
  if (typeof node === 'object' && 'array' in node) {
    if (raw === '') return [];
    throw invalidRequest('Invalid array', { param: place.path });
  }
  if (typeof node === 'object' && 'map' in node) throw invalidRequest('Invalid hash', { param: place.path });
  return readText(node, raw, place);
}

function readStructure(node: SchemaNode, raw: RawMap, place: Place): unknown {
  if (isHash(node)) return readHash(node, raw, place);
  if (typeof node === 'object' && 'array' in node) return readArray(nodeAt(node.array), raw, place);
  if (typeof node === 'object' && 'map' in node) return readMap(raw, place);
  const kind = node === 'number' ? 'integer' : node === 'boolean' ? 'boolean' : 'string';
  throw invalidRequest(`Invalid ${kind}: ${JSON.stringify(raw)}`, {
    ...(kind === 'integer' ? { code: 'parameter_invalid_integer' } : {}),
    param: place.path,
  });
}

function readArray(item: SchemaNode, raw: RawMap, { path, name, unknown }: Place): unknown[] {
  return Object.entries(raw).map(([key, value]) => {
    if (!/^\d+$/.test(key)) throw invalidRequest('Invalid array', { param: path });
    return read(item, value, { path: `${path}[${key}]`, name, required: true, unknown });
  });
}

/** Names of the sender's choice. Assigning would lose one called `__proto__`, so the map is made of entries. */
function readMap(raw: RawMap, { path, name }: Place): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => {
      if (typeof value !== 'string') throw invalidRequest('Invalid string', { param: `${path}[${key}]` });
      if (name === 'metadata') checkMetadata(key, value, path);
      return [key, value === '' ? null : value];
    }),
  );
}

function checkMetadata(key: string, value: string, path: string): void {
  if (key.length > METADATA.maxKey) {
    throw invalidRequest(
      `Metadata keys can have up to ${METADATA.maxKey} characters, but you passed in a key that is ${key.length} characters. Invalid key: ${key}`,
      { param: path },
    );
  }
  if (value.length > METADATA.maxValue) {
    throw invalidRequest(
      `Metadata values can have up to ${METADATA.maxValue} characters, but you passed in a value that is ${value.length} characters. Invalid value: ${value}`,
      { param: `${path}[${key}]` },
    );
  }
}

/** The branch is chosen by what was sent: a map or text; of text `''`, a literal, a number, anything, in this order. */
function readUnion(branches: readonly SchemaNode[], raw: Raw, place: Place): unknown {
  if (typeof raw !== 'string') {
    const structures = branches.filter((node) => typeof node === 'object' && !('enum' in node));
    return read(structures.find((node) => knowsAll(node, raw)) ?? structures[0] ?? 'string', raw, place);
  }
  if (raw === '' && branches.includes('null')) return null;
  const scalars = branches.filter((node) => rankOf(node) >= 0).sort((a, b) => rankOf(a) - rankOf(b));
  let problem: unknown;
  for (const node of scalars) {
    try {
      return read(node, raw, place);
    } catch (error) {
      // With a boolean beside literals the boolean's complaint is Stripe's.
      if (problem === undefined || node === 'boolean') problem = error;
    }
  }
  if (problem !== undefined) throw problem;
  return read(branches.find((node) => node !== 'null') ?? 'string', raw, place);
}

/** Literals first, any text last; -1 for what text cannot be. */
function rankOf(node: SchemaNode): number {
  if (typeof node === 'object') return 'enum' in node ? 0 : -1;
  return ['enum', 'boolean', 'number', 'decimal', 'string', 'any'].indexOf(node);
}

function knowsAll(node: SchemaNode, raw: RawMap): boolean {
  return !isHash(node) || Object.keys(raw).every((name) => Object.hasOwn(node.fields, name));
}

function readText(node: SchemaNode, raw: string, place: Place): unknown {
  if (raw === '') {
    if (node === 'string' && !place.required && isClearable(place.name)) return null;
    throw emptyValue(place.path);
  }
  if (node === 'number') return readNumber(raw, place);
  if (node === 'boolean') return readBoolean(raw, place.path);
  if (node === 'decimal') return readDecimal(raw, place.path);
  if (typeof node === 'object' && 'enum' in node) return readLiteral(node.enum, raw, place.path);
  const max = longest(place.name);
  if (raw.length <= max) return raw;
  throw invalidRequest(`Invalid string: ${raw.slice(0, 12)}...; must be at most ${max} characters`, {
    param: place.path,
  });
}

/** A safe integer in plain digits: no `0x10`, no `1e3`, no spaces, no `1.0`. */
function readNumber(raw: string, { path, name }: Place): number {
  if (mayBeFraction(name)) return Number(readDecimal(raw, path));
  if (/^-?(0|[1-9]\d*)$/.test(raw) && Number.isSafeInteger(Number(raw))) return Number(raw);
  throw invalidRequest(`Invalid integer: ${raw}`, { code: 'parameter_invalid_integer', param: path });
}

function readDecimal(raw: string, path: string): string {
  if (/^-?\d+(\.\d+)?$/.test(raw)) return raw;
  throw invalidRequest(`Invalid decimal: ${raw}`, { param: path });
}

function readBoolean(raw: string, path: string): boolean {
  if (raw === 'true' || raw === 'false') return raw === 'true';
  throw invalidRequest(`Invalid boolean: ${raw}`, { param: path });
}

function readLiteral(values: readonly (boolean | number | string)[], raw: string, path: string): unknown {
  const found = values.find((value) => String(value) === raw);
  if (found !== undefined) return found;
  throw invalidRequest(`Invalid ${path}: must be one of ${enumerate(values.map(String))}`, { param: path });
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
