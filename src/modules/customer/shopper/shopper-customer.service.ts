import { Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { providerRefused, providerUnreachable } from '../../../platform/stripe/provider-failure.js';
import type { ProviderAnswer } from '../../../platform/stripe/provider.types.js';
import { StripeCustomers } from '../../../platform/stripe/stripe-customers.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import { ContactMirror } from './contact-mirror.service.js';
import { UserRepository } from '../../user/user.repository.js';

/** The Stripe Customer that stands for a storefront user; made with the first payment, never before. */
@Injectable()
export class ShopperCustomerService {
  constructor(
    private readonly users: UserRepository,
    private readonly stripe: StripeCustomers,
    private readonly deployment: DeploymentService,
    private readonly contacts: ContactMirror,
  ) {}

  /**
   * The user's `cus_…`, created on first use. Two parallel first payments make one Customer: both use the user's own key,
   * and only the first id that is stored counts.
   * @throws AppError provider_unreachable (502), provider_refused (503), unauthenticated when the user is gone.
   */
  async ensureFor(userId: string): Promise<string> {
    for (let round = 0; round < 3; round++) {
      const user = await atFailpoint('customer.load', () => this.users.findById(userId));
      if (user === null) throw new AppError('unauthenticated', 'Unauthorized');
      if (user.customerId !== undefined) return user.customerId;
      const answer = await atFailpoint('customer.send', () =>
        this.stripe.create(
          { userId, deployment_id: this.deployment.id },
          `user:${userId}:customer:${user.customerGeneration}`,
        ),
      );
      if (answer.outcome === 'done') {
        if (await atFailpoint('customer.store', () => this.users.setCustomerIfAbsent(userId, answer.value.id))) {
          this.contacts.nudge();
          return answer.value.id;
        }
        continue; // another instance, or the user themselves, was first: read back which
      }
      // A 500 is kept under the key for a day; a second Customer from the next key is harmless, it is never charged.
      if (answer.outcome === 'unknown' && answer.serverError) {
        await atFailpoint('customer.next_key', () =>
          this.users.bumpCustomerGeneration(userId, user.customerGeneration),
        );
        continue;
      }
      throw notSaid(answer);
    }
    throw providerUnreachable();
  }

  /**
   * A Customer can be deleted in Stripe's dashboard; its user would never pay again.
   * @returns the id of a new one, or null when the old one is there.
   * @throws AppError as `ensureFor`, also when the old one cannot be asked about.
   */
  async replaceIfGone(userId: string, customerId: string): Promise<string | null> {
    const answer = await atFailpoint('customer.look', () => this.stripe.retrieve(customerId));
    if (answer.outcome === 'done' && !answer.value.deleted) return null;
    const gone = answer.outcome === 'done' || (answer.outcome === 'refused' && answer.status === 404);
    if (!gone) throw notSaid(answer);
    await atFailpoint('customer.forget', () => this.users.forgetCustomer(userId, customerId));
    return this.ensureFor(userId);
  }
}

function notSaid(answer: ProviderAnswer<unknown>): AppError {
  return answer.outcome === 'refused' ? providerRefused(answer) : providerUnreachable();
}
