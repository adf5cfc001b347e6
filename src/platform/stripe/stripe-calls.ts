import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { SECOND } from '../common/duration.js';
import { CONFIG, type Config } from '../config/config.js';
import { Metrics } from '../operations/metrics.js';
import { Readiness } from '../operations/readiness.js';
import { askStripe } from './stripe-answer.js';
import type { ProviderAnswer } from './provider.types.js';
import { STRIPE_CLIENT, type StripeClient } from './stripe.client.js';
import { StripeReach } from './stripe-reach.js';

const PROBE_MS = 5 * SECOND;

/** Names of the calls to Stripe, as the metric has them. */
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
  | 'setup_list'
  | 'payment_create'
  | 'payment_confirm'
  | 'payment_retrieve'
  | 'payment_cancel'
  | 'payment_capture'
  | 'payment_list'
  | 'charge_list'
  | 'charge_retrieve'
  | 'refund_create'
  | 'refund_list'
  | 'dispute_retrieve'
  | 'dispute_list'
  | 'payout_list'
  | 'payout_retrieve'
  | 'balance_list'
  | 'reader_list'
  | 'reader_retrieve'
  | 'reader_process'
  | 'reader_cancel'
  | 'reader_create'
  | 'location_list'
  | 'location_create';

/** Answer without a call, while the key opens an account that is not ours. */
const CLOSED: ProviderAnswer<never> = {
  outcome: 'refused',
  status: 401,
  code: 'account_changed',
  param: null,
  message: 'the API key is of another account',
  retryAfterSeconds: null,
  tries: { count: 0, anyUnknown: false },
};

/** Answer without asking while Stripe is down: nothing was sent, and nothing is known. */
const DOWN: ProviderAnswer<never> = {
  outcome: 'unknown',
  serverError: false,
  replayedServerError: false,
  unreachable: true,
  cause: 'not asked: Stripe has not answered lately',
  tries: { count: 0, anyUnknown: false },
};

/**
 * The one way to Stripe: counts what each call told us, and takes this instance out of traffic while Stripe refuses our
 * key. A Stripe that does not answer is not asked for a while; the instance stays in traffic for everything else. Without
 * traffic nothing would notice that either is over, so it is tried every five seconds.
 */
@Injectable()
export class StripeCalls implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Stripe');
  private probe: NodeJS.Timeout | undefined;
  private closed = false;
  private refused = false;
  private readonly reach: StripeReach;

  constructor(
    @Inject(STRIPE_CLIENT) private readonly stripe: StripeClient,
    private readonly metrics: Metrics,
    private readonly readiness: Readiness,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.reach = new StripeReach(config.stripe.downAfterCalls);
  }

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
    if (this.closed) return CLOSED;
    return this.reach.isDown ? DOWN : this.askAnyway(operation, call, translate);
  }

  /** Tells whether a call would be of no use now: Stripe is down, refuses our key, or the key is of another account. */
  get isUnusable(): boolean {
    return this.closed || this.refused || this.reach.isDown;
  }

  /** Calls Stripe even while calls are closed or Stripe is down, to find out whether that is still so. */
  async askAnyway<S, T>(
    operation: ProviderOperation,
    call: (stripe: StripeClient) => Promise<S>,
    translate: (value: S) => T,
  ): Promise<ProviderAnswer<T>> {
    const began = performance.now();
    const answer = await askStripe(() => call(this.stripe), translate);
    this.metrics.observe('provider_call_duration_seconds', { operation }, (performance.now() - began) / 1000);
    this.metrics.count('provider_calls_total', { outcome: answer.outcome });
    this.watchReach(answer);
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

  private watchReach(answer: ProviderAnswer<unknown>): void {
    const before = this.reach.isDown;
    this.reach.saw(answer);
    const now = this.reach.isDown;
    if (now && !before) this.logger.error('stripe_down');
    if (before && !now) this.logger.log('Stripe answers again');
    this.metrics.gauge('stripe_reachable', now ? 0 : 1);
    this.probeWhileNeeded();
  }

  private watchKey(answer: ProviderAnswer<unknown>): void {
    if (answer.outcome === 'unknown') return;
    const refused = answer.outcome === 'refused' && answer.status === 401;
    if (refused && !this.refused) this.logger.error('stripe_key_refused');
    if (refused) this.readiness.require('stripe', false, 'Stripe refuses the API key (401): revoked, or mistyped');
    else if (this.refused) this.readiness.require('stripe', true);
    this.refused = refused;
    this.probeWhileNeeded();
    this.showUsable();
  }

  private probeWhileNeeded(): void {
    if (this.refused || this.reach.isDown) {
      this.probe ??= setInterval(() => void this.tryKey(), PROBE_MS).unref();
      return;
    }
    clearInterval(this.probe);
    this.probe = undefined;
  }

  private showUsable(): void {
    this.metrics.gauge('stripe_usable', this.closed || this.refused ? 0 : 1);
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
