import { Injectable, type OnModuleInit } from '@nestjs/common';
import { createHmac, randomBytes } from 'node:crypto';
import { canonicalJson } from '../../platform/common/canonical-json.js';
import { Clock } from '../../platform/common/clock.js';
import { DeploymentRepository } from './deployment.repository.js';
import type { DeploymentRecord } from './deployment.schema.js';

/** Identifies this deployment at Stripe: objects with our id are ours, the rest of a shared account is not (ruling 16). */
@Injectable()
export class DeploymentService implements OnModuleInit {
  private record!: DeploymentRecord;

  constructor(
    private readonly deployments: DeploymentRepository,
    private readonly clock: Clock,
  ) {}

  async onModuleInit(): Promise<void> {
    this.record = await this.deployments.keepFirst({
      deploymentId: randomBytes(12).toString('hex'),
      fingerprintKey: randomBytes(32).toString('base64'),
      createdAt: this.clock.date(),
    });
  }

  get id(): string {
    return this.record.deploymentId;
  }

  /** The moment at which this deployment began. */
  get createdAt(): Date {
    return this.record.createdAt;
  }

  /** The PaymentIntent that shows by being found that a key is of our account; null until there is one. */
  accountProof(): Promise<string | null> {
    return this.deployments.accountProof();
  }

  keepAccountProof(providerPaymentId: string): Promise<void> {
    return this.deployments.setAccountProof(providerPaymentId);
  }

  /**
   * Keyed hash of a request body as the client sent it. The key lies in the same database, so it hides nothing that can be
   * guessed: never for a card or account number, whose hashes `RequestFingerprints` of the vault makes.
   */
  fingerprint(body: unknown): string {
    return createHmac('sha256', Buffer.from(this.record.fingerprintKey, 'base64'))
      .update(canonicalJson(body))
      .digest('base64url');
  }
}
