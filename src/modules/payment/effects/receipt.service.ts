import { Injectable, type OnModuleInit } from '@nestjs/common';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { Mailer } from '../../../platform/mail/mailer.js';
import { formatMoney } from '../../calculator/currency.js';
import { UserRepository } from '../../user/user.repository.js';
import { RECEIPTS, type EffectConsumer, EffectConsumers } from '../record/effect-consumers.js';
import { shopperOf } from '../record/payment-owner.js';
import { takenMinor } from '../record/payment-states.js';
import type { Effect, Payment } from '../record/payment.types.js';
import { asPlainText } from './plain-text.js';

/** Tells the payer by e-mail that the money has been taken. */
@Injectable()
export class ReceiptService implements EffectConsumer, OnModuleInit {
  readonly name = RECEIPTS;
  readonly events = ['payment.succeeded'] as const;

  constructor(
    private readonly consumers: EffectConsumers,
    private readonly mailer: Mailer,
    private readonly users: UserRepository,
  ) {}

  onModuleInit(): void {
    this.consumers.register(this);
  }

  /** Wants storefront users' payments only: an account tells its customers itself. */
  wants(payment: Payment): boolean {
    return shopperOf(payment) !== null;
  }

  /** Sends the receipt. The same effect is the same message, however often it is sent. */
  async consume({ id }: Effect, payment: Payment): Promise<void> {
    const userId = shopperOf(payment);
    if (userId === null) return; // written by a release that knew no accounts
    const user = await atFailpoint('effect.user', () => this.users.findById(userId));
    if (user === null) return; // deleted since: there is nobody to tell
    const [name, description] = [user.userName, payment.description ?? ''].map(asPlainText);
    const amount = formatMoney(takenMinor(payment), payment.currency);
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
