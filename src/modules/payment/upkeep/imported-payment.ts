import { CUID_PATTERN, derivedId } from '../../../platform/common/id.js';
import type { ProviderPayment } from '../../../platform/stripe/provider.types.js';
import { newPayment } from '../record/new-payment.js';
import { afterAdopting } from '../record/payment-changes.js';
import type { Payment } from '../record/payment.types.js';

/** Whose payment it is. */
export interface Identity {
  readonly paymentId: string;
  readonly scope: string;
  readonly userId: string;
  readonly cuid: string;
  readonly fingerprint: string;
}

/** Names of ours in a PaymentIntent's metadata; the rest came from the checkout. */
const OURS = ['payment_id', 'deployment_id', 'scope', 'userId', 'cuid', 'fp'];

/**
 * Whose payment a PaymentIntent with our deployment id is. Metadata can be edited in Stripe's dashboard, so it counts only
 * if the payment's id follows from it.
 * @returns null when it does not.
 */
export function identityOf({ metadata }: ProviderPayment, deploymentId: string): Identity | null {
  const { payment_id: paymentId = '', scope = '', userId = '', cuid = '', fp: fingerprint = '' } = metadata;
  const consistent =
    /^[0-9a-f]{24}$/.test(userId) &&
    CUID_PATTERN.test(cuid) &&
    scope === `${deploymentId}:storefront:${userId}` &&
    paymentId === derivedId('pay', scope, cuid);
  return consistent ? { paymentId, scope, userId, cuid, fingerprint } : null;
}

/** The record that was lost, as far as Stripe can tell it: attempts before now are not known any more. */
export function importedPayment(
  identity: Identity,
  provider: ProviderPayment,
  deploymentId: string,
  now: Date,
  times: { readonly pollFirstMs: number; readonly leaseMs: number },
): Omit<Payment, 'v' | 'w'> {
  const { amountMinor, currency, description, customerId } = provider;
  const registered = Object.entries(provider.metadata).filter(([name]) => !OURS.includes(name));
  const fresh = newPayment({
    ...identity,
    deploymentId,
    customerId: customerId ?? '',
    price: { amountMinor, currency, description, metadata: Object.fromEntries(registered) },
    now: provider.createdAt,
    times,
  });
  return { ...fresh, activeAt: now, ...afterAdopting(fresh, provider, now) };
}
