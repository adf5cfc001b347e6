import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/common/app-error.js';
import { Clock } from '../../platform/common/clock.js';
import { newXid } from '../../platform/common/xid.js';
import { AccountRepository } from './account.repository.js';
import type { AccountRecord } from './account.schema.js';

/** Name of the account that is meant where none is named. */
export const DEFAULT_ACCOUNT = 'default';

export interface Account {
  /** An xid, the `account_type_id` of the gateway. */
  readonly id: string;
  readonly name: string;
  readonly type: 'merchant' | 'partner';
  readonly defaultPermissions: Readonly<Record<string, boolean>>;
  readonly defaultNotifications: Readonly<Record<string, boolean>>;
  /** Number by which some surfaces call the account; null before its first key for one of them. */
  readonly number: number | null;
  readonly email: string | null;
  /** Currency of payments that name none. */
  readonly currency: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** So many accounts may draw a number at the same moment before one of them gives up. */
const TRIES = 50;

@Injectable()
export class AccountService {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly clock: Clock,
  ) {}

  /** The account of that name, made when there is none. */
  async named(name: string): Promise<Account> {
    const found = await this.accounts.findByName(name);
    if (found !== null) return toAccount(found);
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
    return toAccount(made);
  }

  /** Returns the account of that name, or null; makes none. */
  async find(name: string): Promise<Account | null> {
    const found = await this.accounts.findByName(name);
    return found === null ? null : toAccount(found);
  }

  /** Returns all accounts, oldest first: there are few. */
  async all(): Promise<Account[]> {
    return (await this.accounts.list()).map(toAccount);
  }

  /** Throws a plain Error for an id that no user could have: accounts are never deleted. */
  async get(id: string): Promise<Account> {
    const found = await this.accounts.findById(id);
    if (found === null) throw new Error(`there is no account ${id}`);
    return toAccount(found);
  }

  /** Returns the account if that is its number. Throws AppError `account_not_found`. */
  async getNumbered(id: string, number: number): Promise<Account & { readonly number: number }> {
    const account = await this.get(id);
    if (account.number !== number) throw new AppError('account_not_found', 'there is no such account');
    return { ...account, number };
  }

  /** Gives the account its number, if it has none, and its owner's address, if one is said. */
  async numbered(id: string, email?: string): Promise<Account & { readonly number: number }> {
    for (let tries = 0; tries < TRIES; tries++) {
      const seen = await this.accounts.findById(id);
      if (seen === null) throw new Error(`there is no account ${id}`);
      const number = seen.number ?? (await this.accounts.greatestNumber()) + 1;
      const isSaid = email === undefined || email === seen.email;
      if (seen.number !== undefined && isSaid) return { ...toAccount(seen), number };
      const change = { number, email: email ?? seen.email, updatedAt: this.clock.date() };
      const changed = await this.accounts.swap(seen, change);
      if (changed !== null) return { ...toAccount(changed), number };
    }
    throw new Error(`the account ${id} got no number: others were quicker ${TRIES} times`);
  }
}

function toAccount(record: AccountRecord): Account {
  const { _id: id, name, type, defaultPermissions, defaultNotifications, createdAt } = record;
  const { number = null, email = null, updatedAt = createdAt } = record;
  const rest = { number, email, currency: 'usd', createdAt, updatedAt };
  return { id, name, type, defaultPermissions, defaultNotifications, ...rest };
}
