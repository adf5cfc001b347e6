import type { Price } from '../shopper/offer.types.js';
import { type PaymentOwner, paymentIdOf } from './payment-owner.js';
import type { Payment, PaymentChange } from './payment.types.js';

export interface PaymentRequest {
  readonly deploymentId: string;
  readonly owner: PaymentOwner;
  /** Names the payment among the owner's. */
  readonly key: string;
  readonly fingerprint: string;
  readonly customerId: string;
  readonly price: Price;
  readonly payerAddress?: string | undefined;
  readonly now: Date;
  readonly times: { readonly pollFirstMs: number; readonly leaseMs: number };
}

/** The record before anything is asked of Stripe: all that the PaymentIntent will be created with is in it (ruling 15). */
export function newPayment(request: PaymentRequest): Omit<Payment, 'v' | 'w'> {
  const { deploymentId, owner, key, fingerprint, customerId, price, now, times } = request;
  const { scope, paymentId } = paymentIdOf(deploymentId, owner, key);
  return {
    _id: paymentId,
    scope,
    ...(owner.surface === 'storefront' ? { userId: owner.userId } : {}),
    cuid: key,
    fingerprint,
    amountMinor: price.amountMinor,
    currency: price.currency,
    customerId,
    description: price.description,
    metadata: { ...price.metadata, ...identityMetadata(request) },
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

/**
 * Stands last in the metadata: what the merchant registered can never name another payment. The storefront's names are those
 * of release 0.1.0, byte for byte: Stripe compares parameters under a key.
 */
function identityMetadata({ deploymentId, owner, key, fingerprint }: PaymentRequest): Record<string, string> {
  const { scope, paymentId } = paymentIdOf(deploymentId, owner, key);
  const whose: Record<string, string> = owner.surface === 'storefront' ? { userId: owner.userId, cuid: key } : { key };
  return { payment_id: paymentId, deployment_id: deploymentId, scope, ...whose, fp: fingerprint };
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
