import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';

/**
 * Whether numbers may be sent to Stripe: towards the simulator always, where they are nobody's, otherwise only where the
 * operator says so (G76). Whether they are taken there is another matter: the launcher starts the simulator as one that
 * takes them.
 */
@Injectable()
export class RawCardData {
  /** Wallets' own payloads are for their processors to open; the simulator plays one. */
  readonly isSimulated: boolean;
  private readonly allowed: boolean;

  constructor(@Inject(CONFIG) { stripe }: Config) {
    this.isSimulated = stripe.simulatorUrl !== undefined;
    this.allowed = stripe.rawCardData;
  }

  get mayBeSent(): boolean {
    return this.isSimulated || this.allowed;
  }
}
