import type { ProviderAnswer } from './provider.types.js';

/** Calls in a row without an answer; with the SDK's retry that is ten requests at most. */
const CALLS_UNTIL_DOWN = 5;

/**
 * Whether Stripe can be reached, by what the calls were answered. While it cannot, a call would hold its request, its
 * payer and a connection for as long as the time-outs allow, only to learn the same.
 */
export class StripeReach {
  private unanswered = 0;

  get isDown(): boolean {
    return this.unanswered >= CALLS_UNTIL_DOWN;
  }

  /** Any answer, a refusal too, says that somebody is there. */
  saw(answer: ProviderAnswer<unknown>): void {
    this.unanswered = answer.outcome === 'unknown' && answer.unreachable ? this.unanswered + 1 : 0;
  }
}
