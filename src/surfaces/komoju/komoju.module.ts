import { Module } from '@nestjs/common';
import { ApiKeyModule } from '../../modules/auth/api-key/api-key.module.js';
import { VaultModule } from '../../modules/customer/vault.module.js';
import { KomojuCustomerController } from './customer/customer.controller.js';

@Module({ imports: [ApiKeyModule, VaultModule], controllers: [KomojuCustomerController] })
export class KomojuModule {}
