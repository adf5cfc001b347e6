import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { VersionedCollection } from '../../../platform/database/versioned-collection.js';
import { FILE_CLAIM_MODEL } from './file-batch.schema.js';
import type { FileClaim } from './file-batch.types.js';

/** Named queries on `file_batch_claims`. Every method may throw StoreError. */
@Injectable()
export class FileClaimRepository {
  private readonly claims: VersionedCollection<FileClaim>;

  constructor(@InjectModel(FILE_CLAIM_MODEL) model: Model<FileClaim>) {
    this.claims = new VersionedCollection(model);
  }

  load(id: string): Promise<FileClaim | null> {
    return this.claims.load(id);
  }

  /** Inserts, or returns the claim that was there first. */
  insert(claim: Omit<FileClaim, 'v' | 'w'>): Promise<{ document: FileClaim; inserted: boolean }> {
    return this.claims.insert(claim);
  }

  /** @returns the new version; null when somebody else was first. */
  swap(seen: FileClaim, claim: Omit<FileClaim, '_id' | 'v' | 'w'>): Promise<FileClaim | null> {
    return this.claims.swap(seen, claim);
  }
}
