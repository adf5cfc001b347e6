import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { fromStore } from '../../platform/database/mongo-errors.js';
import { DEPLOYMENT_MODEL, type DeploymentRecord } from './deployment.schema.js';

@Injectable()
export class DeploymentRepository {
  constructor(@InjectModel(DEPLOYMENT_MODEL) private readonly deployments: Model<DeploymentRecord>) {}

  /** Stores what was drawn unless there is a record, and answers the one that counts. */
  async keepFirst(drawn: Omit<DeploymentRecord, '_id'>): Promise<DeploymentRecord> {
    await fromStore(() => this.deployments.updateOne({ _id: 'deployment' }, { $setOnInsert: drawn }, { upsert: true }));
    const record = await fromStore(() =>
      this.deployments.findOne({ _id: 'deployment' }).lean<DeploymentRecord>().exec(),
    );
    if (record === null) throw new Error('the deployment record was written but cannot be read back');
    return record;
  }

  async accountProof(): Promise<string | null> {
    const record = await fromStore(() =>
      this.deployments.findOne({ _id: 'deployment' }).lean<DeploymentRecord>().exec(),
    );
    return record?.accountProof ?? null;
  }

  /** The first one stays. */
  async setAccountProof(providerPaymentId: string): Promise<void> {
    const none = { _id: 'deployment' as const, accountProof: { $exists: false } };
    await fromStore(() => this.deployments.updateOne(none, { $set: { accountProof: providerPaymentId } }));
  }
}
