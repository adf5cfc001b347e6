import { type ArgumentMetadata, Injectable, type Type, ValidationPipe } from '@nestjs/common';
import { invalidRequest } from '../../platform/common/app-error.js';
import { readByShape } from './body-shape.js';

/**
 * Takes only what the DTO names, converts nothing by itself, and lists every problem.
 * Nest's own pipe takes a missing body for `{}`; here a body is an object or the request is refused.
 * Throws AppError `validation_failed` with the messages.
 */
@Injectable()
export class StrictBodyPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      transform: true,
      validationError: { target: false, value: false },
      exceptionFactory: (errors) => invalidRequest(...this.flattenValidationErrors(errors)),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type, metatype } = metadata;
    if ((type !== 'body' && type !== 'query') || metatype === undefined || !this.toValidate(metadata))
      return (await super.transform(value, metadata)) as unknown;
    return (await super.transform(knownOnly(value, metatype), metadata)) as unknown;
  }
}

/** class-transformer drops names that every object has (`toString`) without a word; here the client is told of each. */
function knownOnly(value: unknown, metatype: Type): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidRequest('body must be an object');
  const read = readByShape(value, metatype);
  if ('problems' in read) throw invalidRequest(...read.problems);
  const { known, unknown } = read;
  if (unknown.length > 0) throw invalidRequest(...unknown.map((name) => `property ${name} should not exist`));
  return known;
}
