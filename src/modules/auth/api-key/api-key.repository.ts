import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { fromStore, isDuplicateKey } from '../../../platform/database/mongo-errors.js';
import { VersionedCollection } from '../../../platform/database/versioned-collection.js';
import { API_KEY_MODEL, type ApiKeyRecord } from './api-key.schema.js';

type Found = Promise<ApiKeyRecord | null>;

/** Named queries on `api_keys`. Every method may throw StoreError. */
@Injectable()
export class ApiKeyRepository {
  private readonly keys: VersionedCollection<ApiKeyRecord>;

  constructor(@InjectModel(API_KEY_MODEL) private readonly model: Model<ApiKeyRecord>) {
    this.keys = new VersionedCollection(model);
  }

  /** @returns false when the very key is stored already. */
  async insert(record: Omit<ApiKeyRecord, 'v' | 'w'>): Promise<boolean> {
    try {
      return (await this.keys.insert(record)).inserted;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** For proving a credential, which knows no account yet. */
  findByHash(hash: string): Found {
    return fromStore(() => this.model.collection.findOne({ hash: String(hash) }) as unknown as Found);
  }

  /** Oldest first. */
  listInAccount(accountId: string): Promise<ApiKeyRecord[]> {
    return this.list({ accountId: String(accountId) });
  }

  /** Of every account, oldest first: for the operator's commands. */
  listAll(): Promise<ApiKeyRecord[]> {
    return this.list({});
  }

  async findInAccount(accountId: string, by: { id: string } | { hash: string }): Found {
    const record = 'id' in by ? await this.findById(by.id) : await this.findByHash(by.hash);
    return record?.accountId === accountId ? record : null;
  }

  /** Of any account: for the operator's command. */
  findById(id: string): Found {
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

  /** Unless a later use is stored already. */
  async noteUse(id: string, at: Date): Promise<void> {
    const filter = { _id: String(id), $or: [{ lastUsedAt: null }, { lastUsedAt: { $lt: at } }] };
    await fromStore(() => this.model.collection.updateOne(filter as never, { $set: { lastUsedAt: at } }));
  }

  /** @returns false when the key is gone or changed meanwhile. */
  async replaceCipher(seen: ApiKeyRecord, cipher: string): Promise<boolean> {
    return (await this.keys.swap(seen, { cipher })) !== null;
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
