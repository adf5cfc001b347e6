import { applyDecorators, Injectable, type PipeTransform } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { invalidRequest } from '../../../platform/common/app-error.js';
import type { PaymentPage } from '../../../modules/payment/shopper/payment.service.js';
import type { PaymentView } from '../../../modules/payment/record/payment-view.js';
import { providerPaymentId } from './provider-payment-id.pipe.js';

/**
 * Pages of the list of payments: an addition, which nobody has to know. Each parameter is read by itself, for what else stands in a
 * query is ignored as it always was.
 */
const MOST = 100;

/** Documents the parameters and the header. */
export const ApiPaymentPage = (): MethodDecorator =>
  applyDecorators(
    ApiQuery({
      name: 'limit',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: MOST },
      description: 'Number of payments of a page. Without it a page has up to 1000.',
    }),
    ApiQuery({
      name: 'starting_after',
      required: false,
      schema: { type: 'string', pattern: '^pi_[A-Za-z0-9]+$', maxLength: 255 },
      description: 'The payment that the page goes on behind: the last one of the page before.',
    }),
  );

@Injectable()
export class LimitPipe implements PipeTransform<unknown, number | null> {
  transform(value: unknown): number | null {
    if (value === undefined) return null;
    if (typeof value === 'string' && /^[1-9]\d{0,2}$/.test(value) && Number(value) <= MOST) return Number(value);
    throw invalidRequest(`limit must be a whole number from 1 to ${MOST}`);
  }
}

@Injectable()
export class StartingAfterPipe implements PipeTransform<unknown, string | null> {
  transform(value: unknown): string | null {
    return value === undefined ? null : providerPaymentId('starting_after', value);
  }
}

/** Returns the `Link` header (RFC 8288) to what comes behind a page. */
export function linkBehind({ limit }: Pick<PaymentPage, 'limit'>, last: Pick<PaymentView, 'id'>): string {
  const query = new URLSearchParams({ ...(limit === null ? {} : { limit: String(limit) }), starting_after: last.id });
  return `</payment?${query.toString()}>; rel="next"`;
}
