import type { CustomerRef } from '../../../modules/customer/record/vault-caller.js';
import type { VaultCustomer } from '../../../modules/customer/record/vault-customer.types.js';
import type { GhostCustomer } from './customer.dto.js';

/** An id of a customer here is that of the record, because the merchant's own ids may have any form. */
export const toCustomerRef = (id: string): CustomerRef => ({ recordId: id });

export function toGhostCustomer(customer: VaultCustomer): GhostCustomer {
  return {
    id: `customer_${customer._id}`,
    email: customer.email || null,
    description: customer.description || null,
    defaultCardId: toDefaultCardId(customer),
    createdAt: customer.createdAt.toISOString(),
    updatedAt: customer.updatedAt.toISOString(),
  };
}

/** This language has no bank accounts: one that is the default is no default card. */
function toDefaultCardId({ defaults }: VaultCustomer): string | null {
  return defaults.methodId !== null && defaults.methodType === 'card' ? `card_${defaults.methodId}` : null;
}
