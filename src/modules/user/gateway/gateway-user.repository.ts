import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { fromStore, isDuplicateKey } from '../../../platform/database/mongo-errors.js';
import { VersionedCollection } from '../../../platform/database/versioned-collection.js';
import { GATEWAY_USER_MODEL, type GatewayUserRecord } from './gateway-user.schema.js';

type Found = Promise<GatewayUserRecord | null>;
type Changes = Partial<Omit<GatewayUserRecord, '_id' | 'v' | 'w'>>;

/** Named queries on `gateway_users`; deleted users are nobody's. Every method may throw StoreError. */
@Injectable()
export class GatewayUserRepository {
  private readonly users: VersionedCollection<GatewayUserRecord>;

  constructor(@InjectModel(GATEWAY_USER_MODEL) private readonly model: Model<GatewayUserRecord>) {
    this.users = new VersionedCollection(model);
  }

  /** @returns false when the username is taken. */
  async insert(record: Omit<GatewayUserRecord, 'v' | 'w'>): Promise<boolean> {
    if (await this.tryInsert(record)) return true;
    return (await this.freeNameOfDeleted(record.usernameKey)) && this.tryInsert(record);
  }

  /** Finds a user of any account: a credential is checked before its account is known. */
  async findById(id: string): Found {
    const record = await this.users.load(id);
    return record === null || record.deletedAt !== null ? null : record;
  }

  async findInAccount(accountId: string, id: string): Found {
    const record = await this.findById(id);
    return record?.accountId === accountId ? record : null;
  }

  findByUsername(username: string): Found {
    const filter = { usernameKey: usernameKey(username), deletedAt: null };
    return fromStore(() => this.model.collection.findOne(filter as never) as Found);
  }

  /** Returns the account's users, newest first. */
  listInAccount(accountId: string): Promise<GatewayUserRecord[]> {
    const filter = { accountId: String(accountId), deletedAt: null };
    const newestFirst = { createdAt: -1, _id: -1 } as const;
    return fromStore(
      () =>
        this.model.collection
          .find(filter as never)
          .sort(newestFirst)
          .toArray() as unknown as Promise<GatewayUserRecord[]>,
    );
  }

  listActiveAdministrators(accountId: string): Promise<GatewayUserRecord[]> {
    const filter = { accountId: String(accountId), role: 'admin', status: 'active', deletedAt: null };
    return fromStore(
      () => this.model.collection.find(filter as never).toArray() as unknown as Promise<GatewayUserRecord[]>,
    );
  }

  /** @returns the new version, or null when somebody else was first. */
  swap(seen: GatewayUserRecord, changes: Changes): Found {
    return this.users.swap(seen, changes);
  }

  private async tryInsert(record: Omit<GatewayUserRecord, 'v' | 'w'>): Promise<boolean> {
    try {
      return (await this.users.insert(record)).inserted;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** Versions before 0.2 left a deleted user's name with them. @returns false when a user who is not deleted has it. */
  private async freeNameOfDeleted(key: string): Promise<boolean> {
    const holder = await fromStore(
      () => this.model.collection.findOne({ usernameKey: String(key) } as never) as unknown as Found,
    );
    if (holder === null) return true;
    // Null: somebody else frees it at the same time.
    return holder.deletedAt !== null && (await this.users.swap(holder, { usernameKey: freedKey(holder._id) })) !== null;
  }
}

/** The form in which usernames are compared. */
export function usernameKey(username: string): string {
  return String(username).toLowerCase();
}

/** Returns the `usernameKey` of a deleted user, which frees their name: no username has a colon, so it collides with none. */
export function freedKey(id: string): string {
  return `deleted:${id}`;
}
