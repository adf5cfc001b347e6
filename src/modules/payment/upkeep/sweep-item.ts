import { Injectable, Logger } from '@nestjs/common';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import type { ProviderPayment } from '../../../platform/stripe/provider.types.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import { PaymentObserver } from '../provider/payment-observer.js';
import { takenMinor } from '../record/payment-states.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Payment } from '../record/payment.types.js';
import { namedIntentOf } from './imported-payment.js';
import { OrphanService } from './orphan.service.js';
import type { SweepVerdict } from './sweep.types.js';

export interface Swept {
  readonly provider: ProviderPayment;
  readonly verdict: SweepVerdict;
  /** Amount that succeeded at Stripe and is not recorded here as paid now, in minor units of its currency. */
  readonly missingMinor: number;
}

/** Compares PaymentIntents with our records, and brings our side in line. */
@Injectable()
export class SweepItem {
  private readonly logger = new Logger(SweepItem.name);

  constructor(
    private readonly payments: PaymentRepository,
    private readonly observer: PaymentObserver,
    private readonly orphans: OrphanService,
    private readonly deployment: DeploymentService,
  ) {}

  /**
   * One query for what is ours of the page; only what is foreign, or does not agree, costs more.
   * @param isOver ends it between two PaymentIntents
   * @returns null when it was ended.
   */
  async sweep(page: readonly ProviderPayment[], isOver: () => boolean): Promise<Swept[] | null> {
    const records = await atFailpoint('sweep.records', () =>
      this.payments.byProviderPayments(page.map((provider) => namedIntentOf(provider, this.deployment.id))),
    );
    const swept: Swept[] = [];
    for (const provider of page) {
      if (isOver()) return null;
      swept.push(await this.one(provider, records.get(provider.id)));
    }
    return swept;
  }

  private async one(provider: ProviderPayment, record: Payment | undefined): Promise<Swept> {
    const ours = record !== undefined || provider.metadata['deployment_id'] === this.deployment.id;
    if (!ours) return { provider, verdict: 'foreign', missingMinor: 0 };
    const verdict = await this.verdictOn(provider, record).catch((error: unknown) => {
      this.logger.warn({ err: error, providerPaymentId: provider.id }, 'could not be compared yet');
      return 'waits' as const;
    });
    const paid = provider.status === 'succeeded' ? await this.recordedMinor(provider, record, verdict) : null;
    return { provider, verdict, missingMinor: paid === null ? 0 : provider.receivedMinor - paid };
  }

  private async verdictOn(provider: ProviderPayment, record: Payment | undefined): Promise<SweepVerdict> {
    if (record === undefined) return this.orphans.settle(provider);
    if (provider.status !== 'succeeded' || record.state === 'SUCCEEDED') return 'agrees';
    const seen = await this.observer.observe(record);
    return seen?.payment.state === 'SUCCEEDED' ? 'updated' : 'waits';
  }

  private async recordedMinor(
    provider: ProviderPayment,
    record: Payment | undefined,
    verdict: SweepVerdict,
  ): Promise<number> {
    const current =
      verdict === 'agrees' && record !== undefined
        ? record
        : await atFailpoint('sweep.recorded', () => this.payments.findByProviderPayment(provider.id));
    return current?.state === 'SUCCEEDED' && current.currency === provider.currency ? takenMinor(current) : 0;
  }
}
