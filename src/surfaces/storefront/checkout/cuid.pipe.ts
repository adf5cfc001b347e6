import { Injectable, type PipeTransform } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { CUID_PATTERN } from '../../../platform/common/id.js';

@Injectable()
export class CuidPipe implements PipeTransform<unknown, string> {
  transform(value: unknown): string {
    if (typeof value === 'string' && CUID_PATTERN.test(value)) return value;
    throw new AppError('validation_failed', 'The request is not valid', {
      messages: ['cuid must be a CUID: c and 24 lower-case letters or digits'],
    });
  }
}
