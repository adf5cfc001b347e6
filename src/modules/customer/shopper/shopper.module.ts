import { Module } from '@nestjs/common';
import { StripeModule } from '../../../platform/stripe/stripe.module.js';
import { MerchantModule } from '../../merchant/merchant.module.js';
import { UserModule } from '../../user/user.module.js';
import { ContactMirror } from './contact-mirror.service.js';
import { CustomerClaim } from './customer-claim.service.js';
import { ShopperCustomerService } from './shopper-customer.service.js';

@Module({
  imports: [MerchantModule, UserModule, StripeModule],
  providers: [ContactMirror, CustomerClaim, ShopperCustomerService],
  exports: [ContactMirror, CustomerClaim, ShopperCustomerService],
})
export class ShopperModule {}
