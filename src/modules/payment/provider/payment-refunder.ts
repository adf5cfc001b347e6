import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../../platform/common/clock.js';
import { HOUR } from '../../../platform/common/duration.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import type { ProviderAnswer, ProviderRefund } from '../../../platform/stripe/provider.types.js';
import { StripeRefunds } from '../../../platform/stripe/stripe-refunds.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Payment, RefundRequest } from '../record/payment.types.js';
import { afterRefund, afterRefundRefused, afterRefunds, withNextRefundKey } from '../record/refund-changes.js';

/** Stripe forgets idempotency keys after 24 hours at the earliest; a key is not trusted in its last one. */
const KEY_TRUSTED_MS = 23 * HOUR;
/** Each lost to somebody who wrote while Stripe was read. */
const ROUNDS = 5;

/**
 * Carries out the refunds that a payment's record asks for. No state at Stripe keeps two equal partial refunds apart, so one
 * key is kept as long as Stripe remembers it; after that its list is read before another key is used (protocol 2.8).
 */
@Injectable()
export class PaymentRefunder {
  private readonly logger = new Logger(PaymentRefunder.name);

  constructor(
    private readonly payments: PaymentRepository,
    private readonly stripe: StripeRefunds,
    private readonly deployment: DeploymentService,
    private readonly clock: Clock,
  ) {}

  /** Sends one refund once; what Stripe does not answer is sent again by the resolver. Returns the payment as it is then. */
  async refund(payment: Payment, rid: string): Promise<Payment> {
    const request = requestOf(payment, rid);
    const { providerPaymentId } = payment;
    if (request === null || request.state !== 'asked' || providerPaymentId === undefined) return payment;
    if (!this.isKeyTrusted(request)) {
      const listed = await this.list(payment);
      if (listed === null || requestOf(listed, rid)?.state !== 'asked') return listed ?? payment;
      const renewed = await atFailpoint('refund.next_key', () =>
        this.payments.change(listed, withNextRefundKey(listed, rid, this.clock.date())),
      );
      if (renewed === null) return payment; // whoever was first goes on with it
      return this.send(renewed, requestOf(renewed, rid) ?? request, providerPaymentId);
    }
    return this.send(payment, request, providerPaymentId);
  }

  /**
   * Reads all refunds of the payment at Stripe, and swaps them into the version from before the reading: an old list never
   * takes away what was recorded since. Returns null when Stripe does not tell, or not in words known here.
   */
  async list(payment: Payment): Promise<Payment | null> {
    const { providerPaymentId } = payment;
    if (providerPaymentId === undefined) return null;
    let current = payment;
    for (let round = 0; round < ROUNDS; round++) {
      const seen = current;
      const answer = await atFailpoint('refund.list', () => this.stripe.listOf(providerPaymentId));
      if (answer.outcome !== 'done' || answer.value.unreadable > 0) return null;
      const change = afterRefunds(seen, answer.value.items, this.clock.date());
      const listed = await atFailpoint('refund.listed', () => this.payments.change(seen, change));
      if (listed !== null) return listed;
      current = await atFailpoint('refund.reload', () => this.payments.reload(seen));
    }
    return null;
  }

  private async send(payment: Payment, request: RefundRequest, providerPaymentId: string): Promise<Payment> {
    const { rid, amountMinor, generation } = request;
    const metadata = { refund_id: rid, payment_id: payment._id, deployment_id: this.deployment.id };
    const key = `${payment._id}:refund:${rid}:${generation}`;
    const answer = await atFailpoint('refund.send', async () =>
      // Asked at the last moment: a process that stood still for a day must not send under a key that Stripe has forgotten.
      this.isKeyTrusted(request) ? this.stripe.create({ providerPaymentId, amountMinor, metadata }, key) : null,
    );
    if (answer === null) return payment;
    if (answer.outcome === 'done')
      return atFailpoint('refund.done', () =>
        this.payments.changeUntil(payment, (current) =>
          // Known by now from a later look, which may tell that it has failed since.
          requestOf(current, rid)?.state === 'asked' ? afterRefund(current, answer.value, this.clock.date()) : null,
        ),
      );
    return isRefusal(answer) ? this.refused(payment, rid, answer) : payment;
  }

  private isKeyTrusted({ askedAt }: RefundRequest): boolean {
    return this.clock.now() - askedAt.getTime() < KEY_TRUSTED_MS;
  }

  /** What was refunded in Stripe's dashboard is in no record yet: the list says what is left. */
  private async refused(payment: Payment, rid: string, { code, status }: Refusal): Promise<Payment> {
    this.logger.warn({ paymentId: payment._id, status, code }, 'refund_refused');
    const listed = (await this.list(payment)) ?? payment;
    return atFailpoint('refund.refused', () =>
      this.payments.changeUntil(listed, (current) =>
        requestOf(current, rid)?.state === 'asked' ? afterRefundRefused(current, rid, code ?? String(status)) : null,
      ),
    );
  }
}

type Refusal = Extract<ProviderAnswer<ProviderRefund>, { outcome: 'refused' }>;

/** Only the answer to a first and only try proves that none was made. */
function isRefusal(answer: ProviderAnswer<ProviderRefund>): answer is Refusal {
  return answer.outcome === 'refused' && !answer.tries.anyUnknown && (answer.status === 400 || answer.status === 404);
}

function requestOf({ refundRequests }: Payment, rid: string): RefundRequest | null {
  return refundRequests?.find((one) => one.rid === rid) ?? null;
}
