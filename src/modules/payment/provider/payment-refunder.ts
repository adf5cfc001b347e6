import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../../platform/common/clock.js';
import { HOUR } from '../../../platform/common/duration.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import type { ProviderAnswer, ProviderRefund } from '../../../platform/stripe/provider.types.js';
import { StripeRefunds } from '../../../platform/stripe/stripe-refunds.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Payment, RefundRequest } from '../record/payment.types.js';
import { afterRefund, afterRefunds, withRefundRequest } from '../record/refund-changes.js';

/** Stripe forgets idempotency keys after 24 hours at the earliest; a key is not trusted in its last one. */
const KEY_TRUSTED_MS = 23 * HOUR;

/** Somebody else is first so often only while something is wrong. */
const RACES = 20;

/**
 * Carries out the refunds that a payment's record asks for. No state at Stripe keeps two equal partial refunds apart, so one
 * key is kept as long as Stripe remembers it, and its list is read before anything is sent: our record may be older than the
 * key (a restored backup), and after a day another one is used (protocol 2.8).
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
    let current = payment;
    for (let race = 0; race < RACES && isAsked(current, rid); race++) {
      const listed = await this.list(current);
      if (listed === null || !isAsked(listed, rid)) return listed ?? current;
      const change = withRefundRequest(listed, rid, (request) => this.sending(request));
      // The swap proves that the list is still true: whoever sends a refund has written before.
      const claimed = await atFailpoint('refund.sending', () => this.payments.change(listed, change));
      if (claimed !== null) return this.send(claimed, rid);
      current = await atFailpoint('refund.moved', () => this.payments.reload(listed));
    }
    return current;
  }

  /** Reads all refunds of the payment at Stripe. Returns null when Stripe does not tell, or not in words known here. */
  async list(payment: Payment): Promise<Payment | null> {
    const { providerPaymentId } = payment;
    if (providerPaymentId === undefined) return null;
    let current = payment;
    for (let race = 0; race < RACES; race++) {
      const answer = await atFailpoint('refund.list', () => this.stripe.listOf(providerPaymentId));
      if (answer.outcome !== 'done' || answer.value.unreadable > 0 || answer.value.more) return null;
      const change = afterRefunds(current, answer.value.items, this.clock.date());
      const seen = current;
      const changed = await atFailpoint('refund.listed', () => this.payments.change(seen, change));
      if (changed !== null) return changed;
      // Lost to somebody who wrote meanwhile: an old list must not overwrite a newer one.
      current = await atFailpoint('refund.reload', () => this.payments.reload(seen));
    }
    return null;
  }

  private sending(request: RefundRequest): RefundRequest {
    if (this.isKeyTrusted(request)) return { ...request, sends: request.sends + 1 };
    return { ...request, generation: request.generation + 1, askedAt: this.clock.date(), sends: 1 };
  }

  private async send(payment: Payment, rid: string): Promise<Payment> {
    const { providerPaymentId } = payment;
    const request = requestOf(payment, rid);
    if (request === null || providerPaymentId === undefined) return payment;
    const { amountMinor, generation } = request;
    const metadata = { refund_id: rid, payment_id: payment._id, deployment_id: this.deployment.id };
    const key = `${payment._id}:refund:${rid}:${generation}`;
    const answer = await atFailpoint('refund.send', async () =>
      // Checked at the last moment: a process that stood still for a day must not send under a key that Stripe has forgotten.
      this.isKeyTrusted(request) ? this.stripe.create({ providerPaymentId, amountMinor, metadata }, key) : null,
    );
    if (answer === null) return payment;
    if (answer.outcome === 'done') return this.done(payment, answer);
    return isNotRun(answer) ? this.notRun(payment, request, answer) : payment;
  }

  /** Stores the refund. A replayed or late answer may tell of one that has failed since, so the list is read instead. */
  private async done(payment: Payment, { value, replayed }: Done): Promise<Payment> {
    const change = afterRefund(payment, value, this.clock.date());
    const stored = replayed ? null : await atFailpoint('refund.done', () => this.payments.change(payment, change));
    return stored ?? (await this.list(payment)) ?? payment;
  }

  private isKeyTrusted({ askedAt }: RefundRequest): boolean {
    return this.clock.now() - askedAt.getTime() < KEY_TRUSTED_MS;
  }

  /** Proves that none was made only where nobody has sent it before or since: another send may arrive late. */
  private notRun(payment: Payment, { rid, generation }: RefundRequest, answer: Answer): Promise<Payment> {
    const reason = refusalOf(answer);
    if (reason !== null) this.logger.warn({ paymentId: payment._id, detail: reason }, 'refund_refused');
    return atFailpoint('refund.not_run', () =>
      this.payments.changeUntil(payment, (current) => {
        const request = requestOf(current, rid);
        if (request?.state !== 'asked' || request.generation !== generation || request.sends !== 1) return null;
        return withRefundRequest(current, rid, (one) =>
          reason === null ? { ...one, sends: 0 } : { ...one, state: 'refused', reason },
        );
      }),
    );
  }
}

type Answer = ProviderAnswer<ProviderRefund>;
type Done = Extract<Answer, { outcome: 'done' }>;

/** Stripe refused the one try that was made, or nothing was sent at all. */
function isNotRun({ outcome, tries }: Answer): boolean {
  return (outcome === 'refused' || outcome === 'unknown') && !tries.anyUnknown;
}

/** Stripe's word for why it will not make the refund; null when it may later. */
function refusalOf(answer: Answer): string | null {
  const isForGood = answer.outcome === 'refused' && (answer.status === 400 || answer.status === 404);
  return isForGood ? (answer.code ?? String(answer.status)) : null;
}

function isAsked(payment: Payment, rid: string): boolean {
  return requestOf(payment, rid)?.state === 'asked';
}

function requestOf({ refundRequests }: Payment, rid: string): RefundRequest | null {
  return refundRequests?.find((one) => one.rid === rid) ?? null;
}
