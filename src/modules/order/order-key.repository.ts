import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { type Versioned, VersionedCollection } from '../../platform/database/versioned-collection.js';
import { ORDER_KEY_MODEL } from './order.schema.js';

/** A client's key and the order that it names, collection `order_keys`. */
export interface OrderKey extends Versioned {
  readonly _id: string;
  /** Id of the order, drawn before the order is written. */
  readonly orderId: string;
  /** Keyed hash of the body; it may have an IBAN in it. */
  readonly fingerprint: string;
  readonly arrivedAt: Date;
  readonly expireAt: Date;
}

/** Named queries on `order_keys`. Every method may throw StoreError. */
@Injectable()
export class OrderKeyRepository {
  private readonly keys: VersionedCollection<OrderKey>;

  constructor(@InjectModel(ORDER_KEY_MODEL) model: Model<OrderKey>) {
    this.keys = new VersionedCollection(model);
  }

  load(id: string): Promise<OrderKey | null> {
    return this.keys.load(id);
  }

  /** Inserts, or returns the key that was there first. */
  insert(key: Omit<OrderKey, 'v' | 'w'>): Promise<{ document: OrderKey; inserted: boolean }> {
    return this.keys.insert(key);
  }

  /** @returns the new version; null when somebody else was first. */
  swap(seen: OrderKey, key: Omit<OrderKey, '_id' | 'v' | 'w'>): Promise<OrderKey | null> {
    return this.keys.swap(seen, key);
  }
}
