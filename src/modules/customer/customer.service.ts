import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/common/app-error.js';
import { StripeCustomers } from '../../platform/stripe/stripe-customers.js';
import { DeploymentService } from '../merchant/deployment.service.js';
import { UserRepository } from '../user/user.repository.js';

/** The Stripe Customer that stands for a storefront user; made with the first payment, never before. */
@Injectable()
export class CustomerService {
  constructor(
    private readonly users: UserRepository,
    private readonly stripe: StripeCustomers,
    private readonly deployment: DeploymentService,
  ) {}

  /**
   * The user's `cus_…`, created on first use. Two parallel first payments make one Customer: both use the user's own key,
   * and only the first id that is stored counts.
   * @throws AppError provider_unreachable (502), provider_refused (503), unauthenticated when the user is gone.
   */
  async ensureFor(userId: string): Promise<string> {
    for (let round = 0; round < 3; round++) {
      const user = await this.users.findById(userId);
      if (user === null) throw new AppError('unauthenticated', 'Unauthorized');
      if (user.customerId !== undefined) return user.customerId;
      const answer = await this.stripe.create(
        { userId, deployment_id: this.deployment.id },
        `user:${userId}:customer:${user.customerGeneration}`,
      );
      if (answer.outcome === 'done') {
        await this.users.setCustomerIfAbsent(userId, answer.value.id);
        continue; // read back: another instance, or the user themselves, may have been first
      }
      // A 500 is kept under the key for a day; a second Customer from the next key is harmless, it is never charged.
      if (answer.outcome === 'unknown' && answer.serverError) {
        await this.users.bumpCustomerGeneration(userId, user.customerGeneration);
        continue;
      }
      if (answer.outcome === 'refused') throw refusedByProvider(answer.status, answer.retryAfterSeconds);
      break;
    }
    throw new AppError('provider_unreachable', 'The payment provider could not be reached, please try again', {
      retryAfterSeconds: 2,
    });
  }
}

function refusedByProvider(status: number, retryAfterSeconds: number | null): AppError {
  return new AppError('provider_refused', 'Payments are temporarily unavailable, please try again', {
    retryAfterSeconds: retryAfterSeconds ?? (status === 429 ? 2 : 30),
  });
}
