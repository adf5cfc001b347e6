import { containsCardNumber, holdsCardInPhone } from './card-number.js';

const IDENTIFIERS = new Set(['id', 'number', 'ref', 'reference', 'order', 'invoice', 'ean', 'gtin', 'sku']);
const PHONES = new Set(['phone', 'fax']);
/** Words that name a card or an account, whole; the longer ones also within another, as in `giftcard`. */
const CARD_WORDS = /^(cc|pan|cvc)$|card|credit|debit|account|payment/;

/** One identifier without separators. */
const ONE_IDENTIFIER = /^[A-Za-z0-9]+$/;

/**
 * Whether an entry that a caller named holds a card number. Order numbers have issuers' ranges and check digits by chance, so
 * that under a key that names an identifier, and no card, one whole number is taken for what the key says (ruling 60).
 */
export function entryHoldsCardNumber(key: string, value: string): boolean {
  const words = wordsOf(key);
  const last = words.at(-1) ?? '';
  const isExempt = !words.some((word) => CARD_WORDS.test(word));
  if (isExempt && IDENTIFIERS.has(last) && ONE_IDENTIFIER.test(value)) return containsCardNumber(key);
  if (isExempt && PHONES.has(last)) return containsCardNumber(key) || holdsCardInPhone(value);
  return containsCardNumber(`${key} ${value}`);
}

/** The words of `order_id`, `order-id`, `orderId`, `OrderID` and `ean13`, in lower case and without digits. */
function wordsOf(key: string): string[] {
  return key
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
}
