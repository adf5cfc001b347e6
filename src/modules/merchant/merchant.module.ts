import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { DEPLOYMENT_MODEL, deploymentSchema } from './deployment.schema.js';
import { DeploymentService } from './deployment.service.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: DEPLOYMENT_MODEL, schema: deploymentSchema }])],
  providers: [DeploymentService],
  exports: [DeploymentService],
})
export class MerchantModule {}
