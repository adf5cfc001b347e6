import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';

const ANSWER_WITHIN_MS = 2_000;

/**
 * Whether numbers may be sent to Stripe: towards the simulator always, where they are nobody's, otherwise only where the
 * operator says so (G76).
 */
@Injectable()
export class RawCardData {
  private readonly simulatorUrl: string | undefined;
  private readonly allowed: boolean;

  constructor(@Inject(CONFIG) { stripe }: Config) {
    this.simulatorUrl = stripe.simulatorUrl;
    this.allowed = stripe.rawCardData;
  }

  get mayBeSent(): boolean {
    return this.simulatorUrl !== undefined || this.allowed;
  }

  /** Wallets' own payloads are for their processors to open; the simulator plays one. */
  get isSimulated(): boolean {
    return this.simulatorUrl !== undefined;
  }

  /**
   * A simulator refuses numbers as a new account at Stripe does, until somebody switches them on. Asked each time, which
   * costs as little as a look whether it is still so. One that does not answer will not answer the call itself either.
   */
  async prepare(): Promise<void> {
    if (this.simulatorUrl === undefined) return;
    await fetch(`${this.simulatorUrl}/_sim/settings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ raw_cards: true }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    }).catch(() => undefined);
  }
}
