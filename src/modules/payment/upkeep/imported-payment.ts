import type { ProviderPayment } from '../../../platform/stripe/provider.types.js';
import { newPayment } from '../record/new-payment.js';
import { afterAdopting } from '../record/payment-changes.js';
import { isKeyOf, ownerIn, type PaymentOwner, paymentIdOf } from '../record/payment-owner.js';
import type { NamedIntent } from '../record/payment.repository.js';
import type { Payment } from '../record/payment.types.js';

/** Whose payment it is. */
export interface Identity {
  readonly paymentId: string;
  readonly owner: PaymentOwner;
  readonly key: string;
  readonly fingerprint: string;
}

/** Names of ours in a PaymentIntent's metadata; the rest came from the offer. */
const OURS = ['payment_id', 'deployment_id', 'scope', 'userId', 'cuid', 'key', 'fp'];

/**
 * Whose payment a PaymentIntent with our deployment id is. Metadata can be edited in Stripe's dashboard, so it counts only
 * if the payment's id follows from it.
 * @returns null when it does not.
 */
export function identityOf({ metadata }: ProviderPayment, deploymentId: string): Identity | null {
  const owner = ownerIn(metadata['scope'] ?? '', deploymentId);
  if (owner === null) return null;
  const { payment_id: paymentId = '', userId, cuid, key, fp: fingerprint = '' } = metadata;
  const named = owner.surface === 'storefront' ? cuid : key;
  const isConsistent =
    named !== undefined &&
    isKeyOf(owner, named) &&
    (owner.surface !== 'storefront' || userId === owner.userId) &&
    paymentId === paymentIdOf(deploymentId, owner, named).paymentId;
  return isConsistent ? { paymentId, owner, key: named, fingerprint } : null;
}

/** Returns which payment a PaymentIntent says it is of, for a look-up. */
export const namedIntentOf = (provider: ProviderPayment, deploymentId: string): NamedIntent => ({
  id: provider.id,
  paymentId: identityOf(provider, deploymentId)?.paymentId ?? null,
});

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
  const { owner, key, fingerprint } = identity;
  const fresh = newPayment({
    owner,
    key,
    fingerprint,
    deploymentId,
    customerId: customerId ?? '',
    price: { amountMinor, currency, description, metadata: Object.fromEntries(registered) },
    now: provider.createdAt,
    times,
  });
  return { ...fresh, activeAt: now, ...afterAdopting(fresh, provider, now) };
}
