import type { ProviderContact } from '../../../platform/stripe/provider.types.js';
import type { VaultCustomer } from './vault-customer.types.js';
import { freshWork, type PendingPart, withWork } from './pending-work.js';
import type { ContactWork } from './pending-work.types.js';

/** Stripe takes no longer one. */
const LONGEST_NAME = 256;

/** What the Customer is called at Stripe: as the address for bills says. */
export function contactOf({ addresses, defaults }: Pick<VaultCustomer, 'addresses' | 'defaults'>): ProviderContact {
  const address = addresses.find(({ id }) => id === defaults.billingAddressId);
  const name = `${address?.firstName ?? ''} ${address?.lastName ?? ''}`.trim() || (address?.company ?? '');
  return { name: name.slice(0, LONGEST_NAME), email: address?.email ?? '' };
}

/** Whether there is nothing to be told of a Customer that Stripe knows nothing of. */
export function isEmptyContact({ name, email }: ProviderContact): boolean {
  return name === '' && email === '';
}

/** With the contact to be sent, at once, instead of an earlier one; without a Customer there is nobody to send it of. */
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
