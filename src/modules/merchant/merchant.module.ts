import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountRepository } from './account.repository.js';
import { ACCOUNT_MODEL, accountSchema } from './account.schema.js';
import { AccountService } from './account.service.js';
import { DEPLOYMENT_MODEL, deploymentSchema } from './deployment.schema.js';
import { DeploymentRepository } from './deployment.repository.js';
import { DeploymentService } from './deployment.service.js';

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: DEPLOYMENT_MODEL, schema: deploymentSchema },
      { name: ACCOUNT_MODEL, schema: accountSchema },
    ]),
  ],
  providers: [DeploymentRepository, DeploymentService, AccountRepository, AccountService],
  exports: [DeploymentService, AccountService],
})
export class MerchantModule {}
