import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/common/clock.js';
import { newXid } from '../../platform/common/xid.js';
import { AccountRepository } from './account.repository.js';

/** Of whoever names none. */
export const DEFAULT_ACCOUNT = 'default';

export interface Account {
  /** An xid, the `account_type_id` of the gateway. */
  readonly id: string;
  readonly name: string;
  readonly type: 'merchant' | 'partner';
  readonly defaultPermissions: Readonly<Record<string, boolean>>;
  readonly defaultNotifications: Readonly<Record<string, boolean>>;
}

@Injectable()
export class AccountService {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly clock: Clock,
  ) {}

  /** The account of that name, made when there is none. */
  async named(name: string): Promise<Account> {
    const found = await this.accounts.findByName(name);
    if (found !== null) return { ...found, id: found._id };
    await this.accounts.insert({
      _id: newXid(this.clock.now()),
      name,
      type: 'merchant',
      defaultPermissions: {},
      defaultNotifications: {},
      createdAt: this.clock.date(),
    });
    const made = await this.accounts.findByName(name);
    if (made === null) throw new Error(`the account ${name} was stored but cannot be read back`);
    return { ...made, id: made._id };
  }

  /** Throws a plain Error for an id that no user could have: accounts are never deleted. */
  async get(id: string): Promise<Account> {
    const found = await this.accounts.findById(id);
    if (found === null) throw new Error(`there is no account ${id}`);
    return { ...found, id: found._id };
  }
}
