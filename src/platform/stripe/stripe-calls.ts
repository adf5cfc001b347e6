import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { SECOND } from '../common/duration.js';
import { CONFIG, type Config } from '../config/config.js';
import { Metrics } from '../operations/metrics.js';
import { Readiness } from '../operations/readiness.js';
import { askStripe } from './stripe-answer.js';
import type { ProviderAnswer } from './provider.types.js';
import { STRIPE_CLIENT, type StripeClient } from './stripe.client.js';

const PROBE_MS = 5 * SECOND;

/** What is asked of Stripe, as the metric names it. */
export type ProviderOperation =
  | 'customer_create'
  | 'customer_retrieve'
  | 'customer_update'
  | 'customer_delete'
  | 'customer_list'
  | 'method_create'
  | 'method_retrieve'
  | 'method_update'
  | 'method_detach'
  | 'setup_create'
  | 'setup_cancel'
  | 'payment_create'
  | 'payment_confirm'
  | 'payment_retrieve'
  | 'payment_cancel'
  | 'payment_list'
  | 'charge_list'
  | 'refund_list';

/** What is answered without asking, while the key opens an account that is not ours. */
const CLOSED: ProviderAnswer<never> = {
  outcome: 'refused',
  status: 401,
  code: 'account_changed',
  message: 'the API key is of another account',
  retryAfterSeconds: null,
  tries: { count: 0, anyUnknown: false },
};

/**
 * The one way to Stripe: counts what each call told us, and takes this instance out of traffic while Stripe refuses our
 * key. Without traffic nothing would notice that the key works again, so it is tried every five seconds.
 */
@Injectable()
export class StripeCalls implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Stripe');
  private probe: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    @Inject(STRIPE_CLIENT) private readonly stripe: StripeClient,
    private readonly metrics: Metrics,
    private readonly readiness: Readiness,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.stripe.livemode && this.config.stripe.secretKey.startsWith('sk_')) {
      this.logger.warn('STRIPE_SECRET_KEY may do everything: a restricted key (rk_live_…) limits what a leak can do');
    }
  }

  async ask<S, T>(
    operation: ProviderOperation,
    call: (stripe: StripeClient) => Promise<S>,
    translate: (value: S) => T,
  ): Promise<ProviderAnswer<T>> {
    return this.closed ? CLOSED : this.askAnyway(operation, call, translate);
  }

  /** Also while calls are closed: only for finding out whether they still must be. */
  async askAnyway<S, T>(
    operation: ProviderOperation,
    call: (stripe: StripeClient) => Promise<S>,
    translate: (value: S) => T,
  ): Promise<ProviderAnswer<T>> {
    const began = performance.now();
    const answer = await askStripe(() => call(this.stripe), translate);
    this.metrics.observe('provider_call_duration_seconds', { operation }, (performance.now() - began) / 1000);
    this.metrics.count('provider_calls_total', { outcome: answer.outcome });
    this.watchKey(answer);
    return answer;
  }

  /**
   * With the key of another account every payment here would be unknown, and every new one somebody else's: nothing is
   * sent until it is ours again. `why` is null when it is.
   */
  close(why: string | null): void {
    if (why !== null && !this.closed) this.logger.error({ detail: why }, 'stripe_account_changed');
    this.closed = why !== null;
    this.readiness.require('stripe_account', !this.closed, why ?? undefined, { stopsWork: true });
    this.showUsable();
  }

  onApplicationShutdown(): void {
    clearInterval(this.probe);
  }

  private watchKey(answer: ProviderAnswer<unknown>): void {
    if (answer.outcome === 'unknown') return;
    const refused = answer.outcome === 'refused' && answer.status === 401;
    if (refused) {
      if (this.probe === undefined) this.logger.error('stripe_key_refused');
      this.readiness.require('stripe', false, 'Stripe refuses the API key (401): revoked, or mistyped');
      this.probe ??= setInterval(() => void this.tryKey(), PROBE_MS).unref();
    } else if (this.probe !== undefined) {
      clearInterval(this.probe);
      this.probe = undefined;
      this.readiness.require('stripe', true);
    }
    this.showUsable();
  }

  private showUsable(): void {
    this.metrics.gauge('stripe_usable', this.closed || this.probe !== undefined ? 0 : 1);
  }

  /** Asks the least there is to ask; what it says of the key is watched as with every call. */
  async tryKey(): Promise<void> {
    await this.askAnyway(
      'payment_list',
      (stripe) => stripe.paymentIntents.list({ limit: 1 }),
      () => undefined,
    );
  }
}
