import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { inLanes } from '../../../platform/common/lanes.js';
import { type ChangedBySwap, changeUntil } from '../../../platform/database/change-until.js';
import { fromStore } from '../../../platform/database/mongo-errors.js';
import { HAS_DATE, HAS_TEXT } from '../../../platform/database/partial-index.js';
import { VersionedCollection } from '../../../platform/database/versioned-collection.js';
import { Metrics } from '../../../platform/operations/metrics.js';
import { EffectConsumers } from './effect-consumers.js';
import { mayBecome } from './payment-states.js';
import { SHOWN_FIELDS, type ShownPayment } from './payment-view.js';
import { PAYMENT_MODEL } from './payment.schema.js';
import type { Payment, PaymentChange, PaymentState } from './payment.types.js';

/** States that end an attempt or the payment, as the metric names them. */
const OUTCOMES: Partial<Record<PaymentState, string>> = {
  SUCCEEDED: 'succeeded',
  DECLINED: 'declined',
  CANCELED: 'canceled',
  REJECTED: 'rejected',
};

const BOOKED_FIELDS = [
  '_id',
  'state',
  'providerPaymentId',
  'amountMinor',
  'capturedMinor',
  'currency',
  'customerId',
  'scope',
  'cuid',
  'createdAt',
  'finalAt',
  'refunds',
] as const satisfies readonly (keyof Payment)[];

/** Part of a payment that the books need: enough to compare it, not to change it. */
export type BookedPayment = Pick<Payment, (typeof BOOKED_FIELDS)[number]>;

/** A PaymentIntent, and the payment that its metadata names; null where it names none that can be believed. */
export interface NamedIntent {
  readonly id: string;
  readonly paymentId: string | null;
}

/** Payers must get their share of the store while a page of a sweep is looked up. */
const LOOK_UP_LANES = 4;

const indexed = (providerPaymentId: string) => ({
  providerPaymentId: { $eq: String(providerPaymentId), ...HAS_TEXT },
});

type ListedPayment = ShownPayment & Pick<Payment, 'createdAt'>;

/** One user makes no more payments than these in the same moment: a millisecond, or a second in records that were lost and imported. */
const SAME_MOMENT = 10;

function newestFirst(one: Pick<Payment, '_id' | 'createdAt'>, other: Pick<Payment, '_id' | 'createdAt'>): number {
  const later = other.createdAt.getTime() - one.createdAt.getTime();
  if (later !== 0) return later;
  return one._id === other._id ? 0 : one._id > other._id ? -1 : 1;
}

const SHOWN = Object.fromEntries(SHOWN_FIELDS.map((field) => [field, 1]));

/** Named queries; every write is a compare-and-swap on one document. */
@Injectable()
export class PaymentRepository {
  private readonly payments: VersionedCollection<Payment>;
  private readonly bySwap: ChangedBySwap<Payment, PaymentChange> = {
    change: (seen, change) => this.change(seen, change),
    reload: (seen) => this.reload(seen),
  };

  constructor(
    @InjectModel(PAYMENT_MODEL) private readonly model: Model<Payment>,
    private readonly consumers: EffectConsumers,
    private readonly metrics: Metrics,
  ) {
    this.payments = new VersionedCollection(model);
  }

  load(paymentId: string): Promise<Payment | null> {
    return this.payments.load(paymentId);
  }

  /** Inserts, or returns the payment that was there first. Events that it is born with are addressed as in `change`. */
  insert(payment: Omit<Payment, 'v' | 'w'>): Promise<{ document: Payment; inserted: boolean }> {
    const { effects, effectsDueAt } = payment;
    if (effects.length === 0) return this.payments.insert(payment);
    const unborn = { ...payment, effects: [], effectsDueAt: null, v: 0, w: '' };
    const addressed = { ...unborn, ...this.consumers.addressed(unborn, { effects, effectsDueAt }) };
    return this.payments.insert({ ...payment, effects: addressed.effects, effectsDueAt: addressed.effectsDueAt });
  }

