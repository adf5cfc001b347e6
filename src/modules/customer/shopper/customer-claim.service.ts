import { Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { StripeCustomers } from '../../../platform/stripe/stripe-customers.js';

const NOT_THEIRS = 'This Stripe customer does not belong to the user';

/** Contract decision A2: nobody adopts somebody else's Stripe Customer, with its saved cards. */
@Injectable()
export class CustomerClaim {
  constructor(private readonly customers: StripeCustomers) {}

  /**
   * Passes when Stripe says that the Customer was made for this user.
   * Throws AppError `forbidden`, `provider_unreachable` (no answer) or `provider_refused` (our key or our rate).
   */
  async demandOwnedBy(userId: string, customerId: string): Promise<void> {
    const answer = await this.customers.retrieve(customerId);
    switch (answer.outcome) {
      case 'done':
        if (answer.value.deleted || answer.value.metadata['userId'] !== userId)
          throw new AppError('forbidden', NOT_THEIRS);
        return;
      case 'refused':
        if (answer.status === 404 || answer.status === 400) throw new AppError('forbidden', NOT_THEIRS);
        throw new AppError('provider_refused', 'Stripe does not answer us now, please try again', {
          retryAfterSeconds: answer.retryAfterSeconds ?? 5,
          cause: `${answer.status} ${answer.code ?? ''}`,
        });
      case 'declined':
      case 'unexpected_state':
      case 'unknown':
        throw new AppError('provider_unreachable', 'Stripe could not be reached, please try again', {
          cause: answer.outcome === 'unknown' ? answer.cause : answer.outcome,
        });
    }
  }
}
