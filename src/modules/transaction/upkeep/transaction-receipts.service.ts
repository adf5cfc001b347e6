import { Injectable, type OnModuleInit } from '@nestjs/common';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { Mailer } from '../../../platform/mail/mailer.js';
import { formatMoney } from '../../calculator/currency.js';
import { type EffectConsumer, EffectConsumers } from '../../payment/record/effect-consumers.js';
import { takenMinor } from '../../payment/record/payment-states.js';
import type { Effect, Payment } from '../../payment/record/payment.types.js';
import { asPlainText } from '../../payment/effects/plain-text.js';
import { TransactionRepository } from '../record/transaction.repository.js';
import type { Transaction } from '../record/transaction.types.js';

/** Marks in a payment's metadata that its payer is to get a receipt. */
export const RECEIPT_WANTED = 'email_receipt';

/** Tells payers by e-mail that their money has been taken, where the merchant asked for it (`email_receipt`). */
@Injectable()
export class TransactionReceipts implements EffectConsumer, OnModuleInit {
  readonly name = 'transaction-receipt';
  readonly events = ['payment.succeeded'] as const;

  constructor(
    private readonly consumers: EffectConsumers,
    private readonly rows: TransactionRepository,
    private readonly mailer: Mailer,
  ) {}

  onModuleInit(): void {
    this.consumers.register(this);
  }

  wants({ metadata }: Payment): boolean {
    return metadata[RECEIPT_WANTED] === 'true';
  }

  /** The same effect is the same message, however often it is sent. */
  async consume({ id }: Effect, payment: Payment): Promise<void> {
    const rows = await atFailpoint('transaction.of_receipt', () => this.rows.ofPayment(payment._id));
    const row = rows.find(({ emailReceipt, type }) => emailReceipt && type !== 'refund');
    if (row === undefined) return; // the row was lost with a backup: nobody knows the address any more
    await atFailpoint('transaction.send_receipt', () =>
      this.mailer.send({ id, to: row.emailAddress, ...receiptOf(row, payment) }),
    );
  }
}

function receiptOf(row: Transaction, payment: Payment): { readonly subject: string; readonly text: string } {
  const amount = formatMoney(takenMinor(payment), payment.currency);
  const { firstName, lastName } = row.billingAddress;
  const [name = '', description = '', order = ''] = [
    `${firstName} ${lastName}`.trim(),
    row.description,
    row.orderId,
  ].map(asPlainText);
  const lines = [
    name === '' ? 'Hello,' : `Hello ${name},`,
    '',
    `we have received your payment of ${amount}.`,
    '',
    ...(description === '' ? [] : [`For:          ${description}`]),
    ...(order === '' ? [] : [`Order:        ${order}`]),
    `Transaction:  ${row._id}`,
    `Paid with:    ${paidWith(row)}`,
    `Date:         ${(row.capturedAt ?? row.createdAt).toISOString()}`,
    '',
    'Thank you.',
    '',
  ];
  return { subject: `Receipt for your payment of ${amount}`, text: lines.join('\n') };
}

/** Last four digits at most: a receipt is read by others too. */
function paidWith({ method }: Transaction): string {
  switch (method.type) {
    case 'card':
    case 'terminal':
      return `${method.brand || 'card'} ending in ${method.maskedNumber.slice(-4)}`;
    case 'ach':
      return `bank account ending in ${method.maskedAccountNumber.slice(-4)}`;
    case 'apm':
      return method.apm;
  }
}
