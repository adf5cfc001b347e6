import { Inject, Injectable, Logger } from '@nestjs/common';
import { AppError, invalidRequest } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { type Listed, listed, type ListPage, LONGEST_LIST } from '../../../platform/common/list-page.js';
import type { Principal } from '../../../platform/common/principal.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { PaymentObserver } from '../provider/payment-observer.js';
import { isFinal } from '../record/payment-states.js';
import { type PaymentView, viewOf } from '../record/payment-view.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Payment } from '../record/payment.types.js';

@Injectable()
export class PaymentService {
  private readonly logger = new Logger(PaymentService.name);

  constructor(
    private readonly payments: PaymentRepository,
    private readonly observer: PaymentObserver,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * The caller's own, newest first, as last seen: a list never asks Stripe (ruling 8).
   * @throws AppError validation_failed where it is to go on behind a payment that is not the caller's.
   */
  async list(principal: Principal, { limit, startingAfter }: ListPage): Promise<Listed<PaymentView>> {
    const after = startingAfter === null ? null : await this.cursor(principal, startingAfter);
    const { items, more } = await listed(limit, (most) =>
      atFailpoint('read.list', () => this.payments.listOfUser(principal.id, most, after)),
    );
    if (more && limit === null) this.logger.warn({ userId: principal.id, cap: LONGEST_LIST }, 'payment list capped');
    return { items: items.map((payment) => viewOf(payment)), more };
  }

  private async cursor(principal: Principal, id: string): Promise<Payment> {
    const found = await atFailpoint('read.cursor', () => this.payments.findOfUser(principal.id, id));
    if (found === null) throw invalidRequest('starting_after must be one of your payments');
    return found;
  }

  /**
   * One payment of the caller's; an open one is looked up at Stripe once, and never fenced by a read.
   * @throws AppError payment_not_found (404), also for somebody else's.
   */
  async read(principal: Principal, providerPaymentId: string): Promise<PaymentView> {
    const payment = await atFailpoint('read.find', () => this.payments.findOfUser(principal.id, providerPaymentId));
    if (payment === null) throw new AppError('payment_not_found', 'Payment not found');
    const fresh = this.clock.now() - payment.createdAt.getTime() < this.config.payments.readFreshMs;
    if (isFinal(payment) || fresh) return viewOf(payment);
    const seen = await this.observer.observe(payment);
    return viewOf(seen?.payment ?? payment);
  }
}
