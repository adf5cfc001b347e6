import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { Metrics } from '../../../platform/operations/metrics.js';
import type { ProviderPayment } from '../../../platform/stripe/provider.types.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import { afterAdopting } from '../record/payment-changes.js';
import { PaymentFence } from '../provider/payment-fence.js';
import { isFenceable, isFinal } from '../record/payment-states.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Payment } from '../record/payment.types.js';
import { identityOf, importedPayment } from './imported-payment.js';
import { OrphanCanceler } from '../provider/orphan-canceler.js';
import { OrphanRepository } from '../record/orphan.repository.js';
import type { SweepVerdict } from './sweep.types.js';

/**
 * A PaymentIntent that carries our deployment id and that no payment refers to: the payment was lost (a restored backup),
 * or it is the twin that lost a create race. Money that moved is recorded; what nobody has confirmed is canceled.
 */
@Injectable()
export class OrphanService {
  private readonly logger = new Logger(OrphanService.name);

  constructor(
    private readonly payments: PaymentRepository,
    private readonly fence: PaymentFence,
    private readonly canceler: OrphanCanceler,
    private readonly orphans: OrphanRepository,
    private readonly deployment: DeploymentService,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  settle(provider: ProviderPayment): Promise<SweepVerdict> {
    return this.act(provider, true);
  }

  /** Does what `settle` does to our books only: what would have to be canceled at Stripe waits for the sweep. */
  record(provider: ProviderPayment): Promise<SweepVerdict> {
    return this.act(provider, false);
  }

  private async act(provider: ProviderPayment, mayCancel: boolean): Promise<SweepVerdict> {
    const identity = identityOf(provider, this.deployment.id);
    if (identity === null) {
      this.logger.error({ providerPaymentId: provider.id }, 'sweep_inconsistent');
      return 'inconsistent';
    }
    if (provider.status === 'canceled') return 'agrees';
    const record = await atFailpoint('orphan.load', () => this.payments.load(identity.paymentId));
    // Stored since its page was compared: by the payer who came back, or by another sweeper's import.
    if (record?.providerPaymentId === provider.id) return 'waits';
    if (isUnconfirmed(provider)) return mayCancel ? this.endTwin(provider, identity.paymentId, record) : 'waits';
    if (record !== null) return this.adopt(provider, record, mayCancel);

    const lost = importedPayment(identity, provider, this.deployment.id, this.clock.date(), this.config.payments);
    const { document, inserted } = await atFailpoint('orphan.import', () => this.payments.insert(lost));
    if (!inserted) return 'waits';
    this.alarm('orphan_imported', document);
    return 'imported';
  }

  /**
   * Cancels a twin that nobody can want: it is old enough that no create is under way, and its payment has another one, or
   * ended.
   */
  private async endTwin(provider: ProviderPayment, paymentId: string, record: Payment | null): Promise<SweepVerdict> {
    const young = this.clock.now() - provider.createdAt.getTime() < this.config.sweep.twinAgeMs;
    const mayStillStoreIt = record !== null && record.providerPaymentId === undefined && !isFinal(record);
    if (young || mayStillStoreIt) return 'waits';
    return (await this.canceler.cancel(provider.id, paymentId)) ? 'twin_canceled' : 'waits';
  }

  /** Somebody paid, or is paying, with a PaymentIntent that the record does not name. */
  private async adopt(provider: ProviderPayment, record: Payment, mayCancel: boolean): Promise<SweepVerdict> {
    if (record.providerPaymentId === undefined && !isFinal(record)) return this.refer(provider, record);
    if (provider.status !== 'succeeded') return mayCancel ? this.endUnlessUnderWay(provider, record) : 'waits';
    // Paid with this one, so the one that the record names must not be paid as well.
    const ended = isFinal(record) ? record : mayCancel ? await this.fence.raise(record) : null;
    if (ended === null || !isFinal(ended)) return 'waits';
    if (ended.state === 'SUCCEEDED') return this.double(provider, ended);
    return this.refer(provider, ended);
  }

  /** The payer was told that the payment has ended, or paid with another one: an open 3-D Secure page must not pay it yet. */
  private async endUnlessUnderWay(provider: ProviderPayment, record: Payment): Promise<SweepVerdict> {
    const fenceable = isFenceable({ providerStatus: provider.status, nextAction: provider.nextAction });
    return isFinal(record) && fenceable ? this.endTwin(provider, record._id, record) : 'waits';
  }

  private async refer(provider: ProviderPayment, record: Payment): Promise<SweepVerdict> {
    const referring = await atFailpoint('orphan.refer', () =>
      this.payments.change(record, afterAdopting(record, provider, this.clock.date())),
    );
    if (referring === null) return 'waits';
    if (isFinal(record)) this.metrics.count('late_success_total');
    this.alarm(isFinal(record) ? 'late_success' : 'orphan_imported', referring);
    return 'imported';
  }

  /** The payer was charged twice for one cuid; a person has to refund one. Said once. */
  private async double(provider: ProviderPayment, paid: Payment): Promise<SweepVerdict> {
    const { inserted } = await atFailpoint('orphan.double', () =>
      this.orphans.insert({
        _id: provider.id,
        paymentId: paid._id,
        state: 'double',
        generation: 0,
        foundAt: this.clock.date(),
      }),
    );
    if (inserted) this.alarm('double_charge', { ...paid, providerPaymentId: provider.id });
    return 'double';
  }

  private alarm(message: string, { _id: paymentId, providerPaymentId, amountMinor, currency, state }: Payment): void {
    this.logger.error({ paymentId, providerPaymentId, amountMinor, currency, state }, message);
  }
}

/** Returns whether no money can be under way: a confirm would have left another status, or a decline. */
function isUnconfirmed({ status }: ProviderPayment): boolean {
  return status === 'requires_payment_method' || status === 'requires_confirmation';
}
