import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { changeUntil } from '../../platform/database/change-until.js';
import { fromStore } from '../../platform/database/mongo-errors.js';
import { HAS_DATE } from '../../platform/database/partial-index.js';
import { withinRange } from '../../platform/database/time-range.js';
import { VersionedCollection } from '../../platform/database/versioned-collection.js';
import { mayBecome } from './order-states.js';
import { ORDER_MODEL } from './order.schema.js';
import type { NewOrder, Order, OrderChange, TotalCriteria } from './order.types.js';

/** Named queries on `orders`; every write is a compare-and-swap on one order. Every method may throw StoreError. */
@Injectable()
export class OrderRepository {
  private readonly orders: VersionedCollection<Order>;

  constructor(@InjectModel(ORDER_MODEL) private readonly model: Model<Order>) {
    this.orders = new VersionedCollection(model);
  }

  load(id: string): Promise<Order | null> {
    return this.orders.load(id);
  }

  /** Inserts, or returns the order that was there first. */
  insert(order: NewOrder): Promise<{ document: Order; inserted: boolean }> {
    return this.orders.insert(order);
  }

  /** @returns the new version, or null when somebody changed it first. */
  change(seen: Order, change: OrderChange): Promise<Order | null> {
    if (change.state !== undefined && !mayBecome(seen.state, change.state))
      throw new Error(`order ${seen._id} may not go from ${seen.state} to ${change.state}`);
    return this.orders.swap(seen, change);
  }

  /** Changes what `think` says, asked again when somebody else was first. */
  changeUntil(seen: Order, think: (order: Order) => Promise<OrderChange | null>): Promise<Order> {
    const bySwap = {
      change: (current: Order, change: OrderChange) => this.change(current, change),
      reload: (current: Order) => this.reload(current),
    };
    return changeUntil(seen, bySwap, think);
  }

  async reload(seen: Order): Promise<Order> {
    const current = await this.load(seen._id);
    if (current === null) throw new Error(`order ${seen._id} has vanished`);
    return current;
  }

  async dueForCheck(now: Date, limit: number): Promise<Order[]> {
    const find = () =>
      this.model.collection
        .find({ nextCheckAt: { $lte: now, ...HAS_DATE } } as never)
        .sort({ nextCheckAt: 1 })
        .limit(limit)
        .toArray();
    return (await fromStore(find)) as unknown as Order[];
  }

  /** Returns the sum of the account's processed orders that meet every criterion, in cents. */
  async totalMinor(accountId: string, criteria: TotalCriteria): Promise<number> {
    const stages = [
      ...totalStages(accountId, criteria),
      { $group: { _id: null, amountMinor: { $sum: '$amountMinor' } } },
    ];
    const [sum] = await fromStore(() => this.model.collection.aggregate(stages).toArray());
    return Number(sum?.['amountMinor'] ?? 0);
  }
}

/**
 * The stages that keep the orders of a sum. MongoDB makes one of them; the embedded store takes an index only for a stage that is
 * the beginning of one, therefore what is left comes behind it.
 */
function totalStages(accountId: string, { personId, campaignCode, from, until }: TotalCriteria): object[] {
  const account = { accountId: String(accountId) };
  const range = { ...(from && { start: from }), ...(until && { end: until }) };
  const processed = { state: 'processed', ...Object.fromEntries(withinRange('createdAt', range)) };
  const campaign = campaignCode === undefined ? {} : { campaignCode: String(campaignCode) };
  return personId === undefined
    ? [{ $match: { ...campaign, ...account, ...processed } }]
    : [{ $match: { personId: String(personId), ...processed } }, { $match: { ...account, ...campaign } }];
}
