import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { changeUntil } from '../../../platform/database/change-until.js';
import { type ProviderCharge, StripeCharges } from '../../../platform/stripe/stripe-charges.js';
import type { Payment } from '../../payment/record/payment.types.js';
import { afterPayment } from './transaction-changes.js';
import { TransactionPayments } from './transaction-payments.service.js';
import { TransactionRepository } from './transaction.repository.js';
import type { Transaction, TransactionChange } from './transaction.types.js';

/** Writes into a row what its payment says; the only writer of what follows from money. */
@Injectable()
export class TransactionBook {
  private readonly logger = new Logger(TransactionBook.name);

  constructor(
    private readonly rows: TransactionRepository,
    private readonly payments: TransactionPayments,
    private readonly charges: StripeCharges,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @param also what the caller knows besides, such as that it is done with the row */
  async book(row: Transaction, payment: Payment, also: TransactionChange | null = null): Promise<Transaction> {
    const charge = await this.chargeOf(row, payment);
    const bySwap = {
      change: (seen: Transaction, change: TransactionChange) =>
        atFailpoint('transaction.book', () => this.rows.change(seen, change)),
      reload: (seen: Transaction) => atFailpoint('transaction.moved', () => this.rows.reload(seen)),
    };
    let paid = payment;
    return changeUntil(row, bySwap, async (current) => {
      // The payment is read again when another writer was first: it may have known more, and an older look must not be written over it.
      if (current !== row) paid = (await this.payments.find(current))?.payment ?? paid;
      return this.changeOf(current, paid, charge, also);
    });
  }

  private changeOf(
    row: Transaction,
    payment: Payment,
    charge: ProviderCharge | null,
    also: TransactionChange | null,
  ): TransactionChange | null {
    const told = afterPayment({ ...row, ...also }, payment, charge, this.clock.date());
    if (told === null && also === null) return null;
    const change = { ...also, ...told };
    return { ...change, nextCheckAt: this.nextCheckOf({ ...row, ...change }) };
  }

  /** Ends a row whose payment never began, or that has none. */
  end(row: Transaction, change: TransactionChange): Promise<Transaction> {
    return atFailpoint('transaction.end', () =>
      this.rows.changeUntil(row, (current) => {
        if (current.status !== 'unknown') return null;
        const now = this.clock.date();
        const ended = { ...change, answeredAt: now, updatedAt: now, leaseUntil: null };
        return { ...ended, nextCheckAt: this.nextCheckOf({ ...current, ...ended }) };
      }),
    );
  }

  /** Returns when the resolver has to look: null once nothing is open that no news would bring. */
  nextCheckOf(
    row: Pick<Transaction, 'status' | 'asked' | 'refunds' | 'method' | 'vaultRecord' | 'customerId'>,
  ): Date | null {
    const { status, asked, refunds } = row;
    const isOpen = status === 'unknown' || asked !== null || refunds.some(({ state }) => state === 'asked');
    const lacksSomething = lacksPage(row) || lacksCustomer(row);
    return isOpen || lacksSomething ? new Date(this.clock.now() + this.config.payments.unansweredRecheckMs) : null;
  }

  /** What the issuer said of the attempt, where it is not written yet; null where there is nothing more to know. */
  private async chargeOf(row: Transaction, { settled }: Payment): Promise<ProviderCharge | null> {
    const attempt = settled.findLast(({ ref }) => ref === row._id);
    const { chargeId } = attempt ?? {};
    const isKnown = row.answeredAt !== null && (row.answer.authCode !== '' || row.status === 'declined');
    if (chargeId === undefined || isKnown || row.paymentType !== 'card') return null;
    const answer = await atFailpoint('transaction.read_charge', () => this.charges.retrieve(chargeId));
    if (answer.outcome === 'done') return answer.value;
    this.logger.warn({ transactionId: row._id, detail: answer.outcome }, 'what the issuer said is not known');
    return null;
  }
}

/** A payer has to open a page that nobody could read when the sale was made. */
export function lacksPage({ status, method }: Pick<Transaction, 'status' | 'method'>): boolean {
  return status === 'pending' && method.type === 'apm' && method.redirectUrl === '';
}

/** A verification was approved, and its customer is not in the vault yet. */
export function lacksCustomer({
  status,
  vaultRecord,
  customerId,
}: Pick<Transaction, 'status' | 'vaultRecord' | 'customerId'>): boolean {
  return status === 'settled' && vaultRecord?.saved !== undefined && customerId === '';
}
