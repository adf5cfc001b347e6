import type { VaultCustomer } from './vault-customer.types.js';

/** Stripe wants to know whose bank account it is: the name for bills, else what the merchant calls them. */
export function holderOf({
  addresses,
  defaults,
  customerId,
}: Pick<VaultCustomer, 'addresses' | 'defaults' | 'customerId'>): string {
  const address = addresses.find(({ id }) => id === defaults.billingAddressId);
  const name = `${address?.firstName ?? ''} ${address?.lastName ?? ''}`.trim();
  return name || address?.company || customerId;
}
