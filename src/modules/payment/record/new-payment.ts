import type { Price } from '../shopper/offer.types.js';
import type { Payment, PaymentChange } from './payment.types.js';

export interface PaymentRequest {
  readonly paymentId: string;
  readonly deploymentId: string;
  readonly scope: string;
  readonly userId: string;
  readonly cuid: string;
  readonly fingerprint: string;
  readonly customerId: string;
  readonly price: Price;
  readonly payerAddress?: string | undefined;
  readonly now: Date;
  readonly times: { readonly pollFirstMs: number; readonly leaseMs: number };
}

/** The record before anything is asked of Stripe: all that the PaymentIntent will be created with is in it (ruling 15). */
export function newPayment(request: PaymentRequest): Omit<Payment, 'v' | 'w'> {
  const { paymentId, scope, userId, cuid, fingerprint, customerId, price, now, times } = request;
  return {
    _id: paymentId,
    scope,
    userId,
    cuid,
    fingerprint,
    amountMinor: price.amountMinor,
    currency: price.currency,
    customerId,
    description: price.description,
    metadata: metadataOf(request),
    state: 'NEW',
    providerStatus: null,
    nextAction: null,
    paymentMethodId: null,
    createGeneration: 0,
    cancelGeneration: 0,
    cancelRequested: false,
    attempt: null,
    settled: [],
    activeAt: now,
    nextCheckAt: new Date(now.getTime() + times.pollFirstMs),
    backoffMs: times.pollFirstMs,
    leaseUntil: new Date(now.getTime() + times.leaseMs),
    effects: [],
    effectsDueAt: null,
    ...(request.payerAddress === undefined ? {} : { payerAddress: request.payerAddress }),
    createdAt: now,
    finalAt: null,
  };
}

/** Ours last: what the merchant registered can never name another payment. */
function metadataOf({ price, paymentId, deploymentId, scope, userId, cuid, fingerprint }: PaymentRequest) {
  return {
    ...price.metadata,
    payment_id: paymentId,
    deployment_id: deploymentId,
    scope,
    userId,
    cuid,
    fp: fingerprint,
  };
}

/**
 * A payment that Stripe refused to create begins again at a corrected price (ruling 57). Other parameters need another key,
 * which is what the next generation is.
 */
export function reopenedPayment(payment: Payment, request: PaymentRequest): PaymentChange {
  const { amountMinor, currency, customerId, description, metadata, ...fresh } = newPayment(request);
  const { state, activeAt, nextCheckAt, backoffMs, leaseUntil, finalAt } = fresh;
  const parameters = { amountMinor, currency, customerId, description, metadata };
  const createGeneration = payment.createGeneration + 1;
  return { ...parameters, createGeneration, state, activeAt, nextCheckAt, backoffMs, leaseUntil, finalAt };
}
