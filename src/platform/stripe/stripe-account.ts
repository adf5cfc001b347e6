import { Injectable } from '@nestjs/common';
import type { ProviderPayment } from './provider.types.js';
import { StripeCalls } from './stripe-calls.js';
import { toProviderPayment } from './stripe-translate.js';

/** Checks that the API key opens the account of our payments, in the same mode. */
@Injectable()
export class StripeAccount {
  constructor(private readonly calls: StripeCalls) {}

  /** Makes some call, which shows whether the key is good; StripeCalls notes the answer. */
  tryKey(): Promise<void> {
    return this.calls.tryKey();
  }

  /**
   * Looks for a PaymentIntent that is known to be ours. Ids are unique among all accounts and a PaymentIntent is never
   * deleted, so a key that does not find it is of another account or mode; calls are closed until it does.
   * @returns it, or null when Stripe did not say or does not know it.
   */
  async find(paymentIntentId: string, isProof: boolean): Promise<ProviderPayment | null> {
    const answer = await this.calls.askAnyway(
      'payment_retrieve',
      (stripe) => stripe.paymentIntents.retrieve(paymentIntentId),
      toProviderPayment,
    );
    const unknown = answer.outcome === 'refused' && answer.status === 404;
    if (unknown && isProof)
      this.calls.close(`Stripe does not know our ${paymentIntentId}: the API key is of another account or mode`);
    if (answer.outcome !== 'done') return null;
    this.calls.close(null);
    return answer.value;
  }
}
