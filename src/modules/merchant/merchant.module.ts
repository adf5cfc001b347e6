import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditModule } from '../audit/audit.module.js';
import { AccountRepository } from './account.repository.js';
import { ACCOUNT_MODEL, accountSchema } from './account.schema.js';
import { AccountService } from './account.service.js';
import { DEPLOYMENT_MODEL, deploymentSchema } from './deployment.schema.js';
import { DeploymentRepository } from './deployment.repository.js';
import { DeploymentService } from './deployment.service.js';
import { ProcessorRepository } from './processor.repository.js';
import { PROCESSOR_MODEL, processorSchema } from './processor.schema.js';
import { ProcessorService } from './processor.service.js';

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: DEPLOYMENT_MODEL, schema: deploymentSchema },
      { name: ACCOUNT_MODEL, schema: accountSchema },
      { name: PROCESSOR_MODEL, schema: processorSchema },
    ]),
    AuditModule,
  ],
  providers: [
    DeploymentRepository,
    DeploymentService,
    AccountRepository,
    AccountService,
    ProcessorRepository,
    ProcessorService,
  ],
  exports: [DeploymentService, AccountService, ProcessorService],
})
export class MerchantModule {}
