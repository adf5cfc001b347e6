import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../platform/common/app-error.js';
import { atFailpoint } from '../../platform/common/failpoints.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { RateWindows } from '../../platform/limits/rate-windows.js';
import { PaymentRepository } from './payment.repository.js';
import type { Payment } from './payment.types.js';
import type { RequestAge } from './request-age.js';

const LOOK_AGAIN_MS = 100;

/** The place of one more decline among those that a user may have, kept free while an attempt is under way. */
export interface DeclineRoom {
  readonly userId: string;
  readonly windowId: string;
}

/**
 * Card testing is many declines: so many a payment, and so many a user and window, then no attempt starts (ruling 1). An
 * attempt takes its place before it starts, in the shared store, so that a hundred at the same moment, on any number of
 * instances, are declined no more often than one after the other.
 */
@Injectable()
export class DeclineLimits implements OnApplicationShutdown {
  private readonly logger = new Logger(DeclineLimits.name);
  private readonly givingBack = new Set<Promise<void>>();

  constructor(
    private readonly windows: RateWindows,
    private readonly payments: PaymentRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws AppError too_many_declines (429): this payment takes no more attempts. */
  refuseTooManyOn(payment: Payment): void {
    const { attemptsPerPayment, declinesPerPayment } = this.config.limits;
    const declined = payment.settled.filter(({ result }) => result === 'declined').length;
    // Attempts of any end count too: trying payment method ids that do not exist must not grow the record without end.
    if (declined >= declinesPerPayment || payment.settled.length >= attemptsPerPayment) {
      throw new AppError('too_many_declines', 'This payment has been tried too often, start a new one with a new cuid');
    }
  }

  /**
   * Who pays much at once waits while the places are taken by attempts that may yet succeed. Repeats of one confirm take
   * them too, until one of them has begun; then the others need none.
   * @returns null when the payment has moved on meanwhile: think again from its new version.
   * @throws AppError too_many_declines, rate_limited when the waiting was in vain (429); StoreError.
   */
  async takeRoom(userId: string, payment: Payment, age: RequestAge): Promise<DeclineRoom | null> {
    const { declinesPerUser, declineWindowMs } = this.config.limits;
    const until = age.elapsedMs() + this.config.payments.repeatWaitMs;
    for (;;) {
      const { taken, id, resetsInMs } = await atFailpoint('confirm.take_room', () =>
        this.windows.take(roomsOf(userId), declineWindowMs, declinesPerUser),
      );
      if (taken) return { userId, windowId: id };
      const { count } = await atFailpoint('confirm.count', () =>
        this.windows.peek(declinesOf(userId), declineWindowMs),
      );
      if (count >= declinesPerUser) throw tooMany(resetsInMs);
      if (age.elapsedMs() > until || !age.leaves(LOOK_AGAIN_MS)) throw allUnderWay();
      await sleep(LOOK_AGAIN_MS);
      const current = await atFailpoint('confirm.room_wait', () => this.payments.reload(payment));
      if (current.v !== payment.v) return null;
    }
  }

  /**
   * The attempt ended in no decline, or in none that is known. Not waited for: the answer is known, and a slow store must not
   * hold it up. What cannot be given back is free with the next window.
   */
  giveBack({ userId, windowId }: DeclineRoom): void {
    const done = atFailpoint('confirm.give_room_back', () => this.windows.giveBack(windowId))
      .catch((error: unknown) => this.logger.warn({ err: error, userId }, 'the place of a decline was not given back'))
      .finally(() => this.givingBack.delete(done));
    this.givingBack.add(done);
  }

  /** All requests are answered by now, and the store is still there. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.givingBack);
  }

  /** Counts a decline. `room` is what was taken for it; null: it came by sending again what another request had started. */
  async count(userId: string, room: DeclineRoom | null): Promise<void> {
    const { declineWindowMs } = this.config.limits;
    if (room === null) await atFailpoint('confirm.fill_room', () => this.windows.hit(roomsOf(userId), declineWindowMs));
    await atFailpoint('confirm.count_decline', () => this.windows.hit(declinesOf(userId), declineWindowMs));
  }
}

/** Declines, and attempts that may become one. */
const roomsOf = (userId: string) => `decline-rooms:${userId}`;
const declinesOf = (userId: string) => `declines:${userId}`;

function tooMany(resetsInMs: number): AppError {
  return new AppError('too_many_declines', 'Too many declined payments, please try again later', {
    retryAfterSeconds: Math.ceil(resetsInMs / 1000),
  });
}

function allUnderWay(): AppError {
  return new AppError('rate_limited', 'Too many payments at once, please try again', { retryAfterSeconds: 2 });
}
