import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../platform/common/principal.js';
import { type AuditState, personal } from '../../audit/audit-state.js';
import { AuditTrail } from '../../audit/audit-trail.service.js';
import { ContactMirror } from '../../customer/shopper/contact-mirror.service.js';
import { CustomerClaim } from '../../customer/shopper/customer-claim.service.js';
import { type NewAccount, UserService } from '../../user/user.service.js';
import type { User, UserChanges } from '../../user/user.types.js';
import { storefrontActor } from '../../audit/actors.js';
import type { AuditIntent, AuditOutcome } from '../../audit/audit.types.js';
import { AccountClosure } from './account-closure.service.js';

/** Records a storefront administrator's changes of users in the audit trail; what shop users do with themselves is not recorded. */
@Injectable()
export class UserAdministration {
  constructor(
    private readonly users: UserService,
    private readonly closure: AccountClosure,
    private readonly claims: CustomerClaim,
    private readonly contacts: ContactMirror,
    private readonly audit: AuditTrail,
  ) {}

  /** Throws as UserService.create. The id is known with the result. */
  create(caller: Principal, account: NewAccount): Promise<User> {
    const { userName, email } = account;
    return this.audited(
      caller,
      {
        action: 'user.create',
        object: { kind: 'storefront_user', id: 'new' },
        asked: { userName: personal(userName), email: personal(email) },
      },
      () => this.users.create(caller, account),
      (made) => ({ after: { userId: made.id, ...auditedUser(made) } }),
    );
  }

  /** Throws as UserService.update and CustomerClaim.demandOwnedBy. */
  async update(caller: Principal, id: string, changes: UserChanges): Promise<User> {
    const { userName, email, customerId } = changes;
    return this.audited(
      caller,
      {
        action: 'user.update',
        object: { kind: 'storefront_user', id },
        before: caller.isAdmin ? auditedUser(await this.users.authorizeChange(caller, id)) : null,
        asked: {
          userName: userName === undefined ? undefined : personal(userName),
          email: email === undefined ? undefined : personal(email),
          customerId,
        },
      },
      () => this.change(caller, id, changes),
      (after) => ({ after: auditedUser(after) }),
    );
  }

  private async change(caller: Principal, id: string, changes: UserChanges): Promise<User> {
    const changed = await this.users.update(caller, id, changes, (userId, customerId) =>
      this.claims.demandOwnedBy(userId, customerId),
    );
    if (changes.userName !== undefined || changes.email !== undefined) this.contacts.nudge();
    return changed;
  }

  /** Throws as AccountClosure.close. */
  async delete(caller: Principal, id: string): Promise<User> {
    return this.audited(
      caller,
      {
        action: 'user.delete',
        object: { kind: 'storefront_user', id },
        before: caller.isAdmin ? auditedUser(await this.users.authorizeChange(caller, id)) : null,
      },
      () => this.closure.close(caller, id),
      () => ({ after: { deleted: true } }),
    );
  }

  private audited(
    caller: Principal,
    intent: AuditIntent,
    change: () => Promise<User>,
    outcome: (user: User) => AuditOutcome,
  ): Promise<User> {
    return caller.isAdmin ? this.audit.record(storefrontActor(caller), intent, change, outcome) : change();
  }
}

function auditedUser({ userName, email, customerId, isAdmin }: User): AuditState {
  return { userName: personal(userName), email: personal(email), customerId, isAdmin };
}
