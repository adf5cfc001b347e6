import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { VersionedCollection } from '../../../platform/database/versioned-collection.js';
import type { KeyClaim } from './idempotency.types.js';
import { KEY_CLAIM_MODEL } from './key-claim.schema.js';

/** Named queries on `transaction_keys`. Every method may throw StoreError. */
@Injectable()
export class KeyClaimRepository {
  private readonly claims: VersionedCollection<KeyClaim>;

  constructor(@InjectModel(KEY_CLAIM_MODEL) model: Model<KeyClaim>) {
    this.claims = new VersionedCollection(model);
  }

  load(id: string): Promise<KeyClaim | null> {
    return this.claims.load(id);
  }

  /** Inserts, or returns the claim that was there first. */
  insert(claim: Omit<KeyClaim, 'v' | 'w'>): Promise<{ document: KeyClaim; inserted: boolean }> {
    return this.claims.insert(claim);
  }

  /** @returns the new version; null when somebody else was first. */
  swap(seen: KeyClaim, claim: Omit<KeyClaim, '_id' | 'v' | 'w'>): Promise<KeyClaim | null> {
    return this.claims.swap(seen, claim);
  }
}
