import { Module } from '@nestjs/common';
import { ApiKeyModule } from '../../modules/auth/api-key/api-key.module.js';
import { VaultModule } from '../../modules/customer/vault.module.js';
import { MerchantModule } from '../../modules/merchant/merchant.module.js';
import { PaymentModule } from '../../modules/payment/payment.module.js';
import { GhostAccountController } from './account/account.controller.js';
import { GhostCardController } from './card/card.controller.js';
import { GhostChargeController } from './charge/charge.controller.js';
import { GhostCustomerController } from './customer/customer.controller.js';

@Module({
  imports: [ApiKeyModule, MerchantModule, PaymentModule, VaultModule],
  controllers: [GhostAccountController, GhostCustomerController, GhostCardController, GhostChargeController],
})
export class GhostModule {}
