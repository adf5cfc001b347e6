import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { DEPLOYMENT_MODEL, deploymentSchema } from './deployment.schema.js';
import { DeploymentRepository } from './deployment.repository.js';
import { DeploymentService } from './deployment.service.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: DEPLOYMENT_MODEL, schema: deploymentSchema }])],
  providers: [DeploymentRepository, DeploymentService],
  exports: [DeploymentService],
})
export class MerchantModule {}
