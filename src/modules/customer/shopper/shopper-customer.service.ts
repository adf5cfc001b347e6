import { Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { providerRefused, providerUnreachable } from '../../../platform/stripe/provider-failure.js';
import { askUnderKey } from '../../../platform/stripe/keyed-call.js';
import type { ProviderAnswer, ProviderCustomer } from '../../../platform/stripe/provider.types.js';
import { StripeCustomers } from '../../../platform/stripe/stripe-customers.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import { ContactMirror } from './contact-mirror.service.js';
import { UserRepository } from '../../user/user.repository.js';
import type { User } from '../../user/user.types.js';

const ROUNDS = 3;

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
    for (let round = 0; round < ROUNDS; round++) {
      const first = await this.loadUser(userId);
      if (first.customerId !== undefined) return first.customerId;
      const { record: user, answer } = await askUnderKey(first, {
        send: ({ customerGeneration }) => this.create(userId, customerGeneration),
        // A second Customer from the next key is harmless: it is never charged.
        nextKey: async ({ customerGeneration }) => {
          await atFailpoint('customer.next_key', () => this.users.bumpCustomerGeneration(userId, customerGeneration));
          return this.loadUser(userId);
        },
        wants: ({ customerId }) => customerId === undefined,
      });
      if (answer === null) {
        if (user?.customerId !== undefined) return user.customerId;
      } else if (answer.outcome !== 'done') throw notSaid(answer);
      else if (await atFailpoint('customer.store', () => this.users.setCustomerIfAbsent(userId, answer.value.id))) {
        this.contacts.nudge();
        return answer.value.id;
      } // another instance, or the user themselves, was first: read back which
    }
    throw providerUnreachable();
  }

  private async loadUser(userId: string): Promise<User> {
    const user = await atFailpoint('customer.load', () => this.users.findById(userId));
    if (user === null) throw new AppError('unauthenticated', 'Unauthorized');
    return user;
  }

  private create(userId: string, generation: number): Promise<ProviderAnswer<ProviderCustomer>> {
    const metadata = { userId, deployment_id: this.deployment.id };
    return atFailpoint('customer.send', () => this.stripe.create(metadata, `user:${userId}:customer:${generation}`));
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
