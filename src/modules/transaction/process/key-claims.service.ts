import { Injectable } from '@nestjs/common';
import { invalidRequest } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { HOUR, MINUTE } from '../../../platform/common/duration.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { newXid } from '../../../platform/common/xid.js';
import { RequestFingerprints } from '../../customer/record/request-fingerprints.js';
import { TransactionRepository } from '../record/transaction.repository.js';
import type { Transaction } from '../record/transaction.types.js';
import type { KeyClaim } from './idempotency.types.js';
import { KeyClaimRepository } from './key-claim.repository.js';

/** Contract gateway 5.1.7: so long a key names one transaction, from the arrival of the first request. */
export const KEY_WINDOW_MS = 5 * MINUTE;
/** Two requests that take over one key at the same moment are settled in two rounds. */
const ROUNDS = 5;

/** What a key stands for: the id to go on with, and its row, if it is there already. */
export interface ClaimedKey {
  readonly transactionId: string;
  readonly row: Transaction | null;
}

/**
 * Which transaction an idempotency key names. The claim draws the transaction's id before anything else is written, so that a
 * repeat, on whatever instance and after whatever crash, goes on with the same one.
 */
@Injectable()
export class KeyClaims {
  constructor(
    private readonly claims: KeyClaimRepository,
    private readonly rows: TransactionRepository,
    private readonly fingerprints: RequestFingerprints,
    private readonly clock: Clock,
  ) {}

  /**
   * Looks for the transaction of a repeated request, before the request is judged: what was valid once is answered.
   * @returns null when the key is free.
   * @throws AppError validation_failed: the key is another request's, or the first one's outcome is unknown after its window.
   */
  async look(accountId: string, key: string, body: object): Promise<ClaimedKey | null> {
    const claim = await atFailpoint('transaction.look_key', () => this.claims.load(idOf(accountId, key)));
    if (claim !== null) return this.judge(claim, body);
    // The store forgets claims after a while, whatever became of them; a key stays taken while its outcome is unknown.
    const open = await atFailpoint('transaction.look_unknown', () => this.rows.hasUnknownWithKey(accountId, key));
    if (open) throw inProgress();
    return null;
  }

  /** Claims the key for a new transaction, or returns whose it is. Throws as `look`. */
  async claim(accountId: string, key: string, body: object): Promise<ClaimedKey> {
    const fresh = this.fresh(body);
    const claimed = { transactionId: fresh.transactionId, row: null };
    for (let round = 0; round < ROUNDS; round++) {
      const { document, inserted } = await atFailpoint('transaction.claim_key', () =>
        this.claims.insert({ _id: idOf(accountId, key), ...fresh }),
      );
      if (inserted) return claimed;
      const taken = await this.judge(document, body);
      if (taken !== null) return taken;
      const swapped = await atFailpoint('transaction.reclaim_key', () => this.claims.swap(document, fresh));
      if (swapped !== null) return claimed;
    }
    throw inProgress();
  }

  private fresh(body: object): Omit<KeyClaim, '_id' | 'v' | 'w'> {
    const arrivedAt = this.clock.date();
    const { stored } = this.fingerprints.of((hash) => hash({ transaction: body }));
    const expireAt = new Date(arrivedAt.getTime() + KEY_WINDOW_MS + HOUR);
    return { fingerprint: stored, transactionId: newXid(this.clock.now()), arrivedAt, expireAt };
  }

  /** Returns null when the claim's window is over and its transaction has an end: then the key is free. */
  private async judge(claim: KeyClaim, body: object): Promise<ClaimedKey | null> {
    const row = await atFailpoint('transaction.claimed', () => this.rows.load(claim.transactionId));
    const isOver = this.clock.now() - claim.arrivedAt.getTime() >= KEY_WINDOW_MS;
    if (isOver && (row === null || row.status !== 'unknown')) return null;
    const { known } = this.fingerprints.of((hash) => hash({ transaction: body }));
    if (!known.includes(claim.fingerprint)) throw invalidRequest('idempotency key reused with different parameters');
    if (isOver) throw inProgress();
    return { transactionId: claim.transactionId, row };
  }
}

export function inProgress() {
  return invalidRequest('transaction in progress');
}

const idOf = (accountId: string, key: string): string => `${accountId}:${key}`;
