import { type ArgumentMetadata, Injectable, ValidationPipe } from '@nestjs/common';
import { invalidRequest } from '../../platform/common/app-error.js';

/** class-transformer drops these without a word; a client that sends one gets told instead. */
const RESERVED_PROPERTIES = ['__proto__', 'constructor', 'prototype'];

/**
 * Only what the DTO names, nothing converted by itself, every problem listed.
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
    if (metadata.type === 'body') this.refuseOddBody(value);
    return (await super.transform(value, metadata)) as unknown;
  }

  private refuseOddBody(body: unknown): void {
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      throw invalidRequest('body must be an object');
    const reserved = RESERVED_PROPERTIES.filter((name) => Object.hasOwn(body, name));
    if (reserved.length > 0) throw invalidRequest(...reserved.map((name) => `property ${name} should not exist`));
  }
}
