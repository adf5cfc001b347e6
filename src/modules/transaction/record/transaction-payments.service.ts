import { Injectable } from '@nestjs/common';
import { DeploymentService } from '../../merchant/deployment.service.js';
import { ChargeService } from '../../payment/charge/charge.service.js';
import type { Charged } from '../../payment/charge/charge.types.js';
import type { Payment } from '../../payment/record/payment.types.js';
import type { Transaction } from './transaction.types.js';

/** The payments behind transactions: where Stripe's word for the money is kept. */
@Injectable()
export class TransactionPayments {
  constructor(
    private readonly charges: ChargeService,
    private readonly deployment: DeploymentService,
  ) {}

  /** The payment's key and the name of its attempt are the row's id: the row is the payment's write-ahead. */
  named({ _id: key, accountId }: Transaction) {
    return { owner: gatewayOwner(accountId), key, fingerprint: this.deployment.fingerprint({ transaction: key }) };
  }

  /** Returns the id of a row's payment, whether or not there is one yet. */
  idOf({ _id: key, accountId }: Pick<Transaction, '_id' | 'accountId'>): string {
    return this.charges.idOf(gatewayOwner(accountId), key);
  }

  /** Returns null where no charge has begun, or none ever will. */
  async find({ paymentId }: Transaction): Promise<Charged | null> {
    return paymentId === null ? null : this.charges.findById(paymentId);
  }

  /** Throws where there is none: a transaction with a status of its own has one, or moved no money. */
  async of(row: Transaction): Promise<Payment> {
    const found = await this.find(row);
    if (found === null) throw new Error(`the payment of transaction ${row._id} has vanished`);
    return found.payment;
  }
}

const gatewayOwner = (accountId: string) => ({ surface: 'gateway', accountId }) as const;
