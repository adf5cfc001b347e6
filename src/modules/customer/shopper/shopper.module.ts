import { Module } from '@nestjs/common';
import { StripeModule } from '../../../platform/stripe/stripe.module.js';
import { MerchantModule } from '../../merchant/merchant.module.js';
import { UserModule } from '../../user/user.module.js';
import { ShopperCustomerService } from './shopper-customer.service.js';

@Module({
  imports: [MerchantModule, UserModule, StripeModule],
  providers: [ShopperCustomerService],
  exports: [ShopperCustomerService],
})
export class ShopperModule {}
