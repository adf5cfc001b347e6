import { type ArgumentMetadata, Injectable, type Type, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { invalidRequest } from '../../platform/common/app-error.js';
import { readByShape } from './body-shape.js';
import { clearedByEmpty, clearedByNull } from './empty-clears.js';

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
    return (await super.transform(sentOf(known, clearedByEmpty(prototype)), metadata)) as unknown;
  }
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

function problemsOf(errors: readonly ValidationError[], parent = ''): string[] {
  return errors.flatMap(({ property, value, constraints, children = [] }) => {
    const path = `${parent}${property}`;
    const own = Object.values(constraints ?? {}).map((message) =>
      value === undefined ? `${path} is required` : `${parent}${message}`,
    );
    return [...own, ...problemsOf(children, `${path}.`)];
  });
}
