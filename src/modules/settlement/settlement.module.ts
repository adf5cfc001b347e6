import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { OperationsModule } from '../../platform/operations/operations.module.js';
import { TerminalModule } from '../terminal/terminal.module.js';
import { TransactionModule } from '../transaction/transaction.module.js';
import { BatchCloser } from './batch-closer.service.js';
import { SettlementBatchRepository } from './batch.repository.js';
import { SettlementProgressRepository } from './progress.repository.js';
import { SettlementRun } from './settlement-run.service.js';
import { SettlementSearch } from './settlement-search.service.js';
import { SettlementWorker } from './settlement-worker.js';
import {
  SETTLEMENT_BATCH_MODEL,
  SETTLEMENT_PROGRESS_MODEL,
  settlementBatchSchema,
  settlementProgressSchema,
} from './settlement.schema.js';
import { TerminalSettlement } from './terminal-settlement.service.js';

/** Closes batches of what was taken, and says what was in them. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: SETTLEMENT_BATCH_MODEL, schema: settlementBatchSchema },
      { name: SETTLEMENT_PROGRESS_MODEL, schema: settlementProgressSchema },
    ]),
    OperationsModule,
    TerminalModule,
    TransactionModule,
  ],
  providers: [
    BatchCloser,
    SettlementBatchRepository,
    SettlementProgressRepository,
    SettlementRun,
    SettlementSearch,
    SettlementWorker,
    TerminalSettlement,
  ],
  exports: [SettlementRun, SettlementSearch, TerminalSettlement],
})
export class SettlementModule {}
