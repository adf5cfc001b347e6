import { Injectable } from '@nestjs/common';
import type { CustomerRef, VaultCaller } from './record/vault-caller.js';
import type { VaultCustomer } from './record/vault-customer.types.js';
import { VaultCustomerService } from './vault-customer.service.js';
import { VaultRemoval } from './work/vault-removal.js';

/** `DELETE /api/vault/{customer id}` (contract gateway 11.5). */
@Injectable()
export class DeleteVaultCustomerService {
  constructor(
    private readonly customers: VaultCustomerService,
    private readonly removal: VaultRemoval,
  ) {}

  /**
   * Gone here for good once it answers, and at Stripe as soon as Stripe does: the intent is stored, the resolver repeats.
   * @returns the record, in which nothing of its payment methods is left.
   * @throws AppError vault_customer_not_found.
   */
  async delete(caller: VaultCaller, customer: CustomerRef): Promise<VaultCustomer> {
    const { _id: id } = await this.customers.read(caller, customer);
    return this.removal.remove(id);
  }
}
