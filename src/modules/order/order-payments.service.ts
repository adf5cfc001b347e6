import { Injectable } from '@nestjs/common';
import { DeploymentService } from '../merchant/deployment.service.js';
import { ChargeService } from '../payment/charge/charge.service.js';
import type { Charged } from '../payment/charge/charge.types.js';
import { ORDER_CURRENCY, type Order } from './order.types.js';

/** The one payment of each order. */
@Injectable()
export class OrderPayments {
  constructor(
    private readonly charges: ChargeService,
    private readonly deployment: DeploymentService,
  ) {}

  /** The payment's key is the order's id: another payment of the order cannot be named. */
  named({ _id: key, accountId, isRepeatable }: Pick<Order, '_id' | 'accountId' | 'isRepeatable'>) {
    const fingerprint = this.deployment.fingerprint({ order: key });
    return { owner: censusOwner(accountId), key, fingerprint, isRepeatable };
  }

  /** Returns the id of an order's payment, whether or not there is one yet. */
  idOf({ _id: key, accountId }: Pick<Order, '_id' | 'accountId'>): string {
    return this.charges.idOf(censusOwner(accountId), key);
  }

  /** Returns null where no payment has begun. */
  find({ paymentId }: Order): Promise<Charged | null> {
    return this.charges.findById(paymentId);
  }

  /** Ends what was not sent, so that no request that stood still can send it later; what was sent stays as it is. */
  endUnsent(order: Order): Promise<Charged> {
    const { amountMinor } = order;
    return this.charges.end({ ...this.named(order), amountMinor, currency: ORDER_CURRENCY });
  }
}

const censusOwner = (accountId: string) => ({ surface: 'census', accountId }) as const;
