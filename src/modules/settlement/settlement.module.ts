import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { OperationsModule } from '../../platform/operations/operations.module.js';
import { StripeModule } from '../../platform/stripe/stripe.module.js';
import { WebhookModule } from '../../platform/stripe/webhook/webhook.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { PaymentModule } from '../payment/payment.module.js';
import { TerminalModule } from '../terminal/terminal.module.js';
import { TransactionModule } from '../transaction/transaction.module.js';
import { BatchCloser } from './batch-closer.service.js';
import { SettlementBatchRepository } from './batch.repository.js';
import { OperatorSettlement } from './operator-settlement.service.js';
import { PayoutNotes } from './payout-notes.service.js';
import { PayoutRepository } from './payout.repository.js';
import { PayoutWorker } from './payout-worker.js';
import { PayoutEventsHandler } from './payout-events.handler.js';
import { SettlementProgressRepository } from './progress.repository.js';
import { SettlementRun } from './settlement-run.service.js';
import { SettlementSearch } from './settlement-search.service.js';
import { SettlementWorker } from './settlement-worker.js';
import {
  SETTLEMENT_BATCH_MODEL,
  SETTLEMENT_PAYOUT_MODEL,
  SETTLEMENT_PROGRESS_MODEL,
  settlementBatchSchema,
  settlementPayoutSchema,
  settlementProgressSchema,
} from './settlement.schema.js';
import { TerminalSettlement } from './terminal-settlement.service.js';

/** Closes batches of what was taken, and says what was in them. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: SETTLEMENT_BATCH_MODEL, schema: settlementBatchSchema },
      { name: SETTLEMENT_PAYOUT_MODEL, schema: settlementPayoutSchema },
      { name: SETTLEMENT_PROGRESS_MODEL, schema: settlementProgressSchema },
    ]),
    AuditModule,
    OperationsModule,
    PaymentModule,
    StripeModule,
    TerminalModule,
    TransactionModule,
    WebhookModule,
  ],
  providers: [
    BatchCloser,
    OperatorSettlement,
    PayoutEventsHandler,
    PayoutNotes,
    PayoutRepository,
    PayoutWorker,
    SettlementBatchRepository,
    SettlementProgressRepository,
    SettlementRun,
    SettlementSearch,
    SettlementWorker,
    TerminalSettlement,
  ],
  exports: [OperatorSettlement, SettlementSearch, TerminalSettlement],
})
export class SettlementModule {}
