import { Injectable } from '@nestjs/common';
import { AppError, invalidRequest } from '../../platform/common/app-error.js';
import { Clock } from '../../platform/common/clock.js';
import { DAY, HOUR } from '../../platform/common/duration.js';
import { atFailpoint } from '../../platform/common/failpoints.js';
import { derivedId } from '../../platform/common/id.js';
import { newXid } from '../../platform/common/xid.js';
import { RequestFingerprints } from '../customer/record/request-fingerprints.js';
import { type OrderKey, OrderKeyRepository } from './order-key.repository.js';

/** Decision C15: so long a key names one order. */
const WINDOW_MS = DAY;
const ROUNDS = 5;

/**
 * Finds the order that an `Idempotency-Key` names. The key draws the order's id before the order is written, so that a repeat,
 * on whatever instance and after whatever crash, goes on with the same one.
 */
@Injectable()
export class OrderKeys {
  constructor(
    private readonly keys: OrderKeyRepository,
    private readonly fingerprints: RequestFingerprints,
    private readonly clock: Clock,
  ) {}

  /** Returns the id of the key's order; null when the key is free. Throws as `claim`. */
  async look(accountId: string, key: string, body: object): Promise<string | null> {
    const found = await atFailpoint('order_key.look', () => this.keys.load(idOf(accountId, key)));
    return found === null ? null : this.judge(found, body);
  }

  /**
   * Claims the key, and returns the id of its order.
   * @throws AppError validation_failed: it was used with another request.
   */
  async claim(accountId: string, key: string, body: object): Promise<string> {
    const arrivedAt = this.clock.date();
    const { stored: fingerprint } = this.fingerprints.of((hash) => hash({ order: body }));
    const expireAt = new Date(arrivedAt.getTime() + WINDOW_MS + HOUR);
    const fresh = { orderId: newXid(arrivedAt.getTime()), fingerprint, arrivedAt, expireAt };
    for (let round = 0; round < ROUNDS; round++) {
      const { document, inserted } = await atFailpoint('order_key.claim', () =>
        this.keys.insert({ _id: idOf(accountId, key), ...fresh }),
      );
      if (inserted) return fresh.orderId;
      const taken = this.judge(document, body);
      if (taken !== null) return taken;
      const swapped = await atFailpoint('order_key.reclaim', () => this.keys.swap(document, fresh));
      if (swapped !== null) return fresh.orderId;
    }
    throw new AppError('payment_in_progress', 'others claim the same key', { retryAfterSeconds: 1 });
  }

  private judge(key: OrderKey, body: object): string | null {
    if (this.clock.now() - key.arrivedAt.getTime() >= WINDOW_MS) return null;
    const { known } = this.fingerprints.of((hash) => hash({ order: body }));
    if (!known.includes(key.fingerprint)) throw invalidRequest('idempotency_key was used with another request');
    return key.orderId;
  }
}

const idOf = (accountId: string, key: string): string => derivedId('order-key', accountId, key);
