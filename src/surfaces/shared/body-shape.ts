import type { Type } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import { hasMarkRun, MOST_MARKS } from '../../platform/common/combining-marks.js';

const NESTED = Symbol('class of a nested object');
const ELEMENTS = Symbol('class of the objects in a list');
const LONGEST = Symbol('longest text, where no rule says it');

/** Limit of a text whose rules name no length: a pattern, a list of words. */
const DEFAULT_LONGEST = 250;
/** Rules count characters after blanks were cut off; a character may be two units. */
const UNITS_PER_CHARACTER = 4;

/** Within the properties of one body; class-transformer takes a hundredth of a millisecond for each. */
const MAX_VALUES = 1_000;

/** Nest deletes these from a body without a word, so a caller would believe that they were stored. */
const PROTOTYPE_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

interface FieldShape {
  /** UTF-16 units that a text in this property may have before anybody looks at it. */
  readonly longest: number;
  /** The class of the object in this property. */
  readonly nested?: Type;
  /** The class of the objects in this property's list, and how many there may be. */
  readonly elements?: ElementShape;
}

interface ElementShape {
  readonly type: Type;
  readonly most: number;
}

type BodyShape = ReadonlyMap<string, FieldShape>;

const SHAPES = new WeakMap<Type, BodyShape>();

/** Declares the class of an object within a body, whose unknown properties are dropped as well. */
export const NestedClass = (type: () => Type) => Reflect.metadata(NESTED, type);

/** Declares the class of the objects in a list within a body, and how many there may be. */
export const ElementClass = (type: () => Type, most: number) => Reflect.metadata(ELEMENTS, { type, most });

/** Declares how long a text may be in a property whose own rules do not say it to class-validator. */
export const TextUpTo = (characters: number) => Reflect.metadata(LONGEST, characters);

/** The properties that a DTO has, from the rules at them: what class-validator's own whitelist goes by. */
export function shapeOf(type: Type): BodyShape {
  const known = SHAPES.get(type);
  if (known !== undefined) return known;
  const lengths = new Map<string, number>();
  for (const { propertyName, name, constraints } of getMetadataStorage().getTargetValidationMetadatas(
    type,
    '',
    true,
    false,
  )) {
    const length = name === 'maxLength' || name === 'isLength' ? Number((constraints as unknown[]).at(-1)) : 0;
    lengths.set(propertyName, Math.max(length, lengths.get(propertyName) ?? 0));
  }
  const shape = new Map([...lengths].map(([name, length]) => [name, fieldShape(type, name, length)]));
  SHAPES.set(type, shape);
  return shape;
}

function fieldShape(type: Type, name: string, length: number): FieldShape {
  const prototype = type.prototype as object;
  const declared = Reflect.getMetadata(LONGEST, prototype, name) as number | undefined;
  const nested = Reflect.getMetadata(NESTED, prototype, name) as (() => Type) | undefined;
  const elements = Reflect.getMetadata(ELEMENTS, prototype, name) as { type: () => Type; most: number } | undefined;
  return {
    longest: UNITS_PER_CHARACTER * (declared ?? (length || DEFAULT_LONGEST)),
    ...(nested && { nested: nested() }),
    ...(elements && { elements: { type: elements.type(), most: elements.most } }),
  };
}

/** How many values may still come. */
interface Budget {
  values: number;
}

export interface ReadBody {
  /** A copy of what the class knows; only nested objects are copied too. */
  readonly known: Record<string, unknown>;
  /** Names of properties that the class does not have, cut where they are long. */
  readonly unknown: readonly string[];
}

/**
 * Reads a body by its class, in one pass and before class-transformer or a rule sees it: they are slow with many properties and
 * with long texts. Returns the problems that leave nothing to look at instead.
 */
export function readByShape(body: object, type: Type): ReadBody | { readonly problems: readonly string[] } {
  const unknown: string[] = [];
  const problems: string[] = [];
  const read = (object: object, shape: BodyShape, path: string, budget: Budget): Record<string, unknown> => {
    const known: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(object)) {
      const field = shape.get(name);
      if (field === undefined) unknown.push(path + shortened(name));
      else if (field.nested !== undefined && isObject(value))
        known[name] = read(value, shapeOf(field.nested), `${path}${name}.`, budget);
      else if (field.elements !== undefined && Array.isArray(value))
        known[name] = readAll(value, field.elements, `${path}${name}`);
      else {
        const problem =
          field.nested !== undefined && Array.isArray(value) ? 'must be an object' : problemOf(value, field, budget);
        if (problem === undefined) known[name] = value;
        else problems.push(`${path}${name} ${problem}`);
      }
    }
    return known;
  };
  /** Each object may hold what its class names, and nothing more. */
  const readAll = (list: readonly unknown[], { type: of, most }: ElementShape, path: string): unknown[] => {
    if (list.length > most) problems.push(`${path} must contain no more than ${most} elements`);
    const shape = shapeOf(of);
    return list.slice(0, most).map((element, index) => {
      if (isObject(element)) return read(element, shape, `${path}.${index}.`, { values: shape.size });
      problems.push(`${path}.${index} must be an object`);
      return element;
    });
  };
  const known = read(body, shapeOf(type), '', { values: MAX_VALUES });
  return problems.length > 0 ? { problems } : { known, unknown };
}

/** Looks at every text of a value. The parser has bounded the depth. */
function problemOf(value: unknown, field: FieldShape, budget: Budget): string | undefined {
  if (--budget.values < 0) return 'holds too many values';
  if (typeof value === 'string') {
    if (value.length > field.longest) return 'is too long';
    return hasMarkRun(value) ? `must not have more than ${MOST_MARKS} combining marks in a row` : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    if (PROTOTYPE_NAMES.has(name)) return `must not have a property named ${name}`;
    const problem = problemOf(inner, field, budget);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A name stands in the answer; one of 100 KB would not help anybody. */
const shortened = (name: string): string => (name.length > 100 ? `${name.slice(0, 100)}…` : name);
