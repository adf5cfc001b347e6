import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { wantsNextKey } from '../../../platform/stripe/keyed-call.js';
import { StripePayments } from '../../../platform/stripe/stripe-payments.js';
import { OrphanRepository } from '../record/orphan.repository.js';
import type { Orphan } from '../record/orphan.types.js';

/** Ends a PaymentIntent that no payment refers to and nobody has confirmed. */
@Injectable()
export class OrphanCanceler {
  constructor(
    private readonly orphans: OrphanRepository,
    private readonly stripe: StripePayments,
    private readonly clock: Clock,
  ) {}

  /** @returns whether Stripe has canceled it. Anything else is for the next sweep, which sees what it has become. */
  async cancel(providerPaymentId: string, paymentId: string): Promise<boolean> {
    const { document: orphan } = await atFailpoint('orphan.note', () =>
      this.orphans.insert({
        _id: providerPaymentId,
        paymentId,
        state: 'canceling',
        generation: 0,
        foundAt: this.clock.date(),
      }),
    );
    if (orphan.state === 'canceled') return true;
    const answer = await atFailpoint('orphan.send', () =>
      this.stripe.cancel(orphan._id, `sweep:${orphan._id}:cancel:${orphan.generation}`),
    );
    if (answer.outcome === 'done') return this.canceled(orphan);
    const seen = await atFailpoint('orphan.look', () => this.stripe.retrieve(orphan._id));
    if (seen.outcome !== 'done') return false;
    if (seen.value.status === 'canceled') return this.canceled(orphan);
    if (wantsNextKey(answer))
      await atFailpoint('orphan.next_key', () => this.orphans.swap(orphan, { generation: orphan.generation + 1 }));
    return false;
  }

  private async canceled(orphan: Orphan): Promise<boolean> {
    await atFailpoint('orphan.canceled', () => this.orphans.swap(orphan, { state: 'canceled' }));
    return true;
  }
}
