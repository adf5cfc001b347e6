import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/common/app-error.js';
import type { Principal } from '../../platform/common/principal.js';
import { UserService } from '../user/user.service.js';
import type { User } from '../user/user.types.js';
import { PaymentFence } from './payment-fence.js';
import { isFinal, isInFlight } from './payment-states.js';
import { PaymentRepository } from './payment.repository.js';

/** Deletes a user only when no money of theirs can move any more (ruling 13). Records at Stripe and here are kept. */
@Injectable()
export class AccountClosure {
  constructor(
    private readonly users: UserService,
    private readonly payments: PaymentRepository,
    private readonly fence: PaymentFence,
  ) {}

  /**
   * @returns the record as it was.
   * @throws AppError user_has_payment_in_flight (409), forbidden (403), user_not_found (404).
   */
  async close(principal: Principal, userId: string): Promise<User> {
    await this.users.authorize(principal, userId);
    const open = (await this.payments.openOfUser(userId)).filter((payment) => !isFinal(payment));
    if (open.some(isInFlight)) throw inFlight();
    for (const payment of open) {
      const ended =
        payment.providerPaymentId === undefined
          ? await this.payments.change(payment, { state: 'CANCELED', nextCheckAt: null, leaseUntil: null })
          : await this.fence.raise(payment);
      if (ended === null || ended.state !== 'CANCELED') throw inFlight();
    }
    return this.users.delete(principal, userId);
  }
}

function inFlight(): AppError {
  return new AppError(
    'user_has_payment_in_flight',
    'A payment of this user is still in flight, try again once it has finished',
    { retryAfterSeconds: 60 },
  );
}
