import { Inject, Injectable, Logger } from '@nestjs/common';
import { DueWorker } from '../../../platform/common/due-worker.js';
import { Clock } from '../../../platform/common/clock.js';
import { MINUTE } from '../../../platform/common/duration.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { Metrics } from '../../../platform/operations/metrics.js';
import { Readiness } from '../../../platform/operations/readiness.js';
import { EffectConsumers } from '../record/effect-consumers.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Effect, Payment } from '../record/payment.types.js';
import { afterFailure, isParked, nextDueAt, withEffect } from './effect-failure.js';

/** Tried several times by then: somebody should look why. */
export const OVERDUE_AFTER_MS = 10 * MINUTE;

/**
 * Hands effects to their consumers at least once, then marks them done. A crash between the two repeats the effect under
 * the same id, which the consumer drops. What fails is tried again later, or parked for an operator (effect-failure.ts).
 */
@Injectable()
export class EffectDrain extends DueWorker<Payment> {
  /** Consumers are waited for, most of the time for a disk or a mail server. */
  protected override readonly pace = { batch: 50, lanes: 4 };
  private readonly logger = new Logger(EffectDrain.name);

  constructor(
    private readonly payments: PaymentRepository,
    private readonly consumers: EffectConsumers,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    readiness: Readiness,
    @Inject(CONFIG) config: Config,
  ) {
    super(config.role, readiness, 'effect-drain', Math.min(1_000, config.payments.resolverTickMs));
  }

  protected override due(limit: number): Promise<readonly Payment[]> {
    return atFailpoint('effect.due', () => this.payments.dueForEffects(this.clock.date(), limit));
  }

  protected override async showRest(): Promise<void> {
    const before = new Date(this.clock.now() - OVERDUE_AFTER_MS);
    const overdue = await atFailpoint('effect.overdue', () => this.payments.countOverdueEffects(before));
    this.metrics.gauge('effects_overdue', overdue);
    const parked = await atFailpoint('effect.parked', () => this.payments.countParkedEffects());
    this.metrics.gauge('effects_parked', parked);
  }

  protected override async work(payment: Payment): Promise<boolean> {
    // Claimed for a minute: a consumer that hangs, or dies with us, is tried again then, by whoever is alive.
    const claimed = await atFailpoint('effect.claim', () =>
      this.payments.change(payment, { effectsDueAt: new Date(this.clock.now() + MINUTE) }),
    );
    if (claimed !== null) await this.drain(claimed);
    return false;
  }

  /** Hands over the effects in the order in which they were written; a consumer that fails, or waits, holds up nobody else. */
  private async drain(payment: Payment): Promise<void> {
    let current = payment;
    const waiting = new Set<string | undefined>();
    for (const effect of payment.effects) {
      if (effect.doneAt !== null || waiting.has(effect.consumer)) continue;
      if (isParked(effect) || (effect.retryAt ?? new Date(0)).getTime() > this.clock.now()) {
        waiting.add(effect.consumer);
        continue;
      }
      const after = await this.outcomeOf(effect, current);
      const change = withEffect(current, after, current.effectsDueAt ?? this.clock.date());
      const next = await atFailpoint('effect.done', () => this.payments.change(current, change));
      if (next === null) return; // somebody wrote meanwhile: due again in a minute, the consumer knows the id
      if (after.doneAt === null) waiting.add(effect.consumer);
      current = next;
    }
    if (current === payment) await this.letWait(payment);
  }

  /** Postpones a payment whose new effects all wait behind failed or parked ones: nothing is due before those are. */
  private async letWait(payment: Payment): Promise<void> {
    const effectsDueAt = nextDueAt(payment.effects, payment.effectsDueAt ?? this.clock.date());
    await atFailpoint('effect.wait', () => this.payments.change(payment, { effectsDueAt }));
  }

  private async outcomeOf(effect: Effect, payment: Payment): Promise<Effect> {
    const consumer = this.consumers.of(effect);
    try {
      if (consumer === undefined) throw new Error(`nobody is called ${effect.consumer} in this release`);
      await consumer.consume(effect, payment);
    } catch (error) {
      return this.failed(effect, error);
    }
    this.metrics.count('effects_total', { result: 'done' });
    return { ...effect, doneAt: this.clock.date() };
  }

  private failed(effect: Effect, error: unknown): Effect {
    const { effect: after, retryAt } = afterFailure(effect, error, this.clock.now());
    const known = { err: error, effectId: effect.id };
    if (retryAt !== null) this.logger.warn(known, 'effect failed, it will be tried again');
    else this.logger.error(known, 'effect parked: npm run admin -- parked-receipts');
    this.metrics.count('effects_total', { result: retryAt === null ? 'parked' : 'failed' });
    return after;
  }
}
