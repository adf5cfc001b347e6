import { Injectable, type OnModuleInit } from '@nestjs/common';
import { createHmac, randomBytes } from 'node:crypto';
import { Clock } from '../../platform/common/clock.js';
import { DeploymentRepository } from './deployment.repository.js';
import type { DeploymentRecord } from './deployment.schema.js';

/** Who we are towards Stripe: what carries our deployment id is ours, the rest of a shared account is not (ruling 16). */
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

  /** When this deployment began. */
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

  /** Keyed hash of a request body as the client sent it, so that stored fingerprints tell nobody what was in it. */
  fingerprint(body: unknown): string {
    return createHmac('sha256', Buffer.from(this.record.fingerprintKey, 'base64'))
      .update(canonicalJson(body))
      .digest('base64url');
  }
}

/** The same for any order of keys; numbers as JSON prints them, so `1000` and `1000.0` are one. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return `{${entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
