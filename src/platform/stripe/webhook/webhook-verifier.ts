import { Inject, Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import { AppError } from '../../common/app-error.js';
import { Clock } from '../../common/clock.js';
import { CONFIG, type Config } from '../../config/config.js';
import { STRIPE_CLIENT, type StripeClient } from '../stripe.client.js';
import type { ProviderEvent } from './provider-event.types.js';

const MAX_HEADER = 4096;
/** The last second that a Date can hold. */
const END_OF_TIME = 8_640_000_000_000;

/**
 * Stripe shows this sentence beside the delivery. A thin event has no `data.object`; an endpoint gets either only thin
 * events or none, so taking them would hide that no payment event ever arrives.
 */
const THIN = 'The event is a thin one (API v2): set the endpoint’s payload style to snapshot';

/** Decides whether a delivery is Stripe's, for this account, and young enough; then says in our words what it is about. */
@Injectable()
export class WebhookVerifier {
  constructor(
    @Inject(STRIPE_CLIENT) private readonly stripe: StripeClient,
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError validation_failed (400) for anything that is not a fresh event of this account and mode. */
  async verify(rawBody: Buffer | undefined, signature: string | undefined): Promise<ProviderEvent> {
    if (rawBody === undefined || rawBody.length === 0) throw refused('The request body is empty');
    if (signature === undefined || signature.length > MAX_HEADER)
      throw refused('The Stripe-Signature header is missing or malformed');
    await this.refuseFuture(signature);
    return this.toProviderEvent(this.construct(rawBody, signature));
  }

  /** During a rotation either secret may have signed. The SDK checks the age, by the app's clock. */
  private construct(rawBody: Buffer, signature: string): Stripe.Event {
    // 0 would tell the SDK to take any age.
    const toleranceSeconds = Math.max(1, Math.round(this.config.stripe.webhookToleranceMs / 1000));
    for (const secret of this.config.stripe.webhookSecrets) {
      try {
        return this.stripe.webhooks.constructEvent(
          rawBody,
          signature,
          secret,
          toleranceSeconds,
          undefined,
          this.clock.now(),
        );
      } catch (error) {
        if (error instanceof SyntaxError) throw refused('The event is not JSON');
        if (!(error instanceof Stripe.errors.StripeSignatureVerificationError))
          throw refused(isThin(rawBody) ? THIN : 'The event cannot be read');
      }
    }
    throw refused('The signature does not match, or is too old');
  }

  /** The SDK refuses old timestamps only. A moved test clock is read again before a delivery is called early. */
  private async refuseFuture(signature: string): Promise<void> {
    const seconds = signedAt(signature);
    if (seconds === null) throw refused('The Stripe-Signature header is missing or malformed');
    const tooEarly = () => seconds * 1000 > this.clock.now() + this.config.stripe.webhookToleranceMs;
    if (!tooEarly()) return;
    await this.clock.refresh();
    if (tooEarly()) throw refused('The timestamp is in the future');
  }

  private toProviderEvent(event: Stripe.Event): ProviderEvent {
    const object: unknown = (event as { data?: { object?: unknown } } | null)?.data?.object;
    if (!isRecord(object)) throw refused('The event has no object');
    if (typeof event.id !== 'string' || !/^evt_\w{1,250}$/.test(event.id)) throw refused('The event has no id');
    if (typeof event.type !== 'string' || event.type.length > 100 || !isMoment(event.created))
      throw refused('The event cannot be read');
    if (event.livemode !== this.config.stripe.livemode) throw refused('The event is of the other mode (live or test)');
    if (event.account !== undefined && event.account !== this.config.stripe.accountId)
      throw refused('The event is of another account');
    return {
      id: event.id,
      type: event.type,
      objectId: typeof object['id'] === 'string' ? object['id'].slice(0, 255) : null,
      providerPaymentId: paymentOf(object),
      ...failedChargesOf(event.type, object),
      metadata: ours(object['metadata']),
      createdAt: new Date(event.created * 1000),
    };
  }
}

/** The SDK believes the last of several timestamps, so a header with more than one is nobody's. */
function signedAt(signature: string): number | null {
  const stamps = signature.split(',').filter((part) => part.trimStart().startsWith('t='));
  const digits = stamps.length === 1 ? /^t=(\d{1,12})$/.exec(stamps[0] ?? '') : null;
  return digits === null ? null : Number(digits[1]);
}

/** Tells thin events, once the signature was found right: the SDK has parsed these bytes and refused what they are. */
function isThin(rawBody: Buffer): boolean {
  const event: unknown = JSON.parse(rawBody.toString('utf8'));
  return isRecord(event) && event['object'] === 'v2.core.event';
}

function isMoment(seconds: unknown): boolean {
  return Number.isSafeInteger(seconds) && Number(seconds) >= 0 && Number(seconds) <= END_OF_TIME;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function paymentOf(object: Record<string, unknown>): string | null {
  const id = object['object'] === 'payment_intent' ? object['id'] : object['payment_intent'];
  return typeof id === 'string' && /^pi_\w{1,250}$/.test(id) ? id : null;
}

function failedChargesOf(type: string, object: Record<string, unknown>): Pick<ProviderEvent, 'failedChargeIds'> {
  if (type !== 'payment_intent.payment_failed') return {};
  const { last_payment_error: error, latest_charge: latest } = object;
  const id = (isRecord(error) ? error['charge'] : undefined) ?? (isRecord(latest) ? latest['id'] : latest);
  return typeof id === 'string' && /^(ch|py)_\w{1,250}$/.test(id) ? { failedChargeIds: [id] } : {};
}

/** The names of our records and nothing else: metadata may hold whatever somebody wrote in Stripe's dashboard. */
function ours(metadata: unknown): Record<string, string> {
  const kept: Record<string, string> = {};
  if (!isRecord(metadata)) return kept;
  for (const name of ['payment_id', 'deployment_id'] as const) {
    const value = Object.hasOwn(metadata, name) ? metadata[name] : undefined;
    if (typeof value === 'string' && value.length <= 500) kept[name] = value;
  }
  return kept;
}

function refused(why: string): AppError {
  return new AppError('validation_failed', why);
}
