import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { AppError, invalidRequest } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { HOUR } from '../../../platform/common/duration.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { RequestFingerprints } from '../../customer/record/request-fingerprints.js';
import { FileClaimRepository } from '../record/file-claim.repository.js';
import type { FileClaim } from '../record/file-batch.types.js';

/** Two uploads that take over one claim at the same moment are settled in two rounds. */
const ROUNDS = 5;

export interface UploadedFile {
  readonly accountId: string;
  /** The Idempotency-Key of the request; null for none. */
  readonly key: string | null;
  /** SHA-256 of the file, which never leaves memory. */
  readonly digest: string;
}

/**
 * Finds the batch that an upload repeats (ruling 59): for a day the same file of an account is the same batch, because a file
 * that is sent twice by mistake would charge thousands of payers twice. An Idempotency-Key decides otherwise.
 */
@Injectable()
export class FileClaims {
  constructor(
    private readonly claims: FileClaimRepository,
    private readonly fingerprints: RequestFingerprints,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Returns the name under which a batch will claim its upload. */
  nameOf({ accountId, key, digest }: UploadedFile): string {
    if (key === null) return `${accountId}:file:${this.hashesOf(accountId, digest).stored}`;
    return `${accountId}:key:${createHash('sha256').update(key).digest('base64url')}`;
  }

  /**
   * Claims the upload for the batch, or returns the id of the batch that has it.
   * @throws AppError validation_failed: the key is another file's.
   */
  async claim(file: UploadedFile, batchId: string): Promise<string> {
    const owner = await this.take(file, batchId);
    // Names the batch for the file without a key too: sent again that way, it is answered by the last batch made of it.
    if (file.key !== null && owner === batchId) await this.take({ ...file, key: null }, batchId);
    return owner;
  }

  /** Tells whether the claim is the batch's, when its upload did not come to say so. */
  async isOf(claimId: string, batchId: string): Promise<boolean> {
    return (await atFailpoint('batch.load_claim', () => this.claims.load(claimId)))?.batchId === batchId;
  }

  private async take(file: UploadedFile, batchId: string): Promise<string> {
    const { stored, known } = this.hashesOf(file.accountId, file.digest);
    const now = this.clock.now();
    const until = new Date(now + this.config.fileBatches.sameFileMs);
    const fresh = { fingerprint: stored, batchId, until, expireAt: new Date(until.getTime() + HOUR) };
    const older = file.key === null ? await this.underOlderKey(file.accountId, known.slice(1)) : null;
    if (older !== null) return older.batchId;
    for (let round = 0; round < ROUNDS; round++) {
      const { document, inserted } = await atFailpoint('batch.claim', () =>
        this.claims.insert({ _id: this.nameOf(file), ...fresh }),
      );
      if (inserted || document.batchId === batchId) return batchId;
      if (document.until.getTime() > now) {
        if (!known.includes(document.fingerprint))
          throw invalidRequest('idempotency key reused with different parameters');
        return document.batchId;
      }
      const swapped = await atFailpoint('batch.reclaim', () => this.claims.swap(document, fresh));
      if (swapped !== null) return batchId;
    }
    throw new AppError('overloaded', 'the same file is being uploaded', { retryAfterSeconds: 1 });
  }

  /** Looks for a claim that was made before the newest secret. */
  private async underOlderKey(accountId: string, older: readonly string[]): Promise<FileClaim | null> {
    for (const hash of older) {
      const claim = await atFailpoint('batch.look_claim', () => this.claims.load(`${accountId}:file:${hash}`));
      if (claim !== null && claim.until.getTime() > this.clock.now()) return claim;
    }
    return null;
  }

  private hashesOf(accountId: string, digest: string) {
    return this.fingerprints.of((hash) => hash({ fileBatch: { accountId, digest } }));
  }
}
