import { MAX_FIGURE_MINOR, sumOf } from '../../calculator/money.js';
import { shareOf } from '../../calculator/rate.js';
import { holdsPlace } from './billing-states.js';
import type { BillingLine, ItemSnapshot, Subscription, SubscriptionItem } from './subscription.types.js';

/** Computes what one billing comes to: contract gateway 8.4 B4 and B5, rulings RC9, RC10 and RC20. Pure. */

export interface BillingSum {
  readonly lines: readonly BillingLine[];
  readonly total: number;
}

type Priced = Pick<Subscription, 'amount' | 'addOns' | 'discounts' | 'open'>;

/** Returns the lines of the next billing, which sum to its total; null when it would be greater than any amount may be. */
export function nextSum(subscription: Priced, taken: readonly BillingLine[] = []): BillingSum | null {
  const running = (items: readonly SubscriptionItem[]) => items.filter((item) => isRunning(item, subscription, taken));
  const added: BillingLine[] = [
    { kind: 'amount', key: null, amount: subscription.amount },
    ...running(subscription.addOns).map((item) => line('add_on', item, figureOf(item, subscription.amount))),
  ];
  const gross = totalOf(added);
  if (gross > MAX_FIGURE_MINOR) return null;
  const discounts = discountLines(running(subscription.discounts), subscription.amount, gross);
  return { lines: [...added, ...discounts], total: gross + totalOf(discounts) };
}

/** Discounts take what is left, in their order: together never more than everything, and nothing is carried on (RC20). */
function discountLines(items: readonly SubscriptionItem[], amount: number, gross: number): readonly BillingLine[] {
  const lines: BillingLine[] = [];
  let left = gross;
  for (const item of items) {
    const taken = Math.min(figureOf(item, amount), left);
    lines.push(line('discount', item, taken === 0 ? 0 : -taken));
    left -= taken;
  }
  return lines;
}

const line = (kind: 'add_on' | 'discount', { key }: SubscriptionItem, amount: number): BillingLine => ({
  kind,
  key,
  amount,
});

export const totalOf = (lines: readonly BillingLine[]): number =>
  Number(sumOf(lines.map(({ amount }) => BigInt(amount))));

/** A percentage is of the subscription's own amount, rounded half up, once an item (formula P). */
function figureOf({ amount, percentage }: ItemSnapshot, base: number): number {
  return percentage === null ? (amount ?? 0) : Number(shareOf(BigInt(base), BigInt(percentage)));
}

/** It is applied until it has been in as many successful billings as it lasts; one under way holds its place. */
function isRunning(item: SubscriptionItem, { open }: Priced, taken: readonly BillingLine[]): boolean {
  if (item.duration === 0) return true;
  const held = open.filter(holdsPlace).flatMap(({ lines }) => lines);
  return item.used + timesIn(item, [...held, ...taken]) < item.duration;
}

/** Returns how often an item is among lines: more than once where dates were merged. */
export const timesIn = ({ key }: SubscriptionItem, lines: readonly BillingLine[]): number =>
  lines.filter((one) => one.key === key).length;

/** Returns `total_adds` and `total_discounts`: the figures of the next billing, whatever is left to discount (RC20). */
export function itemTotals(subscription: Priced): { readonly adds: number; readonly discounts: number } {
  const sum = (items: readonly SubscriptionItem[]) =>
    items
      .filter((item) => isRunning(item, subscription, []))
      .reduce((total, item) => total + figureOf(item, subscription.amount), 0);
  return { adds: sum(subscription.addOns), discounts: sum(subscription.discounts) };
}

/** Returns whether a billing with all items, also those that have run out, stays within what an amount may be (RC20). */
export function isWithinLimit(amount: number, addOns: readonly ItemSnapshot[]): boolean {
  return addOns.reduce((sum, item) => sum + figureOf(item, amount), amount) <= MAX_FIGURE_MINOR;
}
