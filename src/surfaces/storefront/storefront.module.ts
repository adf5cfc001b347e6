import { Module } from '@nestjs/common';
import { JwtAuthModule } from '../../modules/auth/jwt/jwt-auth.module.js';
import { PaymentModule } from '../../modules/payment/payment.module.js';
import { UserModule } from '../../modules/user/user.module.js';
import { LimitsModule } from '../../platform/limits/limits.module.js';
import { CheckoutController } from './checkout/checkout.controller.js';
import { PaymentController } from './payment/payment.controller.js';
import { SessionController } from './user/session.controller.js';
import { UserController } from './user/user.controller.js';

@Module({
  imports: [JwtAuthModule, UserModule, PaymentModule, LimitsModule],
  controllers: [SessionController, UserController, PaymentController, CheckoutController],
})
export class StorefrontModule {}
