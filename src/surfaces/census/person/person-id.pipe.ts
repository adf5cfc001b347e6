import { type PipeTransform } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { QUALIFIED_ID } from '../../../modules/customer/person/person.types.js';
import { AppError } from '../../../platform/common/app-error.js';

/** Documents the person of a query. */
export const ApiPersonId = (required: boolean): MethodDecorator =>
  ApiQuery({
    name: 'person_id',
    required,
    schema: { type: 'string', pattern: QUALIFIED_ID.source },
    example: '42@census',
  });

/** A qualified identifier in a query. Missing, twice or of another form it is nobody's: 422 `{}`. */
export class PersonIdPipe implements PipeTransform<unknown, string> {
  transform(value: unknown): string {
    if (typeof value !== 'string' || !QUALIFIED_ID.test(value))
      throw new AppError('validation_failed', 'person_id names nobody');
    return value;
  }
}
