import { Injectable } from '@nestjs/common';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { StripePayments } from '../../../platform/stripe/stripe-payments.js';
import type { Payment } from '../../payment/record/payment.types.js';
import { lacksPage } from './transaction-book.service.js';
import { TransactionPayments } from './transaction-payments.service.js';
import { TransactionRepository } from './transaction.repository.js';
import type { Transaction } from './transaction.types.js';

/** The pages that payers have to open, as Stripe tells them. */
@Injectable()
export class RedirectPages {
  constructor(
    private readonly rows: TransactionRepository,
    private readonly payments: TransactionPayments,
    private readonly stripe: StripePayments,
  ) {}

  /** Returns the page; empty where there is none, or Stripe did not say. */
  async of({ providerPaymentId, state }: Payment): Promise<string> {
    if (state !== 'REQUIRES_ACTION' || providerPaymentId === undefined) return '';
    const seen = await atFailpoint('transaction.look_page', () => this.stripe.retrieve(providerPaymentId));
    return seen.outcome === 'done' ? (seen.value.redirectUrl ?? '') : '';
  }

  /** Writes the page of a sale whose request could not read it. */
  async fill(row: Transaction): Promise<Transaction> {
    if (!lacksPage(row)) return row;
    const redirectUrl = await this.of(await this.payments.of(row));
    if (redirectUrl === '') return row;
    return atFailpoint('transaction.fill_page', () =>
      this.rows.changeUntil(row, (current) =>
        lacksPage(current) && current.method.type === 'apm'
          ? { method: { ...current.method, redirectUrl }, nextCheckAt: null }
          : null,
      ),
    );
  }
}
