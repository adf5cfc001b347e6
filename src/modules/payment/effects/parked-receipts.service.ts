import { Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import type { AuditAction } from '../../audit/audit-actions.js';
import { AuditTrail } from '../../audit/audit-trail.service.js';
import type { AuditActor } from '../../audit/audit.types.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Effect, Payment } from '../record/payment.types.js';
import { isParked, withEffect } from './effect-failure.js';

export interface ParkedReceipt {
  /** `pi_…` */
  readonly payment: string;
  readonly parkedAt: Date;
  readonly reason: string;
}

/** Number of payments that one command changes; given again it goes on. */
const BATCH = 1_000;

/** Lists, retries and skips parked effects for an operator; the worker sends what is retried. */
@Injectable()
export class ParkedReceiptsService {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Newest first. */
  async list(limit: number = BATCH): Promise<ParkedReceipt[]> {
    return (await this.payments.withParkedEffects(limit)).flatMap((payment) =>
      payment.effects.filter(isParked).map(({ parkedAt, parkedBecause }) => ({
        payment: payment.providerPaymentId ?? payment._id,
        parkedAt: parkedAt ?? this.clock.date(),
        reason: parkedBecause ?? '',
      })),
    );
  }

  /** Retries them as if they had never failed, after the address or the mail server was mended. @returns how many. */
  retry(actor: AuditActor, providerPaymentId?: string): Promise<number> {
    return this.each(actor, 'receipts.retry', providerPaymentId, (effect) => ({
      ...effect,
      ...{ failures: 0, failedAt: null, retryAt: null, parkedAt: null, parkedBecause: null },
    }));
  }

  /** Done without being sent; `parkedAt` and the reason stay in the record. @returns how many. */
  skip(actor: AuditActor, providerPaymentId?: string): Promise<number> {
    return this.each(actor, 'receipts.skip', providerPaymentId, (effect) => ({ ...effect, doneAt: this.clock.date() }));
  }

  private each(
    actor: AuditActor,
    action: AuditAction,
    providerPaymentId: string | undefined,
    change: (effect: Effect) => Effect,
  ): Promise<number> {
    return this.audit.record(
      actor,
      { action, object: { kind: 'receipts', id: providerPaymentId ?? 'all' } },
      () => this.changeParked(providerPaymentId, change),
      (changed) => ({ after: { changed } }),
    );
  }

  private async changeParked(
    providerPaymentId: string | undefined,
    change: (effect: Effect) => Effect,
  ): Promise<number> {
    let changed = 0;
    for (const payment of await this.parked(providerPaymentId)) {
      const next = payment.effects.filter(isParked).map(change);
      const after = next.reduce<Payment>(
        (seen, effect) => ({ ...seen, ...withEffect(seen, effect, this.clock.date()) }),
        payment,
      );
      const { effects, effectsDueAt, effectsParkedAt = null } = after;
      if ((await this.payments.change(payment, { effects, effectsDueAt, effectsParkedAt })) !== null) changed++;
    }
    return changed;
  }

  private async parked(providerPaymentId: string | undefined): Promise<Payment[]> {
    if (providerPaymentId === undefined) return this.payments.withParkedEffects(BATCH);
    const payment = await this.payments.findByProviderPayment(providerPaymentId);
    if (payment === null || !payment.effects.some(isParked))
      throw new AppError('payment_not_found', `no receipt of ${providerPaymentId} is parked`);
    return [payment];
  }
}
