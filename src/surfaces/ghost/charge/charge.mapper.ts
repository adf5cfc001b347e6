import { createHash, randomUUID } from 'node:crypto';
import { declineOf } from '../../../modules/payment/charge/charge-outcome.js';
import {
  type CardOnFileOrder,
  VAULT_CUSTOMER,
  VAULT_METHOD,
} from '../../../modules/payment/charge/card-on-file.service.js';
import type { Charged, ChargeOutcome } from '../../../modules/payment/charge/charge.types.js';
import { AppError } from '../../../platform/common/app-error.js';
import { idempotencyKeyOf } from '../../shared/idempotency-key.js';
import { toCustomerRef } from '../customer/customer.mapper.js';
import { withoutPrefix } from '../prefixed-id.js';
import type { GhostCharge, GhostChargeStatus, NewGhostCharge } from './charge.dto.js';

/** Without a key each request is a charge of its own, which nobody can ask about again. */
export function toOrder(body: NewGhostCharge, header: string | undefined): CardOnFileOrder {
  const idempotencyKey = idempotencyKeyOf(header);
  return {
    key: idempotencyKey === null ? `once:${randomUUID()}` : `key:${digestOf(idempotencyKey)}`,
    isRepeatable: idempotencyKey !== null,
    customer: toCustomerRef(withoutPrefix('customer', body.customerId)),
    cardId: body.cardId === undefined ? null : withoutPrefix('card', body.cardId),
    amountMinor: body.amount,
    description: body.description ?? null,
    ...(body.currency === undefined ? {} : { currency: body.currency }),
  };
}

/** Turns a key of any characters into the form that keys of payments have. */
function digestOf(idempotencyKey: string): string {
  return createHash('sha256').update(idempotencyKey).digest('hex');
}

/** Throws AppError card_declined (402) and payment_rejected (400): Stripe has said that the card was not charged. */
export function toGhostCharge({ payment, outcome }: Charged): GhostCharge {
  refuseUncharged({ payment, outcome });
  const { metadata } = payment;
  return {
    id: `charge_${payment._id}`,
    amount: payment.amountMinor,
    currency: payment.currency,
    cardId: `card_${metadata[VAULT_METHOD] ?? ''}`,
    customerId: `customer_${metadata[VAULT_CUSTOMER] ?? ''}`,
    description: payment.description,
    status: STATUS[outcome],
    createdAt: payment.createdAt.toISOString(),
  };
}

function refuseUncharged({ payment, outcome }: Charged): void {
  if (outcome === 'declined') {
    const decline = declineOf(payment);
    throw new AppError('card_declined', decline?.message ?? 'Your card was declined.', { reason: decline?.reason });
  }
  if (outcome === 'rejected') throw new AppError('payment_rejected', 'The payment provider did not accept this charge');
}

/** `failed`: nobody knew the outcome until the PaymentIntent was canceled, or the charge ended some other way. */
const STATUS: Readonly<Record<ChargeOutcome, GhostChargeStatus>> = {
  succeeded: 'succeeded',
  authorized: 'pending',
  pending: 'pending',
  canceling: 'pending',
  declined: 'failed',
  failed: 'failed',
  rejected: 'failed',
  canceled: 'failed',
};
