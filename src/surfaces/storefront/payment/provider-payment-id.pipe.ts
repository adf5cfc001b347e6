import { Injectable, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { invalidRequest } from '../../../platform/common/app-error.js';

const PROVIDER_PAYMENT_ID = /^pi_[A-Za-z0-9]+$/;
const MAX_LENGTH = 255;

/** Documents such an id. */
export const ApiProviderPaymentId = (): MethodDecorator =>
  ApiParam({
    name: 'id',
    schema: { type: 'string', pattern: PROVIDER_PAYMENT_ID.source, maxLength: MAX_LENGTH },
    example: 'pi_1H7jg1CZ6F7J6I8jW2Q2c2jG',
  });

/** `pi_…` in the path; anything else is 400 before anybody is asked. */
@Injectable()
export class ProviderPaymentIdPipe implements PipeTransform<unknown, string> {
  transform(value: unknown): string {
    return providerPaymentId('id', value);
  }
}

/** Throws AppError `validation_failed` that names the field. */
export function providerPaymentId(field: string, value: unknown): string {
  if (typeof value === 'string' && value.length <= MAX_LENGTH && PROVIDER_PAYMENT_ID.test(value)) return value;
  throw invalidRequest(`${field} must look like pi_…`);
}
