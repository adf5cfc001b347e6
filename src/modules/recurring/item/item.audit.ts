import { type AuditState, personal } from '../../audit/audit-state.js';
import type { ItemCopy, ItemRequest, ItemTerms } from './item.types.js';

/** Returns what the trail keeps of an add-on or a discount. Its texts are the merchant's own, and may name a person. */
export function auditedItem({ name, description, figure, duration }: ItemTerms): AuditState {
  return { ...auditedTexts({ name, description }), figure: `${figure.type} ${figure.value}`, duration };
}

/** Returns what a request asks for; what it does not say is absent. */
export function auditedItemRequest({ name, description, amountMinor, percentage, duration }: ItemRequest): AuditState {
  return { ...auditedTexts({ name, description }), amountMinor, percentage, duration };
}

export function auditedTexts({ name, description }: Pick<ItemRequest, 'name' | 'description'>): AuditState {
  const hidden = (text: string | undefined) => (text === undefined ? undefined : personal(text));
  return { name: hidden(name), description: hidden(description) };
}

/** `b75cvl51tlv38t0o7o30 flat 100 for 0`, one for each. */
export function auditedCopies(copies: readonly ItemCopy[]): string[] {
  return copies.map(({ id, figure, duration }) => `${id} ${figure.type} ${figure.value} for ${duration}`);
}
