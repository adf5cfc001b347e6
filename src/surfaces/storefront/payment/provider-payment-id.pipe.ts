import { Injectable, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { invalidRequest } from '../../../platform/common/app-error.js';

const PROVIDER_PAYMENT_ID = /^pi_[A-Za-z0-9]+$/;
const MAX_LENGTH = 255;

/** The form for documentation. */
export const PROVIDER_PAYMENT_ID_FORM = { pattern: PROVIDER_PAYMENT_ID.source, maxLength: MAX_LENGTH } as const;

/** Documents such an id. */
export const ApiProviderPaymentId = (): MethodDecorator =>
  ApiParam({
    name: 'id',
    schema: { type: 'string', ...PROVIDER_PAYMENT_ID_FORM },
    example: 'pi_1H7jg1CZ6F7J6I8jW2Q2c2jG',
  });

/** `pi_…` in the path; anything else is 400 before anybody is asked. */
@Injectable()
export class ProviderPaymentIdPipe implements PipeTransform<unknown, string> {
  transform(value: unknown): string {
    return providerPaymentId('id', value);
  }
}

/** The same of the payment that a page of the list goes on behind; null where it begins. */
@Injectable()
export class StartingAfterPipe implements PipeTransform<unknown, string | null> {
  transform(value: unknown): string | null {
    return value === undefined ? null : providerPaymentId('starting_after', value);
  }
}

function providerPaymentId(field: string, value: unknown): string {
  if (typeof value === 'string' && value.length <= MAX_LENGTH && PROVIDER_PAYMENT_ID.test(value)) return value;
  throw invalidRequest(`${field} must look like pi_…`);
}
