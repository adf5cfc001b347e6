import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/common/clock.js';
import { DueWorker } from '../../platform/common/due-worker.js';
import { atFailpoint } from '../../platform/common/failpoints.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Readiness } from '../../platform/operations/readiness.js';
import { OrderBook } from './order-book.service.js';
import { OrderPayments } from './order-payments.service.js';
import { OrderRepository } from './order.repository.js';
import type { Order } from './order.types.js';

/**
 * Finishes what requests leave behind: an order whose charge was not sent is ended, so that nothing that stood still can charge
 * it later; one that was sent gets the outcome that its payment has. It never starts a charge: its client may have gone another
 * way.
 */
@Injectable()
export class OrderResolver extends DueWorker<Order> {
  protected override readonly pace = { batch: 50, lanes: 4 };
  private readonly logger = new Logger(OrderResolver.name);

  constructor(
    private readonly orders: OrderRepository,
    private readonly payments: OrderPayments,
    private readonly book: OrderBook,
    private readonly clock: Clock,
    readiness: Readiness,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super(config.role, readiness, 'order-resolver', config.payments.resolverTickMs);
  }

  protected override due(limit: number): Promise<readonly Order[]> {
    return atFailpoint('order.due', () => this.orders.dueForCheck(this.clock.date(), limit));
  }

  protected override async work(order: Order): Promise<boolean> {
    try {
      const nextCheckAt = new Date(this.clock.now() + this.config.payments.unansweredRecheckMs);
      const claimed = await atFailpoint('order.claim_due', () => this.orders.change(order, { nextCheckAt }));
      if (claimed !== null) await this.resolve(claimed);
    } catch (error) {
      this.logger.warn({ err: error, paymentId: order.paymentId }, 'order could not be resolved yet');
    }
    return true;
  }

  private async resolve(order: Order): Promise<void> {
    const { payment } = await this.payments.endUnsent(order);
    await this.book.book(order, payment);
  }
}
