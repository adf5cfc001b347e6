import { Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import type { Principal } from '../../../platform/common/principal.js';
import { UserService } from '../../user/user.service.js';
import type { User } from '../../user/user.types.js';
import { endedUnpaid } from '../record/payment-changes.js';
import { PaymentFence } from '../provider/payment-fence.js';
import { PaymentObserver } from '../provider/payment-observer.js';
import { isFenceable, isFinal, isInFlight } from '../record/payment-states.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Payment } from '../record/payment.types.js';

/** Deletes a user only when no money of theirs can move any more (ruling 13). Records at Stripe and here are kept. */
@Injectable()
export class AccountClosure {
  constructor(
    private readonly users: UserService,
    private readonly payments: PaymentRepository,
    private readonly observer: PaymentObserver,
    private readonly fence: PaymentFence,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns the record as it was.
   * @throws AppError user_has_payment_in_flight (409), forbidden (403), user_not_found (404).
   */
  async close(principal: Principal, userId: string): Promise<User> {
    await this.users.authorizeChange(principal, userId); // before any payment of theirs is canceled
    const open = (await atFailpoint('closure.find', () => this.payments.openOfUser(userId))).filter(
      (payment) => !isFinal(payment),
    );
    if (open.some(isInFlight)) throw inFlight();
    // Looks at all before any is canceled: a refusal changes nothing.
    const seen: Payment[] = [];
    for (const payment of open) seen.push(await this.look(payment));
    for (const payment of seen) await this.end(payment);
    const deleted = await this.users.delete(principal, userId);
    await this.closeLatecomers(userId);
    return deleted;
  }

  /** The payer's browser may have gone on without us; what it began is in flight too, and a cancel would refuse it. */
  private async look(payment: Payment): Promise<Payment> {
    if (payment.providerPaymentId === undefined) return payment;
    const seen = await this.observer.observe(payment);
    if (seen === null || seen.raced || isInFlight(seen.payment) || !isFenceable(seen.payment)) throw inFlight();
    return seen.payment;
  }

  private async end(payment: Payment): Promise<void> {
    if (isFinal(payment)) return;
    const ended =
      payment.providerPaymentId === undefined
        ? await atFailpoint('closure.end', () => this.payments.change(payment, endedUnpaid(this.clock.date())))
        : await this.fence.raise(payment);
    if (ended === null || !isFinal(ended)) throw inFlight();
  }

  /**
   * Created between the look and the deletion, with a PaymentIntent or about to have one: nobody can pay it here any more, so
   * it is not left payable elsewhere. What is created even later finds its user gone.
   */
  private async closeLatecomers(userId: string): Promise<void> {
    for (const payment of await atFailpoint('closure.find_latecomers', () => this.payments.openOfUser(userId))) {
      await this.fence.endUnpaid(payment);
    }
  }
}

function inFlight(): AppError {
  return new AppError(
    'user_has_payment_in_flight',
    'A payment of this user is still in flight, try again once it has finished',
    { retryAfterSeconds: 60 },
  );
}
