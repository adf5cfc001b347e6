import { matchedItems } from '../item/matched-items.js';
import { isWithinLimit } from './billing-amounts.js';
import {
  changed,
  type Changed,
  type ItemSnapshot,
  refuse,
  type Subscription,
  type SubscriptionItem,
} from './subscription.types.js';

/** Add-ons and discounts as a request names them, and what becomes of them (contract gateway 8.3, RC19). Pure. */

/** Fields that are absent or null were not sent. */
export interface ItemWish {
  readonly id: string;
  readonly name?: string | null;
  readonly description?: string | null;
  readonly amount?: number | null;
  readonly duration?: number | null;
}

/** A wish, and the add-on or discount that its id names today; null when there is none any more. */
export interface SourcedWish {
  readonly wish: ItemWish;
  readonly source: ItemSnapshot | null;
}

/** An amount makes a percentage a fixed one. */
export function withOverrides<T extends ItemSnapshot>(item: T, { name, description, amount, duration }: ItemWish): T {
  return {
    ...item,
    name: name ?? item.name,
    description: description ?? item.description,
    amount: amount ?? item.amount,
    percentage: amount === undefined || amount === null ? item.percentage : null,
    duration: duration ?? item.duration,
  };
}

interface ReplacedItems {
  readonly items: readonly SubscriptionItem[];
  readonly nextItemKey: number;
  /** Id of a new one that does not exist; null when all do. */
  readonly unknown: string | null;
}

/**
 * Replaces a whole list. The nth of an id is matched with the stored nth: it keeps its copy and its count, so that whoever
 * re-posts what was read changes nothing, whatever became of the source. A new one starts at 0.
 */
function replacedItems(
  stored: readonly SubscriptionItem[],
  wishes: readonly SourcedWish[],
  firstKey: number,
): ReplacedItems {
  const items: SubscriptionItem[] = [];
  let nextItemKey = firstKey;
  for (const { asked, held: kept } of matchedItems(wishes, ({ wish }) => wish.id, stored)) {
    const { wish, source } = asked;
    if (kept === undefined && source === null) return { items: stored, nextItemKey: firstKey, unknown: wish.id };
    if (kept !== undefined) items.push(withOverrides(kept, wish));
    else if (source !== null) items.push(withOverrides({ ...source, key: nextItemKey++, used: 0 }, wish));
  }
  return { items, nextItemKey, unknown: null };
}

/** Returns whether a list says just what is stored (RC23). */
export function saysTheSame(wishes: readonly ItemWish[], stored: readonly ItemSnapshot[]): boolean {
  const isSame = (wish: ItemWish, item: ItemSnapshot | undefined): boolean =>
    item !== undefined &&
    wish.id === item.id &&
    (wish.name ?? item.name) === item.name &&
    (wish.description ?? item.description) === item.description &&
    (wish.amount ?? item.amount) === item.amount &&
    (wish.duration ?? item.duration) === item.duration;
  return wishes.length === stored.length && wishes.every((wish, index) => isSame(wish, stored[index]));
}

/** Gives a subscription the items that are wished for; null leaves a list as it is. Refused when the sum is too great (RC20). */
export function withItems(
  subscription: Subscription,
  { addOns, discounts }: { readonly addOns: Wishes; readonly discounts: Wishes },
): Changed {
  const added = listed(subscription.addOns, addOns, subscription.nextItemKey);
  if (added.unknown !== null) return refuse('add_ons', `there is no add-on ${added.unknown}`);
  const taken = listed(subscription.discounts, discounts, added.nextItemKey);
  if (taken.unknown !== null) return refuse('discounts', `there is no discount ${taken.unknown}`);
  if (!isWithinLimit(subscription.amount, added.items)) return refuse('amount', 'is too great with all add-ons');
  return changed({ ...subscription, addOns: added.items, discounts: taken.items, nextItemKey: taken.nextItemKey });
}

type Wishes = readonly SourcedWish[] | null | undefined;

const listed = (stored: readonly SubscriptionItem[], wishes: Wishes, nextItemKey: number): ReplacedItems =>
  wishes === null || wishes === undefined
    ? { items: stored, nextItemKey, unknown: null }
    : replacedItems(stored, wishes, nextItemKey);
