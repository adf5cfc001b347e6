import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { OperationsModule } from '../../platform/operations/operations.module.js';
import { StripeModule } from '../../platform/stripe/stripe.module.js';
import { MerchantModule } from '../merchant/merchant.module.js';
import { PaymentModule } from '../payment/payment.module.js';
import { TransactionModule } from '../transaction/transaction.module.js';
import { DailyReconciliation } from './daily-reconciliation.js';
import { ReconcileRunRepository } from './reconcile-run.repository.js';
import { RECONCILE_RUN_MODEL, reconcileRunSchema } from './reconcile-run.schema.js';
import { Reconciler } from './reconciler.service.js';
import { ReconciliationService } from './reconciliation.service.js';
import { RepairService } from './repair.service.js';
import { ReportTurn } from './report-turn.js';
import { StripeSideReader } from './stripe-side.js';
import { TransactionRows } from './transaction-rows.js';

/** Compares Stripe's account with our records, and repairs ours. */
@Module({
  imports: [
    MongooseModule.forFeature([{ name: RECONCILE_RUN_MODEL, schema: reconcileRunSchema }]),
    MerchantModule,
    OperationsModule,
    PaymentModule,
    StripeModule,
    TransactionModule,
  ],
  providers: [
    DailyReconciliation,
    ReconcileRunRepository,
    Reconciler,
    ReconciliationService,
    RepairService,
    ReportTurn,
    StripeSideReader,
    TransactionRows,
  ],
  exports: [ReconciliationService],
})
export class BooksModule {}
