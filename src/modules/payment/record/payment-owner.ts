import { CUID_PATTERN, derivedId } from '../../../platform/common/id.js';

/** Surfaces and engines that payments come from, beside the storefront; each payment is of one account of the deployment. */
const ACCOUNT_SURFACES = ['gateway', 'ghost', 'census', 'billing', 'invoice'] as const;

/**
 * Whose payment it is: a storefront user's, or an account's through one of its surfaces or engines. The scope says it, and
 * nothing else is stored of it: the scope follows from the owner and the owner from the scope.
 */
export type PaymentOwner =
  | { readonly surface: 'storefront'; readonly userId: string }
  | { readonly surface: (typeof ACCOUNT_SURFACES)[number]; readonly accountId: string };

/** The form of users' ids, and of accounts': no colon, so that a scope is read in one way only. */
const USER_ID = /^[0-9a-f]{24}$/;
const ACCOUNT_ID = /^[\w-]{1,64}$/;
/** Keys of accounts' payments, such as `<subscription>:<number>:<generation>`. */
const ACCOUNT_KEY = /^[\w:.-]{1,200}$/;

/**
 * The deployment's payments of one owner. `<deployment>:storefront:<userId>` stays byte for byte what it is: another scope
 * would be another payment id, and another payment id another charge.
 */
export function scopeOf(deploymentId: string, owner: PaymentOwner): string {
  const whose = owner.surface === 'storefront' ? owner.userId : owner.accountId;
  return `${deploymentId}:${owner.surface}:${whose}`;
}

/** Throws for a scope that no release has written. */
export function ownerOf({ scope }: { readonly scope: string }): PaymentOwner {
  const owner = ownerIn(scope, scope.slice(0, scope.indexOf(':')));
  if (owner === null) throw new Error(`no owner has the scope ${scope}`);
  return owner;
}

/** Returns the owner that a scope of this deployment names, or null when it names none. */
export function ownerIn(scope: string, deploymentId: string): PaymentOwner | null {
  const prefix = `${deploymentId}:`;
  if (!scope.startsWith(prefix)) return null;
  const [name = '', whose = '', ...more] = scope.slice(prefix.length).split(':');
  if (more.length > 0) return null;
  if (name === 'storefront') return USER_ID.test(whose) ? { surface: name, userId: whose } : null;
  const surface = ACCOUNT_SURFACES.find((one) => one === name);
  return surface !== undefined && ACCOUNT_ID.test(whose) ? { surface, accountId: whose } : null;
}

/** Returns whether an owner of this kind can have a payment under this key: a storefront user's key is the client's cuid. */
export function isKeyOf(owner: PaymentOwner, key: string): boolean {
  return (owner.surface === 'storefront' ? CUID_PATTERN : ACCOUNT_KEY).test(key);
}

/** Derives the payment's id from its owner and key: the same for ever, so that a payment is found without a search. */
export function paymentIdOf(
  deploymentId: string,
  owner: PaymentOwner,
  key: string,
): { readonly scope: string; readonly paymentId: string } {
  const scope = scopeOf(deploymentId, owner);
  return { scope, paymentId: derivedId('pay', scope, key) };
}

/**
 * Whose declines count together: a storefront user's, or those of one Customer of an account.
 */
export function payerIdOf(payment: { readonly scope: string; readonly customerId: string }): string {
  const owner = ownerOf(payment);
  return owner.surface === 'storefront' ? owner.userId : `${owner.surface}:${owner.accountId}:${payment.customerId}`;
}

/**
 * Names a card or bank account towards its account: two accounts may charge the same one, and the declines of one of them are not
 * the other's. Undefined where there is nothing to count by.
 */
export function instrumentIdOf(payment: {
  readonly scope: string;
  readonly terms?: { readonly instrument: string };
}): string | undefined {
  const owner = ownerOf(payment);
  const instrument = payment.terms?.instrument ?? '';
  return owner.surface === 'storefront' || instrument === '' ? undefined : `${owner.accountId}:${instrument}`;
}

/** The storefront user whose payment it is, who can be deleted; null for an account's. */
export function shopperOf(payment: { readonly scope: string }): string | null {
  const owner = ownerOf(payment);
  return owner.surface === 'storefront' ? owner.userId : null;
}

/** Returns the storefront user whose payment it is, where no other can come. */
export function requireShopperOf(payment: { readonly scope: string }): string {
  const userId = shopperOf(payment);
  if (userId === null) throw new Error(`${payment.scope} is no storefront user's`);
  return userId;
}
