import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { VaultAddressService } from '../address/vault-address.service.js';
import { CreateVaultCustomerService } from './create-vault-customer.service.js';
import { VaultCustomerRepository } from './vault-customer.repository.js';
import { UpdateVaultCustomerService } from './update-vault-customer.service.js';
import { VAULT_CUSTOMER_MODEL, vaultCustomerSchema } from './vault-customer.schema.js';
import { VaultCustomerService } from './vault-customer.service.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: VAULT_CUSTOMER_MODEL, schema: vaultCustomerSchema }])],
  providers: [
    CreateVaultCustomerService,
    UpdateVaultCustomerService,
    VaultAddressService,
    VaultCustomerRepository,
    VaultCustomerService,
  ],
  exports: [CreateVaultCustomerService, UpdateVaultCustomerService, VaultAddressService, VaultCustomerService],
})
export class VaultModule {}
