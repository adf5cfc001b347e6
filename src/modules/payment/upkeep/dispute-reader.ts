import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { Metrics } from '../../../platform/operations/metrics.js';
import type { ProviderDispute } from '../../../platform/stripe/provider.types.js';
import { StripeDisputes } from '../../../platform/stripe/stripe-disputes.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Payment, PaymentChange, RecordedDispute } from '../record/payment.types.js';
import { afterDispute, hasOpenDispute } from '../record/refund-changes.js';

/** Bound on rounds: each is lost to somebody who wrote while Stripe was read. */
const ROUNDS = 5;

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

  /**
   * Reads one of the payment's at Stripe, and swaps it into the version from before the reading: an old look never overwrites
   * a newer one. Returns false when Stripe does not tell.
   */
  async read(payment: Payment, disputeId: string): Promise<boolean> {
    let current = payment;
    for (let round = 0; round < ROUNDS; round++) {
      const seen = current;
      const answer = await atFailpoint('dispute.get', () => this.stripe.retrieve(disputeId));
      if (answer.outcome === 'refused' && answer.status === 404) return true;
      if (answer.outcome !== 'done') return false;
      const dispute = answer.value;
      if (dispute.providerPaymentId !== seen.providerPaymentId) return true; // another payment's
      const before = seen.disputes?.find(({ id }) => id === dispute.id);
      if (before !== undefined && isSame(before, dispute)) return true;
      const stored = await atFailpoint('dispute.store', () => this.payments.change(seen, this.after(seen, dispute)));
      if (stored !== null) {
        if (before === undefined) this.tell(stored, dispute);
        return true;
      }
      current = await atFailpoint('dispute.reload', () => this.payments.reload(seen));
    }
    return false;
  }

  /** Stores one of Stripe's list, if it is new here: what became of a known one is read by itself. */
  async recordNew(dispute: ProviderDispute): Promise<void> {
    const { providerPaymentId } = dispute;
    if (providerPaymentId === null) return;
    const payment = await atFailpoint('dispute.find', () => this.payments.findByProviderPayment(providerPaymentId));
    if (payment === null) return; // another deployment's, or of a payment that the sweep has yet to import
    const isKnown = ({ disputes }: Payment) => disputes?.some(({ id }) => id === dispute.id) === true;
    if (isKnown(payment)) return;
    const stored = await atFailpoint('dispute.record', () =>
      this.payments.changeUntil(payment, (current) => (isKnown(current) ? null : this.after(current, dispute))),
    );
    this.tell(stored, dispute);
  }

  private after(payment: Payment, dispute: ProviderDispute): PaymentChange {
    const change = afterDispute(payment, dispute, this.clock.date());
    const soon = new Date(this.clock.now() + this.config.payments.pollMaxMs);
    const isOpen = hasOpenDispute({ disputes: change.disputes });
    return { ...change, ...(isOpen ? { nextCheckAt: earlier(payment.nextCheckAt, soon) } : {}) };
  }

  private tell({ _id: paymentId }: Payment, { id, amountMinor, currency, reason }: ProviderDispute): void {
    this.metrics.count('disputes_opened_total');
    this.logger.warn({ paymentId, disputeId: id, amountMinor, currency, reason }, 'dispute_opened');
  }
}

function earlier(due: Date | null, soon: Date): Date {
  return due !== null && due < soon ? due : soon;
}

function isSame(before: RecordedDispute, now: ProviderDispute): boolean {
  return before.status === now.status && before.amountMinor === now.amountMinor && before.reason === now.reason;
}
