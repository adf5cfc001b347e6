import { type ArgumentMetadata, Injectable, type Type, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { AppError, invalidRequest } from '../../platform/common/app-error.js';
import { readByShape, shapeOf } from './body-shape.js';
import { clearedByEmpty, clearedByNull } from './empty-clears.js';

/** Objects of a list that are checked in one go: half a millisecond each, while every other request waits. */
const AT_A_TIME = 10;

/**
 * For languages that take what their clients happen to send (contract gateway 1.10): no body is an empty one, unknown
 * properties are ignored, `null` and `""` are not sent (but see empty-clears.ts). Types are not converted.
 * Throws AppError `validation_failed` with one message a field, each naming it.
 */
@Injectable()
export class LiberalBodyPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidUnknownValues: true,
      transform: true,
      stopAtFirstError: true,
      validationError: { target: false, value: true },
      exceptionFactory: (errors) => invalidRequest(...problemsOf(errors)),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'body') return value;
    const body = value ?? {};
    if (typeof body !== 'object' || Array.isArray(body)) throw invalidRequest('the body must be a JSON object');
    const { metatype } = metadata;
    if (metatype === undefined || !this.toValidate(metadata)) return (await super.transform(body, metadata)) as unknown;
    const prototype = metatype.prototype as object;
    const known = withNullsCleared(knownOf(body, metatype), clearedByNull(prototype));
    return this.whole(sentOf(known, clearedByEmpty(prototype)) as Body, { ...metadata, metatype });
  }

  /** Checks the body, and by themselves the objects of its lists. */
  private async whole(body: Body, metadata: ArgumentMetadata & { metatype: Type }): Promise<Body> {
    const lists = listsOf(body, metadata.metatype);
    const rest = Object.fromEntries(Object.entries(body).filter(([name]) => !lists.some((list) => list.name === name)));
    const problems: string[] = [];
    const checked = await this.checked(rest, metadata, '', problems);
    for (const { name, type, elements } of lists) {
      checked[name] = await this.all(elements, { ...metadata, metatype: type }, `${name}.`, problems);
    }
    if (problems.length > 0) throw invalidRequest(...problems);
    return checked;
  }

  /** Stops after the first objects that are not valid. */
  private async all(elements: readonly Body[], metadata: ArgumentMetadata, path: string, problems: string[]) {
    const all: Body[] = [];
    const before = problems.length;
    for (const [index, element] of elements.entries()) {
      if (index % AT_A_TIME === 0 && problems.length > before) break;
      if (index % AT_A_TIME === AT_A_TIME - 1) await letOthersRun();
      all.push(await this.checked(element, metadata, `${path}${index}.`, problems));
    }
    return all;
  }

  private async checked(body: Body, metadata: ArgumentMetadata, path: string, problems: string[]): Promise<Body> {
    try {
      return (await super.transform(body, metadata)) as Body;
    } catch (error) {
      if (!(error instanceof AppError) || error.messages === undefined) throw error;
      problems.push(...error.messages.map((message) => path + message));
      return body;
    }
  }
}

type Body = Record<string, unknown>;

interface ObjectList {
  readonly name: string;
  readonly type: Type;
  readonly elements: readonly Body[];
}

/** The lists of objects in a body. A property that should be one and is not stays for the rules to refuse. */
function listsOf(body: Body, metatype: Type): ObjectList[] {
  return [...shapeOf(metatype)].flatMap(([name, { elements }]) => {
    const value = body[name];
    return elements !== undefined && Array.isArray(value)
      ? [{ name, type: elements.type, elements: value as Body[] }]
      : [];
  });
}

/** Unknown properties go first: whatever they hold, nobody walks it. */
function knownOf(body: object, metatype: Type): object {
  const read = readByShape(body, metatype);
  if ('problems' in read) throw invalidRequest(...read.problems);
  return read.known;
}

/** A copy in which `null` is `""` where it clears. */
function withNullsCleared(body: object, cleared: readonly (string | symbol)[]): object {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, value === null && cleared.includes(name) ? '' : value]),
  );
}

/** A copy without what counts as not sent; `""` counts in the properties `cleared`. The parser has bounded the depth. */
function sentOf(value: unknown, cleared: readonly (string | symbol)[] = []): unknown {
  if (Array.isArray(value)) return value.map((inner) => sentOf(inner));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, inner]) => inner !== null && (inner !== '' || cleared.includes(name)))
      .map(([name, inner]) => [name, sentOf(inner)]),
  );
}

/** Returns one message a field, each beginning with the field's name. */
export function problemsOf(errors: readonly ValidationError[], parent = ''): string[] {
  return errors.flatMap(({ property, value, constraints, children = [] }) => {
    const path = `${parent}${property}`;
    const own = Object.values(constraints ?? {}).map((message) =>
      value === undefined ? `${path} is required` : `${parent}${message}`,
    );
    return [...own, ...problemsOf(children, `${path}.`)];
  });
}
