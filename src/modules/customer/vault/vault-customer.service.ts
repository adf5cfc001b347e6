import { Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import { VaultCustomerRepository } from './vault-customer.repository.js';
import type { VaultCustomer } from './vault-customer.types.js';

/** Customers of the caller's account (contract gateway 11); another account's are not found. */
@Injectable()
export class VaultCustomerService {
  constructor(private readonly customers: VaultCustomerRepository) {}

  /** Throws AppError `vault_customer_not_found`. */
  async read(caller: GatewayPrincipal, customerId: string): Promise<VaultCustomer> {
    const customer = await atFailpoint('vault.find', () => this.customers.findActive(caller.accountId, customerId));
    if (customer === null) throw new AppError('vault_customer_not_found', 'there is no such customer');
    return customer;
  }
}
