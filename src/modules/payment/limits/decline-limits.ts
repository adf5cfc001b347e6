import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../platform/common/app-error.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { RateWindows } from '../../../platform/limits/rate-windows.js';
import { clientAddress } from '../../../platform/limits/client-address.js';
import { requestContext } from '../../../platform/logging/request-context.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import { instrumentIdOf, payerIdOf, shopperOf } from '../record/payment-owner.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Payment } from '../record/payment.types.js';
import type { RequestAge } from '../provider/request-age.js';

const LOOK_AGAIN_MS = 100;

const DAY = 86_400_000;
/** Time for which a declined charge is remembered: longer than events come late, and than an open payment goes without a look. */
const CHARGE_KEPT_MS = 8 * DAY;

/** Names what declines are counted for, each by itself. */
export interface Payer {
  /** Id from `payerIdOf`; null for an account's payment without a Customer, where everybody would be one payer. */
  readonly payerId: string | null;
  /** A keyed hash; absent outside of a request, in records that began before addresses were counted, and for accounts, whose
   * server is where all of their payments come from. */
  readonly address?: string | undefined;
  /** The card or bank account of a charge in one call and the account that charges it (`instrumentIdOf`). */
  readonly instrument?: string | undefined;
}

/** The places of one more decline among those that a payer and an address may have, kept free while an attempt is under way. */
export interface DeclineRoom {
  readonly windowIds: readonly string[];
}

/** Rule for one count of declines, and the places that attempts take in it. */
interface DeclineRule {
  readonly rooms: string;
  readonly declines: string;
  readonly max: number;
  readonly windowMs: number;
}

