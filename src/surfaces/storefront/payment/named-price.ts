import type { OpenAPIObject } from '@nestjs/swagger';
import type { ClientPrice } from '../../../modules/payment/shopper/offer.types.js';
import { invalidRequest } from '../../../platform/common/app-error.js';
import type { CreatePayment } from './payment.dto.js';

const FIELDS = ['amount', 'currency'] as const;

/**
 * Price that the payer names. Where the deployment does not let them, the fields are unknown properties as any other (contract
 * A3).
 * @throws AppError validation_failed (400).
 */
export function namedPrice(body: CreatePayment, allowed: boolean): ClientPrice | null {
  const sent = FIELDS.filter((field) => body[field] !== undefined);
  if (!allowed && sent.length > 0) throw invalidRequest(...sent.map((field) => `property ${field} should not exist`));
  const { amount, currency } = body;
  if (amount === undefined && currency === undefined) return null;
  if (amount === undefined || currency === undefined) throw invalidRequest('amount and currency come together');
  return { amountMinor: amount, currency };
}

/** The document says what is accepted: without the setting there are no such fields. */
export function hideNamedPrice(document: OpenAPIObject): void {
  const schema = document.components?.schemas?.['CreatePayment'];
  if (schema === undefined || !('properties' in schema)) return;
  for (const field of FIELDS) delete schema.properties?.[field];
}
