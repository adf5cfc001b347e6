import type { ProviderContact } from '../../../platform/stripe/provider.types.js';
import { isDeepStrictEqual } from 'node:util';
import type { VaultCustomer, VaultCustomerChange } from './vault-customer.types.js';
import { freshWork, type PendingPart, withWork } from './pending-work.js';
import type { ContactWork } from './pending-work.types.js';

/** Stripe takes no longer one. */
const LONGEST_NAME = 256;

/** Returns name and e-mail for the Customer at Stripe: those of the default billing address, but the customer's own e-mail first. */
export function contactOf({
  addresses,
  defaults,
  email,
}: Pick<VaultCustomer, 'addresses' | 'defaults' | 'email'>): ProviderContact {
  const address = addresses.find(({ id }) => id === defaults.billingAddressId);
  const name = `${address?.firstName ?? ''} ${address?.lastName ?? ''}`.trim() || (address?.company ?? '');
  return { name: name.slice(0, LONGEST_NAME), email: email || (address?.email ?? '') };
}

/** Returns whether the contact is empty, so that a new Customer needs no update. */
export function isEmptyContact({ name, email }: ProviderContact): boolean {
  return name === '' && email === '';
}

/**
 * Returns the pending work with this contact to be sent at once, in place of an earlier one; nothing while there is no
 * Customer.
 */
export function withContact(
  record: VaultCustomer,
  contact: ProviderContact,
  { id, now }: { id: string; now: Date },
): Partial<PendingPart> {
  const { providerCustomerId, pending } = record;
  if (providerCustomerId === null) return {};
  const rest = pending.filter(({ kind }) => kind !== 'contact');
  const work: ContactWork = {
    kind: 'contact',
    id,
    providerCustomerId,
    contact,
    ...freshWork(now, 0),
    leaseUntil: null,
  };
  return withWork({ ...record, pending: rest }, work);
}

/** Returns the work of sending the contact to Stripe when the change alters it. */
export function withOtherContact(
  seen: VaultCustomer,
  change: VaultCustomerChange,
  drawn: { id: string; now: Date },
): Partial<PendingPart> {
  const next = { ...seen, ...change };
  const contact = contactOf(next);
  return isDeepStrictEqual(contact, contactOf(seen)) ? {} : withContact(next, contact, drawn);
}
