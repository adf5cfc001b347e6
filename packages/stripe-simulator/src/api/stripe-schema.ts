import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The parameters of all methods of the `stripe` package, as `scripts/lib/stripe-types.js` read them from its types when this
 * was built. Nodes name each other by position.
 */
export type SchemaNode =
  | 'any'
  | 'boolean'
  | 'decimal'
  | 'null'
  | 'number'
  | 'string'
  | { enum: readonly (boolean | number | string)[] }
  | { array: number }
  | { map: number }
  | { union: readonly number[] }
  | HashNode;

export interface HashNode {
  name: string;
  fields: Record<string, number>;
  required: readonly string[];
}

interface SchemaFile {
  /** Version of the package. */
  sdk: string;
  operations: Record<string, { type: string | null; params: number | null }>;
  nodes: SchemaNode[];
}

let loaded: SchemaFile | undefined;

function schema(): SchemaFile {
  loaded ??= load();
  return loaded;
}

function load(): SchemaFile {
  // A file of our own build.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const file = JSON.parse(readFileSync(join(__dirname, 'stripe-params.json'), 'utf8')) as SchemaFile;
  addCards(file);
  return file;
}

/** `payment_method_data[card]`: the types leave it out because servers should not see cards; Stripe takes it. */
function addCards({ nodes, operations }: SchemaFile): void {
  const created = nodes[operations['POST /v1/payment_methods']?.params ?? -1];
  const card = isHash(created) ? created.fields['card'] : undefined;
  if (card === undefined) throw new Error('the stripe package has no card in its payment methods');
  for (const node of nodes) if (isHash(node) && node.name === 'PaymentMethodData') node.fields['card'] ??= card;
}

const EMPTY: HashNode = { name: '', fields: {}, required: [] };

/** What the SDK's method for `POST /v1/refunds/:refund` takes. Throws if it has no such method. */
export function parametersOf(method: string, path: string): HashNode {
  const { operations, nodes } = schema();
  const known = operations[`${method} ${path.replace(/:\w+/g, '*')}`];
  if (known === undefined) throw new Error(`the stripe package has no ${method} ${path}`);
  const node = known.params === null ? EMPTY : nodes[known.params];
  if (!isHash(node)) throw new Error(`${method} ${path} does not take named parameters`);
  return node;
}

/** The name of the SDK's type behind `parametersOf`. */
export function parameterTypeOf(method: string, path: string): string | null {
  return schema().operations[`${method} ${path.replace(/:\w+/g, '*')}`]?.type ?? null;
}

export function nodeAt(position: number): SchemaNode {
  const node = schema().nodes[position];
  if (node === undefined) throw new Error(`the schema has no node ${position}`);
  return node;
}

/** The hash with more members, all optional. */
export function extended(node: HashNode, more: Record<string, 'any' | 'string'>): HashNode {
  const added = Object.entries(more).map(([name, kind]): [string, number] => [name, schema().nodes.indexOf(kind)]);
  return { ...node, fields: { ...node.fields, ...Object.fromEntries(added) } };
}

export function isHash(node: SchemaNode | undefined): node is HashNode {
  return typeof node === 'object' && 'fields' in node;
}
