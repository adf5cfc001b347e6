import { Injectable } from '@nestjs/common';
import { AppError, invalidRequest } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { newXid } from '../../../platform/common/xid.js';
import { AuditTrail } from '../../audit/audit-trail.service.js';
import type { AuditActor } from '../../audit/audit.types.js';
import { AccountService } from '../../merchant/account.service.js';
import { Passwords } from '../passwords.js';
import { isPassword, isUsername, PASSWORD_RULE, USERNAME_RULE } from './credential-rules.js';
import { auditActor, auditedRequest, auditedUser } from './gateway-user.audit.js';
import { toGatewayUser } from './gateway-user.mapper.js';
import { freedKey, GatewayUserRepository, usernameKey } from './gateway-user.repository.js';
import type { GatewayUserRecord } from './gateway-user.schema.js';
import type { GatewayPrincipal, GatewayUser, GatewayUserChanges, NewGatewayUser } from './gateway-user.types.js';
import { isActiveAdministrator, LastAdministrator } from './last-administrator.js';
import { completeMap, NO_RIGHTS, NOTIFICATIONS, PERMISSIONS, type Rights } from './permissions.js';
import { changesRights, permissionsGranted, refuseBeyondOwn, refuseEnding } from './rights-rules.js';

/** Changes of one user that meet each other start again from what is stored; more than this is no coincidence. */
const SWAP_TRIES = 8;

const NO_DEFAULTS = {
  processorId: '',
  terminalId: '',
  transactionCsvFormatId: '',
  transactionReportFormatId: '',
  vaultTableFormatId: '',
  showTransactionTotals: false,
} as const;

/** The operator at the machine, who may grant everything. */
const OPERATOR: Rights = { role: 'admin', permissions: NO_RIGHTS };

/** A user before and after a change of them. */
interface Changed {
  readonly before: GatewayUser;
  readonly after: GatewayUser;
}

type Changes = Partial<Omit<GatewayUserRecord, '_id' | 'v' | 'w'>>;

const notFound = () => new AppError('user_not_found', 'there is no such user');

