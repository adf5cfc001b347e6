import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../platform/common/app-error.js';
import { StoreError } from '../../platform/database/store-error.js';
import { atFailpoint } from '../../platform/common/failpoints.js';
import type { NumberedMethod } from '../customer/person/person-methods.service.js';
import { VAULT_CUSTOMER, VAULT_METHOD } from '../payment/charge/card-on-file.service.js';
import { ChargeService } from '../payment/charge/charge.service.js';
import type { Charged, ChargeOrder } from '../payment/charge/charge.types.js';
import type { Payment } from '../payment/record/payment.types.js';
import { OrderBook } from './order-book.service.js';
import { OrderPayments } from './order-payments.service.js';
import { orderStateOf, wasSent } from './order-states.js';
import { ORDER_CURRENCY, type Order } from './order.types.js';

/** A method of a person that can be charged now. */
export type ChargeableMethod = NumberedMethod & {
  readonly [P in 'method' | 'customer']: NonNullable<NumberedMethod[P]>;
};

/** Charges orders that are written, without their person being there, and writes what became of them. */
@Injectable()
export class OrderCharger {
  private readonly logger = new Logger(OrderCharger.name);

  constructor(
    private readonly charges: ChargeService,
    private readonly payments: OrderPayments,
    private readonly book: OrderBook,
  ) {}

  /** Throws as `finish`. */
  charge(order: Order, method: ChargeableMethod): Promise<Order> {
    return this.finish(order, () => this.charges.charge(this.chargeOf(order, method)));
  }

  /** Goes on with a charge that an earlier request began, or returns what became of it; null where none has begun. */
  async goOn(order: Order): Promise<Order | null> {
    const begun = await atFailpoint('order.look_payment', () => this.payments.find(order));
    if (begun === null) return null;
    return this.finish(order, async () => (await this.charges.repeat(this.payments.named(order))) ?? begun);
  }

  /**
   * @throws AppError provider_unreachable, provider_refused: nothing was charged, and without a key of the client's nothing ever
   *   will be; too_many_declines, rate_limited; payment_in_progress: another request is at work on it; StoreError.
   */
  private async finish(order: Order, charge: () => Promise<Charged>): Promise<Order> {
    const { payment } = await charge().catch((error: unknown) => this.notCharged(order, error));
    const booked = await this.booked(order, payment);
    if (orderStateOf(payment) === 'error' && !wasSent(payment))
      throw new AppError('provider_refused', 'The payment provider did not take the order');
    return booked;
  }

  /** Whatever happens now undoes no charge: news of the payment, or the resolver, writes what this could not. */
  private async booked(order: Order, payment: Payment): Promise<Order> {
    return this.book.book(order, payment).catch((error: unknown) => {
      this.logger.error({ err: error, paymentId: payment._id }, 'the outcome of an order is not written yet');
      return order;
    });
  }

  /** Ends an order that cannot be charged: the error proves that nothing was sent, and a client without a key cannot ask again. */
  private async notCharged(order: Order, error: unknown): Promise<never> {
    const isOurs = error instanceof AppError && !(error instanceof StoreError) && error.code !== 'payment_in_progress';
    if (isOurs && !order.isRepeatable) {
      const { payment } = await this.payments.endUnsent(order);
      await this.book.book(order, payment);
    }
    throw error;
  }

  private chargeOf(order: Order, { row, method, customer }: ChargeableMethod): ChargeOrder {
    if (customer.providerCustomerId === null) throw new Error(`${customer._id} has a payment method and no Customer`);
    const { amountMinor, description } = order;
    return {
      ...this.payments.named(order),
      amountMinor,
      currency: ORDER_CURRENCY,
      description,
      metadata: { ...metadataOf(order), [VAULT_CUSTOMER]: customer._id, [VAULT_METHOD]: method.id },
      customerId: customer.providerCustomerId,
      terms: {
        paymentMethodId: method.providerMethodId,
        // The mandate of a SEPA account was given when it was stored.
        methodTypes: [row.type === 'sepa' ? 'sepa_debit' : 'card'],
        capture: 'automatic',
        offSession: true,
        ref: '1',
        instrument: method.instrument ?? method.providerMethodId,
      },
    };
  }
}

/** Names of an order's own in its payment's metadata: with them an order that a restored backup has lost is written again. */
export function metadataOf({
  _id,
  personId,
  campaignCode,
  methodId,
  methodNumber,
  kind,
}: Order): Record<string, string> {
  return {
    order_id: _id,
    order_kind: kind,
    person_id: personId,
    person_method_id: methodId,
    person_method_number: String(methodNumber),
    ...(campaignCode === '' ? {} : { campaign_code: campaignCode }),
  };
}