/**
 * Card testing is many declines: so many a payment, and so many a payer and window, then no attempt starts (ruling 1). An
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
    private readonly deployment: DeploymentService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Returns whether the payment takes no more attempts. Attempts that were not sent reached no issuer, and do not count. */
  isTriedTooOften(payment: Payment): boolean {
    const { attemptsPerPayment, declinesPerPayment } = this.config.limits;
    const declined = payment.settled.filter(({ result }) => result === 'declined').length;
    const sent = payment.settled.filter(({ result }) => result !== 'not_sent').length;
    return declined >= declinesPerPayment || sent >= attemptsPerPayment;
  }

  /** Returns the keyed hash of the client address that the request at hand comes from; undefined outside of a request. */
  address(): string | undefined {
    const address = requestContext.getStore()?.address;
    return address === undefined ? undefined : this.deployment.fingerprint({ clientAddress: clientAddress(address) });
  }

  /**
   * Before anything of a create is written or asked: who was declined too often gets no new PaymentIntent, nor the secret of an
   * old one, and an address begins so many payments a window.
   * @returns the place that it has taken, to be given back if it begins nothing.
   * @throws AppError too_many_declines, rate_limited (429); StoreError.
   */
  async admitCreate(payerId: string): Promise<DeclineRoom> {
    const payer = { payerId, address: this.address() };
    await this.refuseDeclined(this.rulesOf(payer));
    const { createsPerAddress, addressWindowMs } = this.config.limits;
    if (createsPerAddress === 0 || payer.address === undefined) return { windowIds: [] };
    const creates = `creates-at:${payer.address}`;
    const { taken, id, resetsInMs } = await atFailpoint('create.take_room', () =>
      this.windows.take(creates, addressWindowMs, createsPerAddress),
    );
    if (taken) return { windowIds: [id] };
    throw new AppError('rate_limited', 'Too many payments, please try again later', {
      retryAfterSeconds: Math.ceil(resetsInMs / 1000),
    });
  }

  private async refuseDeclined(rules: readonly DeclineRule[]): Promise<void> {
    const asked = rules.map(({ declines: key, windowMs }) => ({ key, windowMs }));
    const counted = await atFailpoint('create.count', () => this.windows.peekAll(asked));
    rules.forEach(({ max }, nth) => {
      const { count, resetsInMs } = counted[nth]!;
      if (count >= max) throw tooMany(resetsInMs);
    });
  }

  /**
   * Who pays much at once waits while the places are taken by attempts that may yet succeed. Repeats of one confirm take
   * them too, until one of them has begun; then the others need none.
   * @returns null when the payment has moved on meanwhile: think again from its new version.
   * @throws AppError too_many_declines, rate_limited when the waiting was in vain (429); StoreError.
   */
  async takeRoom(payment: Payment, age: RequestAge): Promise<DeclineRoom | null> {
    const rules = this.rulesOf(this.payerOf(payment));
    const until = age.elapsedMs() + this.config.payments.repeatWaitMs;
    for (;;) {
      const room = await this.tryRooms(rules);
      if (room !== null) return room;
      if (age.elapsedMs() > until || !age.leaves(LOOK_AGAIN_MS)) throw allUnderWay();
      await sleep(LOOK_AGAIN_MS);
      const current = await atFailpoint('confirm.room_wait', () => this.payments.reload(payment));
      if (current.v !== payment.v) return null;
    }
  }

  /** @returns null when a place is taken by an attempt that may yet succeed; then none is kept. */
  private async tryRooms(rules: readonly DeclineRule[]): Promise<DeclineRoom | null> {
    const windowIds: string[] = [];
    for (const { rooms, declines, max, windowMs } of rules) {
      const { taken, id, resetsInMs } = await atFailpoint('confirm.take_room', () =>
        this.windows.take(rooms, windowMs, max),
      );
      if (taken) {
        windowIds.push(id);
        continue;
      }
      this.giveBack({ windowIds });
      const { count } = await atFailpoint('confirm.count', () => this.windows.peek(declines, windowMs));
      if (count >= max) throw tooMany(resetsInMs);
      return null;
    }
    return { windowIds };
  }

  /**
   * The attempt ended in no decline, or in none that is known. Not waited for: the answer is known, and a slow store must not
   * hold it up. What cannot be given back is free with the next window.
   */
  giveBack({ windowIds }: DeclineRoom): void {
    for (const windowId of windowIds) this.giveBackOne(windowId);
  }

  private giveBackOne(windowId: string): void {
    const done = atFailpoint('confirm.give_room_back', () => this.windows.giveBack(windowId))
      .catch((error: unknown) => this.logger.warn({ err: error }, 'the place of a decline was not given back'))
      .finally(() => this.givingBack.delete(done));
    this.givingBack.add(done);
  }

  /** Waits for the places that are still being given back: all requests are answered by now, and the store is still there. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.givingBack);
  }

  /**
   * Counts the decline of a request's attempt, for which the request gives its place away. The decline is settled and will be
   * told, whether or not it could be counted: a failure is logged.
   */
  async countOf(payment: Payment, run: { room: DeclineRoom | null }, chargeId: string | null): Promise<void> {
    const { room } = run;
    run.room = null;
    await this.count(this.payerOf(payment), room, chargeId).catch((error: unknown) =>
      this.logger.warn({ err: error, paymentId: payment._id }, 'a decline was not counted'),
    );
  }

  /**
   * Counts a decline, once: an event or another look may have been faster. `room` is what was taken for it; null: it came by
   * sending again what another request had started.
   */
  private async count(payer: Payer, room: DeclineRoom | null, chargeId: string | null): Promise<void> {
    if (room === null) return this.note(payer, chargeId);
    if (chargeId === null || (await this.isNew(chargeId))) await this.add(payer, true);
    else this.giveBack(room);
  }

  /** Declines that were seen at Stripe, whoever tried: also the payer's browser, which does not ask us. */
  async noteDeclines(payment: Payment, chargeIds: readonly string[]): Promise<void> {
    const payer = { ...this.payerOf(payment), address: payment.payerAddress };
    for (const chargeId of chargeIds)
      try {
        await this.note(payer, chargeId);
      } catch (error) {
        // The decline has to be recorded, whether or not it could be counted.
        this.logger.warn({ err: error, paymentId: payment._id }, 'a decline was not counted');
      }
  }

  /**
   * Counts before it marks the charge: whoever finds the mark gives its own place back, and between the two nobody may find one
   * place too many.
   */
  private async note(payer: Payer, chargeId: string | null): Promise<void> {
    if (chargeId !== null && (await this.isKnown(chargeId))) return;
    const windowIds = await this.add(payer, false);
    if (chargeId !== null && !(await this.isNew(chargeId))) this.giveBack({ windowIds });
  }

  private isKnown(chargeId: string): Promise<boolean> {
    return atFailpoint('decline.look', () => this.windows.isKnown(`declined:${chargeId}`));
  }

  private isNew(chargeId: string): Promise<boolean> {
    return atFailpoint('decline.mark', () => this.windows.isNew(`declined:${chargeId}`, CHARGE_KEPT_MS));
  }

  /** @returns the windows that it was counted in. */
  private async add(payer: Payer, hasRoom: boolean): Promise<string[]> {
    const ids: string[] = [];
    for (const { rooms, declines, windowMs } of this.rulesOf(payer)) {
      if (!hasRoom) ids.push((await atFailpoint('confirm.fill_room', () => this.windows.hit(rooms, windowMs))).id);
      ids.push((await atFailpoint('confirm.count_decline', () => this.windows.hit(declines, windowMs))).id);
    }
    return ids;
  }

  private payerOf(payment: Payment): Payer {
    if (shopperOf(payment) !== null) return { payerId: payerIdOf(payment), address: this.address() };
    return { payerId: payment.customerId === '' ? null : payerIdOf(payment), instrument: instrumentIdOf(payment) };
  }

  private rulesOf({ payerId, address, instrument }: Payer): DeclineRule[] {
    const { declinesPerUser, declineWindowMs, declinesPerAddress, addressWindowMs } = this.config.limits;
    const { declinesPerInstrument, instrumentWindowMs } = this.config.limits;
    const rules: DeclineRule[] = [];
    if (payerId !== null) rules.push(ruleOf(`:${payerId}`, declinesPerUser, declineWindowMs));
    if (address !== undefined && declinesPerAddress > 0)
      rules.push(ruleOf(`-at:${address}`, declinesPerAddress, addressWindowMs));
    if (instrument !== undefined && declinesPerInstrument > 0)
      rules.push(ruleOf(`-of:${instrument}`, declinesPerInstrument, instrumentWindowMs));
    return rules;
  }
}

/** Declines, and attempts that may become one. */
function ruleOf(whose: string, max: number, windowMs: number): DeclineRule {
  return { rooms: `decline-rooms${whose}`, declines: `declines${whose}`, max, windowMs };
}

function tooMany(resetsInMs: number): AppError {
  return new AppError('too_many_declines', 'Too many declined payments, please try again later', {
    retryAfterSeconds: Math.ceil(resetsInMs / 1000),
  });
}

function allUnderWay(): AppError {
  return new AppError('rate_limited', 'Too many payments at once, please try again', { retryAfterSeconds: 2 });
}
