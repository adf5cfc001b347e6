import { Injectable, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { invalidRequest } from '../../../platform/common/app-error.js';
import { CUID_PATTERN } from '../../../platform/common/id.js';

/** Documents a cuid in the path. */
export const ApiCuid = (): MethodDecorator =>
  ApiParam({
    name: 'cuid',
    schema: { type: 'string', pattern: CUID_PATTERN.source },
    example: 'cjld2cjxh0000qzrmn831i7rn',
  });

@Injectable()
export class CuidPipe implements PipeTransform<unknown, string> {
  transform(value: unknown): string {
    if (typeof value === 'string' && CUID_PATTERN.test(value)) return value;
    throw invalidRequest('cuid must be a CUID: c and 24 lower-case letters or digits');
  }
}