  /** @returns the new version, or null when somebody changed it first. */
  async change(seen: Payment, change: PaymentChange): Promise<Payment | null> {
    if (change.state !== undefined && !mayBecome(seen.state, change.state)) {
      throw new Error(`payment ${seen._id} may not go from ${seen.state} to ${change.state}`);
    }
    const changed = await this.payments.swap(seen, this.consumers.addressed(seen, change));
    const outcome =
      changed === null || change.state === undefined || change.state === seen.state
        ? undefined
        : OUTCOMES[change.state];
    if (outcome !== undefined) this.metrics.count('payments_settled_total', { outcome });
    return changed;
  }

  /** Does what `change` does, and returns the document as it stands when somebody was first. */
  async changeOrReload(seen: Payment, change: PaymentChange): Promise<Payment> {
    return (await this.change(seen, change)) ?? (await this.reload(seen));
  }

  /** Changes what `think` says, asked again when somebody else was first. Throws what `think` throws. */
  changeUntil(seen: Payment, think: (payment: Payment) => PaymentChange | null): Promise<Payment> {
    return changeUntil(seen, this.bySwap, think);
  }

  async reload(seen: Payment): Promise<Payment> {
    const current = await this.load(seen._id);
    if (current === null) throw new Error(`payment ${seen._id} has vanished`);
    return current;
  }

  /**
   * Another user's payment is no payment. The owner is looked at here: a PaymentIntent has one payment, and a filter of two
   * fields costs the embedded store twice as much.
   */
  async findOfUser(userId: string, providerPaymentId: string): Promise<Payment | null> {
    const filter = indexed(providerPaymentId);
    const found = await fromStore(() => this.model.collection.findOne(filter as never) as Promise<Payment | null>);
    return found?.userId === userId ? found : null;
  }

  /** Finds the payment of a PaymentIntent, for provider events only, which belong to no user. */
  findByProviderPayment(providerPaymentId: string): Promise<Payment | null> {
    return fromStore(() =>
      this.model
        .findOne(indexed(providerPaymentId) as never)
        .lean<Payment>()
        .exec(),
    );
  }

  /**
   * Returns the payments that refer to these PaymentIntents, by the PaymentIntent's id. Nearly all are found by one query for the
   * ids that the PaymentIntents name. The others are looked up one by one: a list of values of any field but `_id` makes the
   * embedded store read the whole collection.
   */
  async byProviderPayments(intents: readonly NamedIntent[]): Promise<Map<string, Payment>> {
    const named = new Map((await this.ofIds(intents)).map((payment) => [payment._id, payment]));
    const found = new Map<string, Payment>();
    const others: string[] = [];
    for (const { id, paymentId } of intents) {
      const payment = paymentId === null ? undefined : named.get(paymentId);
      if (payment?.providerPaymentId === id) found.set(id, payment);
      else others.push(id);
    }
    await inLanes(LOOK_UP_LANES, others, async (id) => {
      const payment = await this.findByProviderPayment(id);
      if (payment !== null) found.set(id, payment);
    });
    return found;
  }

  private async ofIds(intents: readonly NamedIntent[]): Promise<Payment[]> {
    const ids = intents.flatMap(({ paymentId }) => (paymentId === null ? [] : [paymentId]));
    if (ids.length === 0) return [];
    const find = () => this.model.collection.find({ _id: { $in: ids } } as never).toArray();
    return (await fromStore(find)) as unknown as Payment[];
  }

  /** Returns the payments that became paid in this time; `until` is not included. */
  paidBetween(from: Date, until: Date): Promise<BookedPayment[]> {
    return fromStore(() =>
      this.model
        .find({ state: 'SUCCEEDED', finalAt: { $gte: from, $lt: until } } as never, BOOKED_FIELDS)
        .lean<BookedPayment[]>()
        .exec(),
    );
  }

  /** Returns any PaymentIntent of ours: the last by id, which the index finds without looking further. */
  async someProviderPayment(): Promise<string | null> {
    const filter = { providerPaymentId: HAS_TEXT };
    const found = await fromStore(() =>
      this.model
        .findOne(filter as never, { providerPaymentId: 1 })
        .sort({ providerPaymentId: -1 })
        .lean<Pick<Payment, 'providerPaymentId'>>()
        .exec(),
    );
    return found?.providerPaymentId ?? null;
  }

