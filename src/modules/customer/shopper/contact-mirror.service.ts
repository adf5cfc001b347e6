import { Inject, Injectable, Logger } from '@nestjs/common';
import { DueWorker } from '../../../platform/common/due-worker.js';
import { Clock } from '../../../platform/common/clock.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { Readiness } from '../../../platform/operations/readiness.js';
import { wantsNextKey } from '../../../platform/stripe/keyed-call.js';
import { StripeCustomers } from '../../../platform/stripe/stripe-customers.js';
import { UserRepository } from '../../user/user.repository.js';
import type { User } from '../../user/user.types.js';

/**
 * Copies name and e-mail to the user's Stripe Customer, after it was made and after each change. What is to be told is
 * stored with the change, so it is repeated, by whatever instance is alive, until Stripe has taken it. Nobody waits for it.
 */
@Injectable()
export class ContactMirror extends DueWorker<User> {
  /** Pace of one after the other: payers keep Stripe's limit. */
  protected override readonly pace = { batch: 50, lanes: 1 };
  private readonly log = new Logger(ContactMirror.name);

  constructor(
    private readonly users: UserRepository,
    private readonly customers: StripeCustomers,
    private readonly clock: Clock,
    readiness: Readiness,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super(config.role, readiness, 'contact-mirror', config.payments.resolverTickMs);
  }

  protected override due(limit: number): Promise<readonly User[]> {
    return this.users.contactDue(this.clock.date(), limit);
  }

  /**
   * Sends what is stored now. Each change of the contact has its own version, so one key always carries the same bytes,
   * whichever instance sends it.
   */
  protected override async work(user: User): Promise<boolean> {
    if (user.customerId === undefined) {
      await this.users.contactTold(user.id, user.contactVersion);
      return false;
    }
    await this.users.contactLater(user.id, new Date(this.clock.now() + this.config.payments.unansweredRecheckMs));
    const answer = await this.customers.update(
      user.customerId,
      { name: user.userName, email: user.email },
      `user:${user.id}:contact:${user.customerId}:${user.contactVersion}`,
    );
    const isRefused = answer.outcome === 'refused' && (answer.status === 400 || answer.status === 404);
    if (answer.outcome === 'done' || isRefused) await this.users.contactTold(user.id, user.contactVersion);
    if (wantsNextKey(answer)) await this.users.contactNextKey(user.id, user.contactVersion);
    if (answer.outcome !== 'done')
      this.log.warn(`The contact of user ${user.id} was not copied to Stripe: ${answer.outcome}`);
    return true;
  }
}