/** Users of merchant accounts (contract gateway 3). Every look-up is by account: users of other accounts are not found. */
@Injectable()
export class GatewayUserService {
  constructor(
    private readonly users: GatewayUserRepository,
    private readonly accounts: AccountService,
    private readonly lastAdministrator: LastAdministrator,
    private readonly passwords: Passwords,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** A user of the caller's account. Throws `validation_failed`, `username_taken`, `forbidden`, `overloaded`. */
  create(caller: GatewayPrincipal, user: NewGatewayUser): Promise<GatewayUser> {
    return this.createIn(auditActor(caller), caller.accountId, caller, user);
  }

  /** Creates a user with any role in any account, for the operator's command. Throws as `create`. */
  createAsOperator(actor: AuditActor, accountId: string, user: NewGatewayUser): Promise<GatewayUser> {
    return this.createIn(actor, accountId, OPERATOR, user);
  }

  /** Finds a user of any account, for the operator's commands. Throws `user_not_found`. */
  async byUsername(username: string): Promise<GatewayUser> {
    const user = await this.users.findByUsername(username);
    if (user === null) throw new AppError('user_not_found', `there is no user ${username}`);
    return toGatewayUser(user);
  }

  /** Throws `user_not_found`. */
  async read(caller: GatewayPrincipal, id: string): Promise<GatewayUser> {
    return toGatewayUser(await this.find(caller, id));
  }

  /** Returns all users of the caller's account, newest first. */
  async list(caller: GatewayPrincipal): Promise<GatewayUser[]> {
    return (await this.users.listInAccount(caller.accountId)).map(toGatewayUser);
  }

  /** Throws `user_not_found`, `forbidden`, `last_administrator`. */
  async update(caller: GatewayPrincipal, id: string, changes: GatewayUserChanges): Promise<GatewayUser> {
    const user = await this.read(caller, id);
    const { after } = await this.audit.record(
      auditActor(caller),
      {
        action: changesRights(user, changes) ? 'user.rights' : 'user.update',
        object: { kind: 'gateway_user', id },
        before: auditedUser(user),
        asked: auditedRequest(changes),
      },
      () =>
        this.swap(caller, id, (record) => {
          refuseBeyondOwn(caller, toGatewayUser(record), changes);
          return merged(record, changes);
        }),
      (changed) => ({ before: auditedUser(changed.before), after: auditedUser(changed.after) }),
    );
    return after;
  }

  /** The name is free again. Throws `user_not_found`, `forbidden`, `own_deletion`, `last_administrator`. */
  async delete(caller: GatewayPrincipal, id: string): Promise<void> {
    if (id === caller.id) throw new AppError('own_deletion', 'nobody may delete themselves');
    const deletedAt = this.clock.date();
    await this.swap(caller, id, (user) => {
      refuseEnding(caller, toGatewayUser(user));
      return { deletedAt, usernameKey: freedKey(id), tokenVersion: user.tokenVersion + 1 };
    });
  }

  /** Throws `forbidden` unless the caller may all that the owner of the key may. Keys whose owner is gone are nobody's. */
  async refuseEndingKeyOf(caller: GatewayPrincipal, ownerId: string): Promise<void> {
    if (ownerId === caller.id) return;
    const owner = await this.users.findInAccount(caller.accountId, ownerId);
    if (owner !== null) refuseEnding(caller, toGatewayUser(owner));
  }

  private createIn(actor: AuditActor, accountId: string, granter: Rights, user: NewGatewayUser): Promise<GatewayUser> {
    refuseBadCredentials(user);
    const id = newXid(this.clock.now());
    return this.audit.record(
      actor,
      { action: 'user.create', object: { kind: 'gateway_user', id }, asked: { accountId, ...auditedRequest(user) } },
      () => this.insert(id, accountId, granter, user),
      (made) => ({ after: auditedUser(made) }),
    );
  }

  private async insert(id: string, accountId: string, granter: Rights, user: NewGatewayUser): Promise<GatewayUser> {
    const account = await this.accounts.get(accountId);
    const now = this.clock.date();
    const record = {
      _id: id,
      accountId,
      accountType: account.type,
      username: user.username,
      usernameKey: usernameKey(user.username),
      name: user.name,
      phone: user.phone ?? '',
      email: user.email,
      timezone: user.timezone ?? 'ETC/UTC',
      status: user.status ?? 'active',
      role: user.role ?? 'standard',
      permissions: permissionsGranted(granter, user, account.defaultPermissions),
      notifications: completeMap(NOTIFICATIONS, user.notifications ?? {}, account.defaultNotifications),
      defaults: { ...NO_DEFAULTS, ...user.defaults },
      passwordHash: await this.passwords.hash(user.password),
      tokenVersion: 0,
      leavingSince: null,
      deletedAt: null,
      createdAt: now,
      updatedAt: now,
    };
    if (!(await this.users.insert(record))) throw new AppError('username_taken', 'username is already taken');
    return toGatewayUser({ ...record, v: 1, w: '' });
  }

  private async find(caller: GatewayPrincipal, id: string): Promise<GatewayUserRecord> {
    const user = await this.users.findInAccount(caller.accountId, id);
    if (user === null) throw notFound();
    return user;
  }

  private async swap(
    caller: GatewayPrincipal,
    id: string,
    change: (user: GatewayUserRecord) => Changes,
  ): Promise<Changed> {
    for (let tries = 0; tries < SWAP_TRIES; tries++) {
      const user = await this.find(caller, id);
      const set = { ...change(user), leavingSince: null, updatedAt: this.clock.date() };
      const leaves = isActiveAdministrator(user) && !isActiveAdministrator({ ...user, ...set });
      const seen = leaves ? await this.lastAdministrator.markLeaving(user) : user;
      const next = seen === null ? null : await this.users.swap(seen, set);
      if (next !== null) return { before: toGatewayUser(user), after: toGatewayUser(next) };
    }
    throw new AppError('overloaded', 'the user is being changed by somebody else', { retryAfterSeconds: 1 });
  }
}

function refuseBadCredentials({ username, password }: NewGatewayUser): void {
  const messages = [
    ...(isUsername(username) ? [] : [`username must be ${USERNAME_RULE}`]),
    ...(isPassword(password) ? [] : [`password must be ${PASSWORD_RULE}`]),
  ];
  if (messages.length > 0) throw invalidRequest(...messages);
}

function merged(user: GatewayUserRecord, changes: GatewayUserChanges): Changes {
  const { name, phone, email, timezone, status, role } = changes;
  return {
    name: name ?? user.name,
    phone: phone ?? user.phone,
    email: email ?? user.email,
    timezone: timezone ?? user.timezone,
    status: status ?? user.status,
    role: role ?? user.role,
    permissions: completeMap(PERMISSIONS, changes.permissions ?? {}, user.permissions),
    notifications: completeMap(NOTIFICATIONS, changes.notifications ?? {}, user.notifications),
    defaults: { ...user.defaults, ...changes.defaults },
    // Tokens from before must not come back to life with the user.
    tokenVersion: user.tokenVersion + (status === 'disabled' && user.status === 'active' ? 1 : 0),
  };
}
