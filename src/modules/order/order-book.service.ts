import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/common/clock.js';
import { atFailpoint } from '../../platform/common/failpoints.js';
import { MethodHistory } from '../customer/person/method-history.service.js';
import type { Payment } from '../payment/record/payment.types.js';
import { OrderPayments } from './order-payments.service.js';
import { isRefusedForGood, mayBecome, orderStateOf } from './order-states.js';
import { OrderRepository } from './order.repository.js';
import type { Order, OrderChange } from './order.types.js';

/** Writes into an order what its payment says; the only writer of its state. */
@Injectable()
export class OrderBook {
  constructor(
    private readonly orders: OrderRepository,
    private readonly payments: OrderPayments,
    private readonly history: MethodHistory,
    private readonly clock: Clock,
  ) {}

  /** Brings the order's state and what its payment method has shown up to date, whoever comes with the news and how often. */
  async book(order: Order, payment: Payment): Promise<Order> {
    let told = payment;
    const booked = await atFailpoint('order.book', () =>
      this.orders.changeUntil(order, async (current) => {
        // The payment is read again when another writer was first: it may have known more, and an older look must not be written over it.
        if (current !== order) told = (await this.payments.find(current))?.payment ?? told;
        return this.changeOf(current, told);
      }),
    );
    await this.noteMethod(booked, told);
    return booked;
  }

  private changeOf(order: Order, payment: Payment): OrderChange | null {
    const told = orderStateOf(payment);
    const state = mayBecome(order.state, told) ? told : order.state;
    // While a payment has not begun nobody but the resolver would look at it; of one that has, news is told.
    const nextCheckAt = state === 'pending' ? order.nextCheckAt : null;
    if (state === order.state && nextCheckAt === order.nextCheckAt) return null;
    return { state, nextCheckAt, updatedAt: this.clock.date() };
  }

  private async noteMethod({ methodId }: Order, payment: Payment): Promise<void> {
    if (payment.state === 'SUCCEEDED') await this.history.paid(methodId);
    if (isRefusedForGood(payment)) await this.history.refusedForGood(methodId);
  }
}
