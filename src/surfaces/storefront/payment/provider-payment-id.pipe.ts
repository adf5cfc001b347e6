import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
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

/** `pi_…` in the path or the query; anything else is 400 before anybody is asked. */
@Injectable()
export class ProviderPaymentIdPipe implements PipeTransform<unknown, string> {
  transform(value: unknown, { data }: ArgumentMetadata): string {
    if (typeof value === 'string' && value.length <= MAX_LENGTH && PROVIDER_PAYMENT_ID.test(value)) return value;
    throw invalidRequest(`${data ?? 'id'} must look like pi_…`);
  }
}
