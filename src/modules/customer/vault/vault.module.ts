import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { CreateVaultCustomerService } from './create-vault-customer.service.js';
import { VaultCustomerRepository } from './vault-customer.repository.js';
import { VAULT_CUSTOMER_MODEL, vaultCustomerSchema } from './vault-customer.schema.js';
import { VaultCustomerService } from './vault-customer.service.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: VAULT_CUSTOMER_MODEL, schema: vaultCustomerSchema }])],
  providers: [CreateVaultCustomerService, VaultCustomerRepository, VaultCustomerService],
  exports: [CreateVaultCustomerService, VaultCustomerService],
})
export class VaultModule {}
