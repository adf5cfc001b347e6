import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { OperationsModule } from '../../platform/operations/operations.module.js';
import { VaultModule } from '../customer/vault.module.js';
import { TransactionModule } from '../transaction/transaction.module.js';
import { GatewayUserModule } from '../user/gateway/gateway-user.module.js';
import { FileBatchReader } from './file-batch-reader.service.js';
import { FileClaims } from './file/file-claims.service.js';
import { FileUpload } from './file/file-upload.service.js';
import { RowCipher } from './file/row-cipher.js';
import { FileBatchRowRepository } from './record/file-batch-row.repository.js';
import { FileBatchRepository } from './record/file-batch.repository.js';
import {
  FILE_BATCH_MODEL,
  FILE_BATCH_ROW_MODEL,
  FILE_CLAIM_MODEL,
  fileBatchRowSchema,
  fileBatchSchema,
  fileClaimSchema,
} from './record/file-batch.schema.js';
import { FileClaimRepository } from './record/file-claim.repository.js';
import { FileBatchWorker } from './run/file-batch-worker.js';
import { NamedTransactions } from './run/named-transactions.service.js';
import { RowReading } from './run/row-reading.service.js';
import { RowRunner } from './run/row-runner.service.js';

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: FILE_BATCH_MODEL, schema: fileBatchSchema },
      { name: FILE_BATCH_ROW_MODEL, schema: fileBatchRowSchema },
      { name: FILE_CLAIM_MODEL, schema: fileClaimSchema },
    ]),
    GatewayUserModule,
    OperationsModule,
    TransactionModule,
    VaultModule,
  ],
  providers: [
    FileBatchReader,
    FileBatchRepository,
    FileBatchRowRepository,
    FileBatchWorker,
    FileClaimRepository,
    FileClaims,
    FileUpload,
    NamedTransactions,
    RowCipher,
    RowReading,
    RowRunner,
  ],
  exports: [FileBatchReader, FileUpload, RowReading],
})
export class BatchModule {}
