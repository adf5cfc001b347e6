import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { StripeCustomers } from '../../platform/stripe/stripe-customers.js';
import { UserRepository } from './user.repository.js';

/**
 * Copies name and e-mail to the user's Stripe Customer, best effort: a failure is logged and the next change heals it.
 * Nobody waits for it but shutdown.
 */
@Injectable()
export class ContactMirror implements BeforeApplicationShutdown {
  private readonly log = new Logger(ContactMirror.name);
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly users: UserRepository,
    private readonly customers: StripeCustomers,
  ) {}

  /** Returns at once and never fails. */
  schedule(userId: string): void {
    const run = this.mirror(userId)
      .catch((error: unknown) => this.warn(userId, error instanceof Error ? error.message : 'unknown'))
      .finally(() => this.underWay.delete(run));
    this.underWay.add(run);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.underWay);
  }

  /**
   * Sends what is stored now. Each change of the contact has its own version, so one key always carries the same bytes,
   * whichever instance sends it.
   */
  private async mirror(userId: string): Promise<void> {
    const user = await this.users.findById(userId);
    if (user?.customerId === undefined) return;
    const answer = await this.customers.update(
      user.customerId,
      { name: user.userName, email: user.email },
      `user:${user.id}:contact:${user.customerId}:${user.contactVersion}`,
    );
    if (answer.outcome !== 'done') this.warn(userId, answer.outcome);
  }

  private warn(userId: string, why: string): void {
    this.log.warn(`The contact of user ${userId} was not copied to Stripe: ${why}`);
  }
}
