import { Module } from '@nestjs/common';
import { ApiKeyModule } from '../../modules/auth/api-key/api-key.module.js';
import { PersonModule } from '../../modules/customer/person/person.module.js';
import { MerchantModule } from '../../modules/merchant/merchant.module.js';
import { OrderModule } from '../../modules/order/order.module.js';
import { CensusOrderController } from './order/order.controller.js';
import { CensusPaymentMethodController } from './payment-method/payment-method.controller.js';
import { CensusPersonController } from './person/person.controller.js';
import { PersonFinder } from './person/person-finder.service.js';

@Module({
  imports: [ApiKeyModule, MerchantModule, OrderModule, PersonModule],
  controllers: [CensusPersonController, CensusPaymentMethodController, CensusOrderController],
  providers: [PersonFinder],
})
export class CensusModule {}
