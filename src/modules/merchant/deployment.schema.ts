import { Schema } from 'mongoose';

/** One document, `_id: 'deployment'`, drawn once by the first instance that starts. */
export interface DeploymentRecord {
  _id: 'deployment';
  deploymentId: string;
  /** Keys the fingerprints of request bodies; it must outlive any rotation of other secrets. */
  fingerprintKey: string;
  createdAt: Date;
  /** A PaymentIntent of ours that the account's key must be able to read; removed by hand to move to another account. */
  accountProof?: string;
}

export const DEPLOYMENT_MODEL = 'Deployment';

export const deploymentSchema = new Schema<DeploymentRecord>(
  {
    _id: { type: String, required: true },
    deploymentId: String,
    fingerprintKey: String,
    createdAt: Date,
    accountProof: String,
  },
  { collection: 'deployment', versionKey: false },
);