  /**
   * Newest first, and of one moment by id; only what is shown is read, for a record is ten times that.
   * @param after the payment that the list goes on behind; null for its beginning
   */
  async listOfUser(
    userId: string,
    limit: number,
    after: Pick<Payment, '_id' | 'createdAt'> | null,
  ): Promise<ShownPayment[]> {
    // Says it in other words than the partial index, or a store may go by that one and read everybody's.
    const ofUser = { userId: String(userId), providerPaymentId: { $exists: true } };
    const filter = after === null ? ofUser : { ...ofUser, createdAt: { $lte: after.createdAt } };
    // The index has no id, so those of one moment are put in order here; some more are read for those at both ends.
    const find = () =>
      this.model.collection
        .find<ListedPayment>(filter as never, { projection: { ...SHOWN, createdAt: 1 } })
        .sort({ createdAt: -1 })
        .limit(limit + 2 * SAME_MOMENT)
        .toArray();
    const found = (await fromStore(find)).toSorted(newestFirst);
    return found.filter((payment) => after === null || newestFirst(after, payment) < 0).slice(0, limit);
  }

  openOfUser(userId: string): Promise<Payment[]> {
    const filter = { userId: String(userId), nextCheckAt: { $ne: null } };
    return fromStore(() =>
      this.model
        .find(filter as never)
        .lean<Payment[]>()
        .exec(),
    );
  }

  dueForCheck(now: Date, limit: number): Promise<Payment[]> {
    return fromStore(() =>
      this.model
        .find({ nextCheckAt: { $lte: now, ...HAS_DATE } } as never)
        .sort({ nextCheckAt: 1 })
        .limit(limit)
        .lean<Payment[]>()
        .exec(),
    );
  }

  dueForEffects(now: Date, limit: number): Promise<Payment[]> {
    return fromStore(() =>
      this.model
        .find({ effectsDueAt: { $lte: now, ...HAS_DATE } } as never)
        .sort({ effectsDueAt: 1 })
        .limit(limit)
        .lean<Payment[]>()
        .exec(),
    );
  }

  /** Returns when the attempts that have no known outcome now were started. */
  async unsettledSince(): Promise<Date[]> {
    const found = await fromStore(() =>
      this.model
        .find({ state: 'CONFIRMING' } as never, { attempt: 1 })
        .lean<Pick<Payment, 'attempt'>[]>()
        .exec(),
    );
    return found.flatMap(({ attempt }) => (attempt === null ? [] : [attempt.startedAt]));
  }

  /** Payments whose check has been due since before that, and nobody made it. */
  countOverdueChecks(before: Date): Promise<number> {
    return fromStore(() => this.model.countDocuments({ nextCheckAt: { $lt: before, ...HAS_DATE } } as never));
  }

  /** Payments final since before that with an effect that is still not done. */
  countOverdueEffects(before: Date): Promise<number> {
    const filter = { effectsDueAt: HAS_DATE, finalAt: { $lt: before } };
    return fromStore(() => this.model.countDocuments(filter as never));
  }

  countParkedEffects(): Promise<number> {
    return fromStore(() => this.model.countDocuments({ effectsParkedAt: HAS_DATE } as never));
  }

  /** Payments with a parked effect, newest first. */
  withParkedEffects(limit: number): Promise<Payment[]> {
    return fromStore(() =>
      this.model
        .find({ effectsParkedAt: HAS_DATE } as never)
        .sort({ effectsParkedAt: -1 })
        .limit(limit)
        .lean<Payment[]>()
        .exec(),
    );
  }

  countLateSuccesses(): Promise<number> {
    return fromStore(() => this.model.countDocuments({ lateSuccessAt: HAS_DATE } as never));
  }

  /** Newest first. */
  lateSuccesses(limit: number): Promise<Payment[]> {
    return fromStore(() =>
      this.model
        .find({ lateSuccessAt: HAS_DATE } as never)
        .sort({ lateSuccessAt: -1 })
        .limit(limit)
        .lean<Payment[]>()
        .exec(),
    );
  }
}
