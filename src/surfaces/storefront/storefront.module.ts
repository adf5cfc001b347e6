import { Module } from '@nestjs/common';
import { JwtAuthModule } from '../../modules/auth/jwt/jwt-auth.module.js';
import { BooksModule } from '../../modules/books/books.module.js';
import { PaymentModule } from '../../modules/payment/payment.module.js';
import { UserModule } from '../../modules/user/user.module.js';
import { LimitsModule } from '../../platform/limits/limits.module.js';
import { CheckoutController } from './checkout/checkout.controller.js';
import { OperationsController } from './operations/operations.controller.js';
import { PaymentController } from './payment/payment.controller.js';
import { ReconciliationController } from './reconciliation/reconciliation.controller.js';
import { SessionController } from './user/session.controller.js';
import { UserController } from './user/user.controller.js';

@Module({
  imports: [JwtAuthModule, UserModule, PaymentModule, BooksModule, LimitsModule],
  controllers: [
    SessionController,
    UserController,
    PaymentController,
    CheckoutController,
    OperationsController,
    ReconciliationController,
  ],
})
export class StorefrontModule {}
