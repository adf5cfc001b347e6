import fc from 'fast-check';
import { longest, mayBeFraction } from '../src/api/param-rules.js';
import { type HashNode, isHash, nodeAt, type SchemaNode } from '../src/api/stripe-schema.js';

/** How deep hashes are filled beyond what is required; Stripe's own reach 7. */
const MAX_DEPTH = 4;

/** Random parameters that a hash of the schema allows, as one would hand them to the SDK. */
export function paramsOf(node: HashNode, depth = 0): fc.Arbitrary<Record<string, unknown>> {
  const optional = Object.keys(node.fields).filter((name) => !node.required.includes(name) && name !== 'expand');
  const maxLength = Math.min(4, optional.length);
  // Required values are not empty: the SDK would drop them.
  const minLength = depth > 0 && node.required.length === 0 ? Math.min(1, maxLength) : 0;
  const some = fc.subarray(optional, { minLength, maxLength: depth < MAX_DEPTH ? maxLength : minLength });
  return some.chain((names) => {
    const members: Record<string, fc.Arbitrary<unknown>> = {};
    for (const name of [...node.required, ...names]) {
      const below = node.fields[name];
      if (below !== undefined) members[name] = valueOf(nodeAt(below), name, depth + 1);
    }
    return fc.record(members).map(withoutEmpty);
  });
}

function valueOf(node: SchemaNode, name: string, depth: number): fc.Arbitrary<unknown> {
  if (node === 'string' || node === 'any') return text(Math.min(longest(name), 30));
  if (node === 'number') return mayBeFraction(name) ? fc.constantFrom(1, 12.5, 0.25) : fc.maxSafeInteger();
  if (node === 'boolean') return fc.boolean();
  if (node === 'null') return fc.constant(null);
  if (node === 'decimal') return fc.constantFrom('1', '12.5', '-0.000000000001');
  if ('enum' in node) return fc.constantFrom(...node.enum);
  if ('array' in node) return fc.array(valueOf(nodeAt(node.array), name, depth), { minLength: 1, maxLength: 3 });
  if ('map' in node)
    return fc.dictionary(fc.constantFrom('order', 'constructor', '0', 'a b', 'toString'), text(30), { minKeys: 1 });
  if ('union' in node) return fc.oneof(...node.union.map((branch) => valueOf(nodeAt(branch), name, depth)));
  return paramsOf(node, depth);
}

function text(maxLength: number): fc.Arbitrary<string> {
  return fc
    .string({ unit: 'binary', minLength: 1, maxLength })
    .filter((value) => isWellFormed(value) && value.length <= maxLength);
}

/** Half of a surrogate pair cannot be sent at all. */
function isWellFormed(value: string): boolean {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(value);
}

/** The SDK leaves empty objects out. */
function withoutEmpty(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => !isEmpty(inner)));
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** One thing wrong with otherwise good parameters. */
export interface Mutation {
  apply(): void;
  param: string;
  code: string | undefined;
}

type Sent = Record<string, unknown>;

/** All the ways to spoil one value of these parameters, each with what Stripe says to it. `apply` changes `sent`. */
export function mutationsOf(node: HashNode, sent: Sent, path = ''): Mutation[] {
  const at = (name: string): string => (path === '' ? name : `${path}[${name}]`);
  const found: Mutation[] = [
    { apply: () => (sent['zz_unknown'] = 'x'), param: at('zz_unknown'), code: 'parameter_unknown' },
  ];
  for (const [name, value] of Object.entries(sent)) {
    const position = node.fields[name];
    const below = position === undefined ? undefined : plain(nodeAt(position));
    if (below === undefined) continue;
    if (node.required.includes(name) && !isAlwaysEmpty(below) && (path === '' || Object.keys(sent).length > 1)) {
      found.push({ apply: () => delete sent[name], param: at(name), code: 'parameter_missing' });
    }
    const spoiled = spoil(below, name);
    if (spoiled !== undefined)
      found.push({ apply: () => (sent[name] = spoiled.value), param: at(name), code: spoiled.code });
    if (isHash(below) && isRecord(value)) found.push(...mutationsOf(below, value, at(name)));
  }
  return found;
}

function spoil(node: SchemaNode, name: string): { value: unknown; code: string | undefined } | undefined {
  if (node === 'number') return { value: 'x1', code: mayBeFraction(name) ? undefined : 'parameter_invalid_integer' };
  if (node === 'boolean') return { value: 'yes', code: undefined };
  if (node === 'string') return { value: { a: 'hash' }, code: undefined };
  if (typeof node === 'string') return undefined;
  if ('enum' in node) return { value: 'zz_none', code: undefined };
  if ('array' in node || 'map' in node || isHash(node)) return { value: 'text', code: undefined };
  return undefined;
}

/** Returns the type without its "or null"; a union of more types stays as it is. */
function plain(node: SchemaNode): SchemaNode | undefined {
  if (typeof node !== 'object' || !('union' in node)) return node;
  const rest = node.union.map(nodeAt).filter((branch) => branch !== 'null');
  return rest.length === 1 ? rest[0] : undefined;
}

function isAlwaysEmpty(node: SchemaNode): boolean {
  return isHash(node) && Object.keys(node.fields).length === 0;
}

function isRecord(value: unknown): value is Sent {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
