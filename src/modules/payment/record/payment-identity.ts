import { derivedId } from '../../../platform/common/id.js';

/** Who pays under which name: the same for one user and cuid for ever, so that a payment is found without a search. */
export function paymentIdOf(
  deploymentId: string,
  userId: string,
  cuid: string,
): { readonly scope: string; readonly paymentId: string } {
  const scope = `${deploymentId}:storefront:${userId}`;
  return { scope, paymentId: derivedId('pay', scope, cuid) };
}

/** Of a user of the storefront, who can be deleted. */
export function isOfStorefront({ scope }: { readonly scope: string }): boolean {
  return /^[^:]+:storefront:/.test(scope);
}
