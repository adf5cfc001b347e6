import type { Item, ItemCopy, ItemRequest, ItemTerms } from '../../../modules/recurring/item/item.types.js';
import { listed } from '../envelope.js';
import { secondsOf } from '../seconds.js';
import type { RecurringItemBody, RecurringItemCopyBody, RecurringItemFields, RecurringItemList } from './item.dto.js';

export function toItemRequest(body: RecurringItemFields): ItemRequest {
  const { name, description, amount: amountMinor, percentage, duration } = body;
  return { name, description, amountMinor, percentage, duration };
}

export function toItemBody(item: Item): RecurringItemBody {
  return bodyOf(item, (at) => at.toISOString());
}

export function toItemList(items: readonly Item[]): RecurringItemList {
  const data = items.map((item) => bodyOf(item, secondsOf));
  return { ...listed(data), data };
}

function bodyOf(item: Item, written: (at: Date) => string): RecurringItemBody {
  return { ...termsOf(item), created_at: written(item.createdAt), updated_at: written(item.updatedAt) };
}

export function toCopyBody(copy: ItemCopy): RecurringItemCopyBody {
  return { ...termsOf(copy), created_at: null, updated_at: null };
}

function termsOf({ id, name, description, figure, duration }: ItemTerms & { readonly id: string }) {
  return {
    id,
    name,
    description,
    amount: figure.type === 'flat' ? figure.value : null,
    percentage: figure.type === 'percentage' ? figure.value : null,
    duration,
  };
}
