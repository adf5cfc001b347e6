import { Injectable, type OnModuleInit } from '@nestjs/common';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { ProviderEvents } from '../../../platform/stripe/webhook/provider-events.js';
import type { ProviderEvent, ProviderEventVerdict } from '../../../platform/stripe/webhook/provider-event.types.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import { DeclineLimits } from '../limits/decline-limits.js';
import { PaymentObserver } from '../provider/payment-observer.js';
import { PaymentRefunder } from '../provider/payment-refunder.js';
import { DisputeReader } from './dispute-reader.js';
import { isFinal } from '../record/payment-states.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Payment } from '../record/payment.types.js';

/** Applies events, each a hint that something changed: the PaymentIntent itself is read, the event's snapshot is not believed. */
@Injectable()
export class PaymentEventsHandler implements OnModuleInit {
  constructor(
    private readonly events: ProviderEvents,
    private readonly payments: PaymentRepository,
    private readonly observer: PaymentObserver,
    private readonly limits: DeclineLimits,
    private readonly disputes: DisputeReader,
    private readonly refunder: PaymentRefunder,
    private readonly deployment: DeploymentService,
  ) {}

  onModuleInit(): void {
    this.events.handle('payment_intent.', (event) => this.apply(event));
    this.events.handle('charge.dispute.', (event) => this.applyDispute(event));
    for (const prefix of ['refund.', 'charge.refund']) this.events.handle(prefix, (event) => this.applyRefund(event));
  }

  /** A dispute carries no metadata of ours: whose it is, the PaymentIntent in our records says. */
  private async applyDispute(event: ProviderEvent): Promise<ProviderEventVerdict> {
    if (event.objectId === null || event.providerPaymentId === null) return 'ignored';
    const payment = await this.find(event, event.providerPaymentId);
    if (payment === null) return 'foreign';
    return (await this.disputes.read(payment, event.objectId)) ? 'applied' : 'again';
  }

  /** Reads the payment's whole list of refunds, whoever made this one, here or in Stripe's dashboard. */
  private async applyRefund(event: ProviderEvent): Promise<ProviderEventVerdict> {
    if (event.providerPaymentId === null) return 'ignored';
    const payment = await this.find(event, event.providerPaymentId);
    if (payment === null) return event.metadata['deployment_id'] === this.deployment.id ? 'unmatched' : 'foreign';
    if (payment.providerPaymentId !== event.providerPaymentId) return 'ignored';
    return (await this.refunder.list(payment)) === null ? 'again' : 'applied';
  }

  private async apply(event: ProviderEvent): Promise<ProviderEventVerdict> {
    if (event.providerPaymentId === null) return 'ignored';
    const payment = await this.find(event, event.providerPaymentId);
    // A Stripe account may be shared: what does not carry our deployment id, and is not in our records, is not ours.
    if (payment === null) return event.metadata['deployment_id'] === this.deployment.id ? 'unmatched' : 'foreign';
    // The event was faster than our own answer, or is of a twin that a closed payment never stored.
    if (payment.providerPaymentId === undefined) return isFinal(payment) ? 'ignored' : 'unmatched';
    if (payment.providerPaymentId !== event.providerPaymentId) return 'ignored'; // the loser of a create race
    await this.limits.noteDeclines(payment, event.failedChargeIds ?? []);
    if (payment.state === 'SUCCEEDED' || (isFinal(payment) && event.type !== 'payment_intent.succeeded'))
      return 'known';
    const seen = await this.observer.observe(payment);
    return seen === null || seen.raced ? 'again' : 'applied';
  }

  private async find(event: ProviderEvent, providerPaymentId: string): Promise<Payment | null> {
    const paymentId = event.metadata['payment_id'];
    const named = paymentId === undefined ? null : await atFailpoint('event.load', () => this.payments.load(paymentId));
    return named ?? atFailpoint('event.find', () => this.payments.findByProviderPayment(providerPaymentId));
  }
}
