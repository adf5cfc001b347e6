import { Inject, Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import type { Principal } from '../../../platform/common/principal.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { PaymentObserver } from '../provider/payment-observer.js';
import { isFinal } from '../record/payment-states.js';
import { type PaymentView, viewOf } from '../record/payment-view.js';
import { PaymentRepository } from '../record/payment.repository.js';

/** Upper bound of a list, logged when it is hit: this surface has no paging (A13). */
const LIST_CAP = 1000;

@Injectable()
export class PaymentService {
  private readonly logger = new Logger(PaymentService.name);

  constructor(
    private readonly payments: PaymentRepository,
    private readonly observer: PaymentObserver,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The caller's own, newest first, as last seen: a list never asks Stripe (ruling 8). */
  async list(principal: Principal): Promise<PaymentView[]> {
    const payments = await atFailpoint('read.list', () => this.payments.listOfUser(principal.id, LIST_CAP));
    if (payments.length === LIST_CAP) this.logger.warn({ userId: principal.id, cap: LIST_CAP }, 'payment list capped');
    return payments.map((payment) => viewOf(payment));
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
