import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { Metrics } from '../../../platform/operations/metrics.js';
import type { ProviderDispute } from '../../../platform/stripe/provider.types.js';
import { StripeDisputes } from '../../../platform/stripe/stripe-disputes.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Payment } from '../record/payment.types.js';
import { afterDispute, hasOpenDispute } from '../record/refund-changes.js';

/** Writes disputes, and returns of bank debits, into the payment that they are of. */
@Injectable()
export class DisputeReader {
  private readonly logger = new Logger(DisputeReader.name);

  constructor(
    private readonly payments: PaymentRepository,
    private readonly stripe: StripeDisputes,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Reads one at Stripe. Returns false when Stripe does not tell; one that is of no payment here is told of. */
  async read(disputeId: string): Promise<boolean> {
    const answer = await atFailpoint('dispute.get', () => this.stripe.retrieve(disputeId));
    if (answer.outcome === 'refused' && answer.status === 404) return true;
    if (answer.outcome !== 'done') return false;
    await this.record(answer.value);
    return true;
  }

  /** Stores what Stripe tells. Returns the payment that it is of; null when that is none of ours. */
  async record(dispute: ProviderDispute): Promise<Payment | null> {
    const { providerPaymentId } = dispute;
    if (providerPaymentId === null) return null;
    const payment = await atFailpoint('dispute.find', () => this.payments.findByProviderPayment(providerPaymentId));
    if (payment === null) return null;
    const known = payment.disputes?.find(({ id }) => id === dispute.id);
    if (known?.status === dispute.status && known.amountMinor === dispute.amountMinor) return payment;
    const soon = new Date(this.clock.now() + this.config.payments.pollMaxMs);
    const stored = await atFailpoint('dispute.store', () =>
      this.payments.changeUntil(payment, (current) => {
        const change = afterDispute(current, dispute, this.clock.date());
        const open = hasOpenDispute({ disputes: change.disputes });
        return { ...change, ...(open ? { nextCheckAt: earlier(current.nextCheckAt, soon) } : {}) };
      }),
    );
    if (known === undefined) this.tell(stored, dispute);
    return stored;
  }

  private tell({ _id: paymentId }: Payment, { id, amountMinor, currency, reason }: ProviderDispute): void {
    this.metrics.count('disputes_opened_total');
    this.logger.warn({ paymentId, disputeId: id, amountMinor, currency, reason }, 'dispute_opened');
  }
}

function earlier(due: Date | null, soon: Date): Date {
  return due !== null && due < soon ? due : soon;
}
