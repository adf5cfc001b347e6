import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '../../../platform/common/duration.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import type { ProviderReaderAction } from '../../../platform/stripe/provider-reader.types.js';
import type { Decline, ProviderAnswer, ProviderPayment, Tries } from '../../../platform/stripe/provider.types.js';
import { StripePayments } from '../../../platform/stripe/stripe-payments.js';
import { readerTrouble, StripeTerminals } from '../../../platform/stripe/stripe-terminals.js';
import { RequestAge } from './request-age.js';

/** Pause between two looks at a reader that waits for a card. */
const LOOK_AGAIN_MS = 500;
/** Time that is left for stopping the reader and for the answer. */
const RESERVE_MS = 6 * SECOND;

/**
 * An attempt whose card is read by a reader: the reader confirms the PaymentIntent, and the request waits for it as long as it
 * may. Like a confirm it is told once under its key, and what it has not said by then is unknown, never a failure.
 */
@Injectable()
export class ReaderPayer {
  constructor(
    private readonly payments: StripePayments,
    private readonly terminals: StripeTerminals,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async pay(intentId: string, readerId: string, key: string): Promise<ProviderAnswer<ProviderPayment>> {
    const answer = await atFailpoint('reader.send', () => this.terminals.processPayment(readerId, intentId, {}, key));
    const trouble = readerTrouble(answer);
    // A reader that did not answer in time may ask for the card all the same.
    if (trouble === 'timeout' || (trouble !== null && answer.tries.anyUnknown)) return unanswered(answer.tries);
    if (trouble !== null) return notAsked(trouble, answer.tries);
    if (answer.outcome !== 'done') return answer;
    const told = await this.wait(intentId, readerId, answer.tries);
    if (told !== null) return told;
    await this.stop(intentId, readerId, `${key}:cancel`);
    return unanswered(answer.tries);
  }

  /** Tells the reader to stop asking, unless it is at work for somebody else by now. */
  private async stop(intentId: string, readerId: string, key: string): Promise<void> {
    const reader = await atFailpoint('reader.look_again', () => this.terminals.retrieve(readerId));
    if (reader.outcome !== 'done' || reader.value?.action?.providerPaymentId !== intentId) return;
    await atFailpoint('reader.cancel', () => this.terminals.cancelAction(readerId, key));
  }

  /** Returns null when the request has no time left and nothing is known. */
  private async wait(
    intentId: string,
    readerId: string,
    tries: Tries,
  ): Promise<ProviderAnswer<ProviderPayment> | null> {
    const age = RequestAge.ofCurrentRequest(this.config.payments.requestDeadlineMs);
    while (age.leaves(RESERVE_MS)) {
      const reader = await atFailpoint('reader.look', () => this.terminals.retrieve(readerId));
      // Looked at after the reader: what ended there is seen here.
      const seen = await atFailpoint('reader.look_payment', () => this.payments.retrieve(intentId));
      if (seen.outcome === 'done' && isTaken(seen.value)) return { ...seen, tries };
      const action = reader.outcome === 'done' ? (reader.value?.action ?? null) : null;
      const payment = seen.outcome === 'done' ? seen.value : null;
      const isGone = reader.outcome === 'done' && action?.providerPaymentId !== intentId;
      // The reader does not ask any more, and the card has not paid: nobody else can make it pay but a late answer.
      if (isGone && payment !== null) return null;
      if (payment !== null && action !== null && hasFailed(action, intentId))
        return { outcome: 'declined', decline: declineOf(action), payment, replayed: false, tries };
      await sleep(LOOK_AGAIN_MS);
    }
    return null;
  }
}

function isTaken({ status }: ProviderPayment): boolean {
  return status === 'succeeded' || status === 'requires_capture' || status === 'processing' || status === 'canceled';
}

function hasFailed({ providerPaymentId, status }: ProviderReaderAction, intentId: string): boolean {
  return providerPaymentId === intentId && status === 'failed';
}

function declineOf({ decline, failureCode, failureMessage }: ProviderReaderAction): Decline {
  if (decline !== null) return decline;
  const message = failureMessage ?? 'The card reader did not take a card.';
  return { code: failureCode ?? 'card_declined', declineCode: null, message, ofCard: true };
}

/** The reader was not there, or at work for somebody else: it has asked for no card. */
function notAsked(trouble: 'offline' | 'busy', tries: Tries): ProviderAnswer<never> {
  const message = trouble === 'offline' ? 'The card reader is offline.' : 'The card reader is busy.';
  const decline = { code: `terminal_reader_${trouble}`, declineCode: null, message, ofCard: true };
  return { outcome: 'declined', decline, payment: null, replayed: false, tries };
}

function unanswered(tries: Tries): ProviderAnswer<never> {
  const facts = { replayedServerError: false, serverError: false, unreachable: false };
  return { outcome: 'unknown', ...facts, cause: 'the reader has not said', tries: { ...tries, anyUnknown: true } };
}
