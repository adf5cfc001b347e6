import type { RawMap } from './form.js';

/** Since this version the methods of the Dashboard are on by themselves, redirects included. */
const AUTOMATIC_METHODS = '2023-08-16';
/** With this version `payment_method_types` went, and `allowed_payment_method_types` came. */
const ENDIVE = '2026-10-28';

/** Requests that took `payment_method_types`; all of them are POST. */
const TAKES_TYPES = new Set([
  '/v1/checkout/sessions',
  '/v1/payment_intents',
  '/v1/payment_intents/:intent',
  '/v1/payment_intents/:intent/confirm',
  '/v1/setup_intents',
  '/v1/setup_intents/:intent',
  '/v1/setup_intents/:intent/confirm',
]);

interface Address {
  method: string;
  /** Of the operation, with the names of its segments. */
  path: string;
}

const CREATES_INTENT = new Set(['/v1/payment_intents', '/v1/setup_intents']);

/**
 * The version that a request is written for: the one it names, or else the account's. The Stripe CLI names none, and what it
 * sends for `stripe trigger` is older than both marks above.
 */
export function writtenFor(named: string | undefined, userAgent: string | undefined, ofAccount: string): string {
  if (named !== undefined) return named;
  return userAgent?.includes('stripe-cli/') === true ? '2022-11-15' : ofAccount;
}

/**
 * The parameters of a request written for an older version as those of today.
 *
 * Source: https://docs.stripe.com/changelog for both versions, and the requests of `@stripe/cli` 1.52.0.
 */
export function asToday({ method, path }: Address, version: string, raw: RawMap): RawMap {
  // A list has the same path as a create.
  if (method !== 'POST') return raw;
  let today = raw;
  const { payment_method_types: types, ...rest } = raw;
  if (version < ENDIVE && types !== undefined && TAKES_TYPES.has(path)) {
    today = { allowed_payment_method_types: types, ...rest };
  }
  if (version >= AUTOMATIC_METHODS) return today;
  if (path === '/v1/customers') return withCardOfToday(today);
  return CREATES_INTENT.has(path) ? cardUnlessSaid(withTransferOfToday(today)) : today;
}

/** What does not say how it is paid was for cards only. */
function cardUnlessSaid(raw: RawMap): RawMap {
  const said = raw['allowed_payment_method_types'] ?? raw['automatic_payment_methods'];
  return said === undefined ? { ...raw, allowed_payment_method_types: { 0: 'card' } } : raw;
}

/** A customer's first card was a source; the same test card is a payment method now. */
function withCardOfToday(raw: RawMap): RawMap {
  const { source, ...rest } = raw;
  if (typeof source !== 'string' || !source.startsWith('tok_')) return raw;
  return { ...rest, payment_method: source.replace('tok_', 'pm_card_') };
}

/** The bank transfer of yen had another name. */
function withTransferOfToday(raw: RawMap): RawMap {
  const { payment_method_options: options } = raw;
  const balance = typeof options === 'object' ? options['customer_balance'] : undefined;
  const transfer = typeof balance === 'object' ? balance['bank_transfer'] : undefined;
  if (typeof options !== 'object' || typeof balance !== 'object' || typeof transfer !== 'object') return raw;
  if (transfer['type'] !== 'jp_bank_account') return raw;
  const bank_transfer = { ...transfer, type: 'jp_bank_transfer' };
  return { ...raw, payment_method_options: { ...options, customer_balance: { ...balance, bank_transfer } } };
}
