import { Injectable } from '@nestjs/common';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { Mailer } from '../../../platform/mail/mailer.js';
import { formatMoney } from '../../calculator/currency.js';
import { UserRepository } from '../../user/user.repository.js';
import { shopperOf } from '../record/payment-owner.js';
import type { Payment } from '../record/payment.types.js';
import { asPlainText } from './plain-text.js';

/** Tells the payer by e-mail that the money has been taken. */
@Injectable()
export class ReceiptService {
  constructor(
    private readonly mailer: Mailer,
    private readonly users: UserRepository,
  ) {}

  /** @param id the effect's id: the same id is the same message, however often it is sent. */
  async send(id: string, payment: Payment): Promise<void> {
    const userId = shopperOf(payment);
    if (userId === null) return; // an account tells its customers itself
    const user = await atFailpoint('effect.user', () => this.users.findById(userId));
    if (user === null) return; // deleted since: there is nobody to tell
    const [name, description] = [user.userName, payment.description ?? ''].map(asPlainText);
    const amount = formatMoney(payment.amountMinor, payment.currency);
    await atFailpoint('effect.send', () =>
      this.mailer.send({
        id,
        to: user.email,
        subject: `Receipt for your payment of ${amount}`,
        text: [
          name === '' ? 'Hello,' : `Hello ${name},`,
          '',
          `we have received your payment of ${amount}.`,
          '',
          ...(description === '' ? [] : [`For:       ${description}`]),
          `Payment:   ${payment.providerPaymentId ?? ''}`,
          `Date:      ${(payment.finalAt ?? payment.createdAt).toISOString()}`,
          '',
          'Thank you.',
          '',
        ].join('\n'),
      }),
    );
  }
}
