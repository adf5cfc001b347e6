import { Module } from '@nestjs/common';
import { GatewayAuthModule } from '../../modules/auth/gateway/gateway-auth.module.js';
import { VaultModule } from '../../modules/customer/vault.module.js';
import { ApiKeyController } from './api-key/api-key.controller.js';
import { TokenController } from './token/token.controller.js';
import { GatewayUserController } from './user/user.controller.js';
import { VaultAddressController } from './vault/vault-address.controller.js';
import { PaymentMethodController } from './vault/payment-method.controller.js';
import { VaultCustomerController } from './vault/vault-customer.controller.js';

@Module({
  imports: [GatewayAuthModule, VaultModule],
  controllers: [
    TokenController,
    ApiKeyController,
    GatewayUserController,
    VaultAddressController,
    VaultCustomerController,
    PaymentMethodController,
  ],
})
export class GatewayModule {}
