import type { ProviderAnswer } from './provider.types.js';

/**
 * Whether Stripe can be reached, by what the calls were answered. While it cannot, a call would hold its request, its
 * payer and a connection for as long as the time-outs allow, only to learn the same.
 */
export class StripeReach {
  private unanswered = 0;

  /** @param downAfterCalls in a row without an answer, twice as many requests with the SDK's retry; 0 is never. */
  constructor(private readonly downAfterCalls: number) {}

  get isDown(): boolean {
    return this.downAfterCalls > 0 && this.unanswered >= this.downAfterCalls;
  }

  /** Notes an answer: any of them, a refusal too, says that somebody is there. */
  saw(answer: ProviderAnswer<unknown>): void {
    this.unanswered = answer.outcome === 'unknown' && answer.unreachable ? this.unanswered + 1 : 0;
  }
}
