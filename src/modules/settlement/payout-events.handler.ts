import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ProviderEvent, ProviderEventVerdict } from '../../platform/stripe/webhook/provider-event.types.js';
import { ProviderEvents } from '../../platform/stripe/webhook/provider-events.js';
import { PayoutNotes } from './payout-notes.service.js';

/** Events after which there is something to note: it arrived, it came back, or Stripe knows by now what is in it. */
const NEWS = ['payout.paid', 'payout.failed', 'payout.reconciliation_completed'];

/** Applies events of payouts, each a hint: the payout itself is read. Without them `PayoutWorker` comes to it within the hour. */
@Injectable()
export class PayoutEventsHandler implements OnModuleInit {
  constructor(
    private readonly events: ProviderEvents,
    private readonly notes: PayoutNotes,
  ) {}

  onModuleInit(): void {
    this.events.handle('payout.', (event) => this.apply(event));
  }

  private async apply({ type, objectId }: ProviderEvent): Promise<ProviderEventVerdict> {
    if (objectId === null || !NEWS.includes(type)) return 'ignored';
    return (await this.notes.read(objectId)) ? 'applied' : 'again';
  }
}
