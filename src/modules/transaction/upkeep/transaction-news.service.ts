import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { type EffectConsumer, EffectConsumers } from '../../payment/record/effect-consumers.js';
import { ownerOf } from '../../payment/record/payment-owner.js';
import { type Effect, type Payment, PAYMENT_EVENTS } from '../../payment/record/payment.types.js';
import { importedRowOf } from '../record/imported-row.js';
import { isApproved } from '../record/response-codes.js';
import { TransactionBook } from '../record/transaction-book.service.js';
import { TransactionRepository } from '../record/transaction.repository.js';
import type { Transaction } from '../record/transaction.types.js';
import { keptOf, VaultKeeper } from '../vault-keeper.service.js';
import { RefundTransaction } from '../verbs/refund-transaction.service.js';
import { VoidTransaction } from '../verbs/void-transaction.service.js';

/**
 * Brings what happened to payments into the rows of their attempts: charges whose request has died, captures and refunds made
 * elsewhere, debits that came back and disputes, weeks later too. The payment is read whole, so nothing depends on which event
 * it was, nor on how often it comes.
 */
@Injectable()
export class TransactionNews implements EffectConsumer, OnModuleInit {
  private readonly logger = new Logger(TransactionNews.name);
  readonly name = 'transaction';
  readonly events = PAYMENT_EVENTS;

  constructor(
    private readonly consumers: EffectConsumers,
    private readonly rows: TransactionRepository,
    private readonly book: TransactionBook,
    private readonly vault: VaultKeeper,
    private readonly voids: VoidTransaction,
    private readonly refunds: RefundTransaction,
  ) {}

  onModuleInit(): void {
    this.consumers.register(this);
  }

  wants(payment: Payment): boolean {
    return ownerOf(payment).surface === 'gateway';
  }

  async consume(_effect: Effect, payment: Payment): Promise<void> {
    const found = await atFailpoint('transaction.of_payment', () => this.rows.ofPayment(payment._id));
    const rows = found.length > 0 ? found : await this.imported(payment);
    for (const row of rows) {
      if (row.type === 'refund') continue;
      const booked = await this.book.book(row, payment);
      const method = keptOf(payment);
      if (method !== null && isApproved(booked.responseCode)) await this.vault.keep(booked, method);
      if (booked.asked?.kind === 'void') await this.voids.carryOut(booked);
      await this.refunds.tell(booked, payment);
    }
  }

  /** Money of ours without a row, which a restored backup has lost. */
  private async imported(payment: Payment): Promise<Transaction[]> {
    const row = importedRowOf(payment);
    if (row === null) return [];
    const { document } = await atFailpoint('transaction.import', () => this.rows.insert(row));
    this.logger.warn({ transactionId: row._id, paymentId: payment._id }, 'a transaction was lost, and is here again');
    return [document];
  }
}
