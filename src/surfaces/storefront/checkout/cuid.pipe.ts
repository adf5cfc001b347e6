import { Injectable, type PipeTransform } from '@nestjs/common';
import { invalidRequest } from '../../../platform/common/app-error.js';
import { CUID_PATTERN } from '../../../platform/common/id.js';

@Injectable()
export class CuidPipe implements PipeTransform<unknown, string> {
  transform(value: unknown): string {
    if (typeof value === 'string' && CUID_PATTERN.test(value)) return value;
    throw invalidRequest('cuid must be a CUID: c and 24 lower-case letters or digits');
  }
}
