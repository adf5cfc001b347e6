import { Module } from '@nestjs/common';
import { JwtAuthModule } from '../../modules/auth/jwt/jwt-auth.module.js';
import { BooksModule } from '../../modules/books/books.module.js';
import { PaymentModule } from '../../modules/payment/payment.module.js';
import { OperationsController } from './operations/operations.controller.js';
import { ReconciliationController } from './reconciliation/reconciliation.controller.js';

@Module({
  imports: [JwtAuthModule, PaymentModule, BooksModule],
  controllers: [OperationsController, ReconciliationController],
})
export class OperatorModule {}
