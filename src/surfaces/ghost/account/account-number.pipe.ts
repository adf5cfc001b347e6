import { type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { invalidRequest } from '../../../platform/common/app-error.js';

const NUMBER = /^[1-9]\d*$/;

/** Documents such a number. */
export const ApiAccountNumber = (name: string): MethodDecorator =>
  ApiParam({ name, schema: { type: 'integer', minimum: 1, pattern: NUMBER.source }, example: 1 });

/** A positive integer in the path; anything else is 400 `Invalid id`. Beyond what a number can say it is nobody's. */
export class AccountNumberPipe implements PipeTransform<string, number> {
  transform(value: string): number {
    if (!NUMBER.test(value)) throw invalidRequest('Invalid id');
    return Number(value);
  }
}
