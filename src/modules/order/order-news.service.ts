import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { atFailpoint } from '../../platform/common/failpoints.js';
import { type EffectConsumer, EffectConsumers } from '../payment/record/effect-consumers.js';
import { ownerOf } from '../payment/record/payment-owner.js';
import { type Effect, type Payment, PAYMENT_EVENTS } from '../payment/record/payment.types.js';
import { OrderBook } from './order-book.service.js';
import { OrderRepository } from './order.repository.js';
import { type NewOrder, type Order, ORDER_KINDS } from './order.types.js';

/**
 * Brings what happened to payments into their orders: charges whose request has died, debits that a bank has taken days for, and
 * those that came back weeks later. The payment is read whole, so nothing depends on which event it was, nor on how often it
 * comes.
 */
@Injectable()
export class OrderNews implements EffectConsumer, OnModuleInit {
  private readonly logger = new Logger(OrderNews.name);
  readonly name = 'order';
  readonly events = PAYMENT_EVENTS;

  constructor(
    private readonly consumers: EffectConsumers,
    private readonly orders: OrderRepository,
    private readonly book: OrderBook,
  ) {}

  onModuleInit(): void {
    this.consumers.register(this);
  }

  wants(payment: Payment): boolean {
    return ownerOf(payment).surface === 'census';
  }

  async consume(_effect: Effect, payment: Payment): Promise<void> {
    const order =
      (await atFailpoint('order.of_payment', () => this.orders.load(payment.cuid))) ?? (await this.lost(payment));
    if (order !== null) await this.book.book(order, payment);
  }

  /** An order of ours that a restored backup has lost, written again from its payment's metadata. */
  private async lost(payment: Payment): Promise<Order | null> {
    const order = orderIn(payment);
    if (order === null) return null;
    const { document } = await atFailpoint('order.import', () => this.orders.insert(order));
    this.logger.warn({ paymentId: payment._id }, 'an order was lost, and is here again');
    return document;
  }
}

/** Pure. Returns null for metadata that no order of ours has. */
function orderIn(payment: Payment): NewOrder | null {
  const { metadata, createdAt, amountMinor, description, _id: paymentId, cuid } = payment;
  const owner = ownerOf(payment);
  const kind = ORDER_KINDS.find((one) => one === metadata['order_kind']);
  const { person_id: personId, person_method_id: methodId, person_method_number: number } = metadata;
  if (
    owner.surface === 'storefront' ||
    kind === undefined ||
    personId === undefined ||
    methodId === undefined ||
    number === undefined
  )
    return null;
  return {
    _id: cuid,
    accountId: owner.accountId,
    personId,
    campaignCode: metadata['campaign_code'] ?? '',
    amountMinor,
    description: description ?? '',
    kind,
    methodId,
    methodNumber: Number(number),
    state: 'pending',
    paymentId,
    isRepeatable: false,
    nextCheckAt: null,
    createdAt,
    updatedAt: createdAt,
  };
}
