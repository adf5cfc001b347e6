import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { fromStore, isDuplicateKey } from '../../../platform/database/mongo-errors.js';
import { VersionedCollection } from '../../../platform/database/versioned-collection.js';
import {
  type AccountKeyRecord,
  API_KEY_MODEL,
  type ApiKeyRecord,
  type NewKeyRecord,
  type UserKeyRecord,
} from './api-key.schema.js';

const isAccountKey = (record: ApiKeyRecord): record is AccountKeyRecord => record.type === 'secret';
const isUserKey = (record: ApiKeyRecord): record is UserKeyRecord => !isAccountKey(record);

/** Named queries on `api_keys`. Every method may throw StoreError. */
@Injectable()
export class ApiKeyRepository {
  private readonly keys: VersionedCollection<ApiKeyRecord>;

  constructor(@InjectModel(API_KEY_MODEL) private readonly model: Model<ApiKeyRecord>) {
    this.keys = new VersionedCollection(model);
  }

  /** @returns false when the very key is stored already. */
  async insert(record: NewKeyRecord): Promise<boolean> {
    try {
      return (await this.keys.insert(record)).inserted;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** Finds a user's key, for proving a credential, which knows no account yet. */
  async findUserKey(hash: string): Promise<UserKeyRecord | null> {
    const record = await this.findByHash(hash);
    return record !== null && isUserKey(record) ? record : null;
  }

  /** Finds an account's key by the hash of its secret. */
  async findAccountKey(hash: string): Promise<AccountKeyRecord | null> {
    const record = await this.findByHash(hash);
    return record !== null && isAccountKey(record) ? record : null;
  }

  /** Finds a key that proves somebody, a user's private one or an account's. */
  async findSecret(hash: string): Promise<ApiKeyRecord | null> {
    const record = await this.findByHash(hash);
    return record?.type === 'public' ? null : record;
  }

  /** Lists the keys of the account's users, oldest first. */
  async listInAccount(accountId: string): Promise<UserKeyRecord[]> {
    return (await this.list({ accountId: String(accountId) })).filter(isUserKey);
  }

  /** Lists users' keys of every account, oldest first: for the operator's commands. */
  async listUserKeys(): Promise<UserKeyRecord[]> {
    return (await this.list({})).filter(isUserKey);
  }

  /** Lists the keys of all accounts themselves, oldest first. */
  async listAccountKeys(): Promise<AccountKeyRecord[]> {
    return (await this.list({})).filter(isAccountKey);
  }

  /** Finds a key of one of the account's users. */
  async findInAccount(accountId: string, by: { id: string } | { hash: string }): Promise<UserKeyRecord | null> {
    const record = 'id' in by ? await this.findById(by.id) : await this.findByHash(by.hash);
    return record?.accountId === accountId && isUserKey(record) ? record : null;
  }

  /** Finds a key of whatever kind and account: for the operator's command. */
  findById(id: string): Promise<ApiKeyRecord | null> {
    return this.keys.load(id);
  }

  /** @returns whether there was one. */
  async deleteById(id: string): Promise<boolean> {
    return (await this.delete({ _id: String(id) })) > 0;
  }

  /** @returns how many there were. */
  deleteOfUser(userId: string): Promise<number> {
    return this.delete({ userId: String(userId) });
  }

  /** Stores the time of a use unless a later one is stored already. */
  async noteUse(id: string, at: Date): Promise<void> {
    const filter = { _id: String(id), $or: [{ lastUsedAt: null }, { lastUsedAt: { $lt: at } }] };
    await fromStore(() => this.model.collection.updateOne(filter as never, { $set: { lastUsedAt: at } }));
  }

  /** @returns false when the key is gone or changed meanwhile. */
  async replaceCipher(seen: UserKeyRecord, cipher: string): Promise<boolean> {
    return (await this.keys.swap(seen, { cipher } as Partial<ApiKeyRecord>)) !== null;
  }

  private findByHash(hash: string): Promise<ApiKeyRecord | null> {
    return fromStore(
      () => this.model.collection.findOne({ hash: String(hash) }) as unknown as Promise<ApiKeyRecord | null>,
    );
  }

  private list(filter: object): Promise<ApiKeyRecord[]> {
    const oldestFirst = { createdAt: 1, _id: 1 } as const;
    return fromStore(
      () => this.model.collection.find(filter).sort(oldestFirst).toArray() as unknown as Promise<ApiKeyRecord[]>,
    );
  }

  private async delete(filter: object): Promise<number> {
    return (await fromStore(() => this.model.collection.deleteMany(filter))).deletedCount;
  }
}
