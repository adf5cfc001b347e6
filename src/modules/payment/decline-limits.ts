import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '../../platform/common/app-error.js';
import { atFailpoint } from '../../platform/common/failpoints.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { RateWindows } from '../../platform/limits/rate-windows.js';
import type { Payment } from './payment.types.js';

/** Card testing is many declines: so many a payment, and so many a user and window, then no attempt starts (ruling 1). */
@Injectable()
export class DeclineLimits {
  constructor(
    private readonly windows: RateWindows,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws AppError too_many_declines (429). */
  async refuseTooMany(userId: string, payment: Payment): Promise<void> {
    const { attemptsPerPayment, declinesPerPayment, declinesPerUser, declineWindowMs } = this.config.limits;
    const onPayment = payment.settled.filter(({ result }) => result === 'declined').length;
    // Attempts of any end count too: trying payment method ids that do not exist must not grow the record without end.
    if (onPayment >= declinesPerPayment || payment.settled.length >= attemptsPerPayment) {
      throw new AppError('too_many_declines', 'This payment has been tried too often, start a new one with a new cuid');
    }
    const { count, resetsInMs } = await atFailpoint('confirm.count', () =>
      this.windows.peek(keyOf(userId), declineWindowMs),
    );
    if (count >= declinesPerUser) {
      throw new AppError('too_many_declines', 'Too many declined payments, please try again later', {
        retryAfterSeconds: Math.ceil(resetsInMs / 1000),
      });
    }
  }

  async count(userId: string): Promise<void> {
    await atFailpoint('confirm.count_decline', () =>
      this.windows.hit(keyOf(userId), this.config.limits.declineWindowMs),
    );
  }
}

const keyOf = (userId: string) => `declines:${userId}`;
