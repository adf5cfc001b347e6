import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { OperationsModule } from '../../platform/operations/operations.module.js';
import { PersonModule } from '../customer/person/person.module.js';
import { VaultModule } from '../customer/vault.module.js';
import { MerchantModule } from '../merchant/merchant.module.js';
import { PaymentModule } from '../payment/payment.module.js';
import { CreateOrderService } from './create-order.service.js';
import { OrderBook } from './order-book.service.js';
import { OrderCharger } from './order-charger.service.js';
import { OrderKeyRepository } from './order-key.repository.js';
import { OrderKeys } from './order-keys.service.js';
import { OrderNews } from './order-news.service.js';
import { OrderPayments } from './order-payments.service.js';
import { OrderResolver } from './order-resolver.js';
import { OrderTotals } from './order-totals.service.js';
import { OrderRepository } from './order.repository.js';
import { ORDER_KEY_MODEL, ORDER_MODEL, orderKeySchema, orderSchema } from './order.schema.js';

/** Orders of persons, each paid by one payment. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: ORDER_MODEL, schema: orderSchema },
      { name: ORDER_KEY_MODEL, schema: orderKeySchema },
    ]),
    MerchantModule,
    OperationsModule,
    PaymentModule,
    PersonModule,
    VaultModule,
  ],
  providers: [
    CreateOrderService,
    OrderBook,
    OrderCharger,
    OrderKeyRepository,
    OrderKeys,
    OrderNews,
    OrderPayments,
    OrderRepository,
    OrderResolver,
    OrderTotals,
  ],
  exports: [CreateOrderService, OrderTotals],
})
export class OrderModule {}
