import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import type { ProviderAnswer, ProviderPage } from './provider.types.js';
import {
  PROVIDER_READER_ACTION_STATUSES,
  type ProviderReader,
  type ProviderReaderAction,
  type ProviderReaderState,
  type ReaderTrouble,
} from './provider-reader.types.js';
import { StripeCalls } from './stripe-calls.js';
import { idOf, knownWord, toPage } from './stripe-translate.js';

/** How a reader asks for the card of one payment. */
export interface ReaderPayment {
  /** Shows a key by which the customer ends it: the action then fails with `customer_canceled`. */
  readonly customerMayCancel?: boolean;
  /** Asks for a tip, which raises the amount of the PaymentIntent; otherwise none is asked for, whatever the dashboard says. */
  readonly asksForTip?: boolean;
}

/** A place where readers stand. */
export interface NewProviderLocation {
  readonly name: string;
  readonly address: {
    readonly line1: string;
    readonly city: string;
    readonly state: string;
    readonly postalCode: string;
    readonly country: string;
  };
}

/** Readers of Stripe Terminal, told what to do through Stripe. Each write takes the caller's idempotency key. */
@Injectable()
export class StripeTerminals {
  constructor(private readonly calls: StripeCalls) {}

  /** Readers of the whole Stripe account, newest first, a hundred at a time. https://docs.stripe.com/api/terminal/readers/list */
  list(after: string | null): Promise<ProviderAnswer<ProviderPage<ProviderReader>>> {
    return this.calls.ask(
      'reader_list',
      (stripe) => stripe.terminal.readers.list({ limit: 100, ...(after === null ? {} : { starting_after: after }) }),
      (list) => toPage(list, toProviderReader),
    );
  }

  /** Returns null for a reader that was removed; one that Stripe never had is refused, 404. https://docs.stripe.com/api/terminal/readers/retrieve */
  retrieve(readerId: string): Promise<ProviderAnswer<ProviderReaderState | null>> {
    return this.calls.ask('reader_retrieve', (stripe) => stripe.terminal.readers.retrieve(readerId), toStateOrGone);
  }

  /**
   * Tells the reader to take a card for the PaymentIntent, which must be unconfirmed and allow `card_present`. The answer comes
   * at once and its action is `in_progress`; `retrieve` or the PaymentIntent says how it ended. `readerTrouble` sorts refusals.
   * Repeated under the same key it does nothing, for a day; a reader that is to ask once more wants another key.
   * https://docs.stripe.com/api/terminal/readers/process_payment_intent
   */
  processPayment(
    readerId: string,
    paymentIntentId: string,
    { customerMayCancel = false, asksForTip = false }: ReaderPayment,
    idempotencyKey: string,
  ): Promise<ProviderAnswer<ProviderReaderState>> {
    return this.calls.ask(
      'reader_process',
      (stripe) =>
        stripe.terminal.readers.processPaymentIntent(
          readerId,
          {
            payment_intent: paymentIntentId,
            process_config: { enable_customer_cancellation: customerMayCancel, skip_tipping: !asksForTip },
          },
          { idempotencyKey },
        ),
      toProviderReaderState,
    );
  }

  /**
   * Tells the reader to stop asking. No fence: a card that was read already may still pay, so the PaymentIntent is canceled or
   * looked at afterwards. https://docs.stripe.com/api/terminal/readers/cancel_action
   */
  cancelAction(readerId: string, idempotencyKey: string): Promise<ProviderAnswer<ProviderReaderState | null>> {
    return this.calls.ask(
      'reader_cancel',
      (stripe) => stripe.terminal.readers.cancelAction(readerId, {}, { idempotencyKey }),
      toStateOrGone,
    );
  }

  /** Registers a reader that is only simulated; Stripe does so in test mode. https://docs.stripe.com/terminal/references/testing */
  createSimulated(
    { label, locationId }: { readonly label: string; readonly locationId: string },
    idempotencyKey: string,
  ): Promise<ProviderAnswer<ProviderReader>> {
    return this.calls.ask(
      'reader_create',
      (stripe) =>
        stripe.terminal.readers.create(
          { registration_code: 'simulated-wpe', label, location: locationId },
          { idempotencyKey },
        ),
      toProviderReader,
    );
  }

  /** Returns the id of the newest location; null where there is none. https://docs.stripe.com/api/terminal/locations/list */
  someLocation(): Promise<ProviderAnswer<string | null>> {
    return this.calls.ask(
      'location_list',
      (stripe) => stripe.terminal.locations.list({ limit: 1 }),
      ({ data }) => data[0]?.id ?? null,
    );
  }

  /** Returns the new location's id. https://docs.stripe.com/api/terminal/locations/create */
  createLocation(
    { name, address: { postalCode, ...address } }: NewProviderLocation,
    idempotencyKey: string,
  ): Promise<ProviderAnswer<string>> {
    return this.calls.ask(
      'location_create',
      (stripe) =>
        stripe.terminal.locations.create(
          { display_name: name, address: { ...address, postal_code: postalCode } },
          { idempotencyKey },
        ),
      ({ id }) => id,
    );
  }
}

const TROUBLES: Readonly<Record<string, ReaderTrouble>> = {
  terminal_reader_offline: 'offline',
  terminal_reader_busy: 'busy',
  terminal_reader_timeout: 'timeout',
};

/** Returns what is wrong with the reader; null where the answer is no refusal of the reader's. */
export function readerTrouble(answer: ProviderAnswer<unknown>): ReaderTrouble | null {
  return answer.outcome === 'refused' ? (TROUBLES[answer.code ?? ''] ?? null) : null;
}

export function toProviderReader(reader: Stripe.Terminal.Reader): ProviderReader {
  return {
    id: reader.id,
    label: reader.label,
    deviceType: reader.device_type,
    serialNumber: reader.serial_number,
    // Any word but one is taken as offline: nothing is decided by it, and a new one must not hide the reader.
    status: reader.status === null ? null : reader.status === 'online' ? 'online' : 'offline',
    locationId: idOf(reader.location),
  };
}

function toStateOrGone(reader: Stripe.Terminal.Reader | Stripe.Terminal.DeletedReader): ProviderReaderState | null {
  return reader.deleted === true ? null : toProviderReaderState(reader);
}

function toProviderReaderState(reader: Stripe.Terminal.Reader): ProviderReaderState {
  return { ...toProviderReader(reader), action: reader.action === null ? null : toAction(reader.action) };
}

function toAction(action: Stripe.Terminal.Reader.Action): ProviderReaderAction {
  const { api_error: error, process_payment_intent: payment } = action;
  return {
    kind: payment === undefined ? 'other' : 'payment',
    providerPaymentId: idOf(payment?.payment_intent),
    status: knownWord(PROVIDER_READER_ACTION_STATUSES, action.status, 'reader action status'),
    failureCode: action.failure_code,
    failureMessage: action.failure_message,
    decline:
      error?.type === 'card_error'
        ? {
            code: error.code ?? 'card_declined',
            declineCode: error.decline_code ?? null,
            message: error.message ?? 'The payment was declined.',
            ofCard: true,
          }
        : null,
  };
}
