import { type PipeTransform } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';

export const NUMBER = /^[1-9]\d{0,14}$/;

/** A payment method's number in the path; any other text is nobody's: 404 (contract census 5). */
export class NumberPipe implements PipeTransform<string, number> {
  transform(value: string): number {
    if (!NUMBER.test(value)) throw new AppError('payment_method_not_found', 'there is no such payment method');
    return Number(value);
  }
}
