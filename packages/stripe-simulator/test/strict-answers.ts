import { readFileSync } from 'node:fs';
import { writeStripeAnswers } from '../../../scripts/lib/stripe-schema.js';
import type { SchemaNode } from '../src/api/stripe-schema.js';

interface AnswerSchema {
  operations: Record<string, { answer: number }>;
  event: number;
  nodes: SchemaNode[];
}

let loaded: AnswerSchema | undefined;

function schema(): AnswerSchema {
  loaded ??= JSON.parse(readFileSync(writeStripeAnswers(), 'utf8')) as AnswerSchema;
  return loaded;
}

/** In every answer of 2xx, but for no reason that a type could tell. */
const LEGACY: Record<string, readonly string[]> = {
  // Objects of an API that is gone; the types leave the property in and their targets out.
  PaymentIntent: ['source'],
  Charge: ['source'],
};

/**
 * Problems of an answer, such as that of `POST /v1/refunds`, when it is held against the SDK's type: members missing, members too
 * many, values of another kind, each with its place. Empty where all is right. `url` has `*` for ids.
 */
export function complaintsAbout(method: string, url: string, value: unknown): string[] {
  const operation = schema().operations[`${method} ${url}`];
  if (operation === undefined) return [`the stripe package has no ${method} ${url}`];
  return check(operation.answer, value, '');
}

/** The same for an event, by its `type`, with the object inside it. */
export function complaintsAboutEvent(value: unknown): string[] {
  return check(schema().event, value, 'event');
}

function check(at: number, value: unknown, path: string): string[] {
  const node = schema().nodes[at];
  if (node === undefined || node === 'any') return [];
  if (typeof node === 'string') return isKind(node, value) ? [] : [`${path}: ${show(value)} is no ${node}`];
  if ('enum' in node)
    return node.enum.some((one) => one === value)
      ? []
      : [`${path}: ${show(value)} is not one of ${node.enum.join(', ')}`];
  if ('union' in node) return checkUnion(node.union, value, path);
  if ('array' in node) {
    if (!Array.isArray(value)) return [`${path}: ${show(value)} is no array`];
    return value.flatMap((item: unknown, index) => check(node.array, item, `${path}[${index}]`));
  }
  if (!isRecord(value)) return [`${path}: ${show(value)} is no object`];
  if ('map' in node) return Object.entries(value).flatMap(([key, item]) => check(node.map, item, `${path}.${key}`));
  return [
    ...Object.entries(value).flatMap(([key, item]) => {
      if (LEGACY[node.name]?.includes(key) === true) return [];
      // Old values: of a map's new key the old value is null, which no type says.
      if (key === 'previous_attributes' && isRecord(item)) return [];
      const below = Object.hasOwn(node.fields, key) ? node.fields[key] : undefined;
      return below === undefined
        ? [`${path}.${key}: ${node.name} has no such member`]
        : check(below, item, `${path}.${key}`);
    }),
    ...node.required
      .filter((key) => !Object.hasOwn(value, key) && LEGACY[node.name]?.includes(key) !== true)
      .map((key) => `${path}.${key}: missing in ${node.name}`),
  ];
}

/** The complaints of the branch whose literals (`object`, `type`, `deleted`) fit, or else of the one that complains least. */
function checkUnion(branches: readonly number[], value: unknown, path: string): string[] {
  const likely = isRecord(value) ? branches.filter((branch) => fits(branch, value)) : branches;
  let least: string[] | undefined;
  for (const branch of likely.length > 0 ? likely : branches) {
    const found = check(branch, value, path);
    if (found.length === 0) return [];
    if (least === undefined || found.length < least.length) least = found;
  }
  return least ?? [`${path}: ${show(value)} fits no branch`];
}

function fits(branch: number, value: Record<string, unknown>): boolean {
  const { nodes } = schema();
  const node = nodes[branch];
  if (typeof node !== 'object' || !('fields' in node)) return false;
  return ['object', 'type', 'deleted'].every((name) => {
    const below = node.fields[name];
    const literal = below === undefined ? undefined : nodes[below];
    if (typeof literal !== 'object' || !('enum' in literal)) return true;
    return !node.required.includes(name) || literal.enum.some((one) => one === value[name]);
  });
}

function isKind(node: string, value: unknown): boolean {
  if (node === 'null') return value === null;
  if (node === 'decimal') return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value);
  return typeof value === node;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').slice(0, 60);
}
