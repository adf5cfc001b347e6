import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { VersionedCollection } from '../../../platform/database/versioned-collection.js';
import { type KnownAddress, LOGIN_ADDRESSES_MODEL, type LoginAddressesRecord } from './login-addresses.schema.js';

/** Every method may throw StoreError. */
@Injectable()
export class LoginAddressesRepository {
  private readonly records: VersionedCollection<LoginAddressesRecord>;

  constructor(@InjectModel(LOGIN_ADDRESSES_MODEL) model: Model<LoginAddressesRecord>) {
    this.records = new VersionedCollection(model);
  }

  find(account: string): Promise<LoginAddressesRecord | null> {
    return this.records.load(account);
  }

  /** Replaces the list that was `seen`. @returns false when somebody else was first. */
  async replace(
    account: string,
    seen: LoginAddressesRecord | null,
    addresses: readonly KnownAddress[],
    expireAt: Date,
  ): Promise<boolean> {
    if (seen === null) return (await this.records.insert({ _id: account, addresses, expireAt })).inserted;
    return (await this.records.swap(seen, { addresses, expireAt })) !== null;
  }
}
