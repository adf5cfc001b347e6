import { type Decline, declined, GENERIC_DECLINE } from './outcome.js';
import { cardByNumber, type TestCard } from './test-cards.js';

/** A card held to a simulated reader. */
export interface TerminalCard {
  card: TestCard;
  brand?: string;
  /** How the cardholder proves to be it. */
  verification: string | null;
}

function known(name: string, number: string, more: Partial<TerminalCard & TestCard> = {}): TerminalCard {
  const { brand, verification = null, ...card } = more;
  return {
    card: { name, number, behaviour: {}, ...card },
    ...(brand === undefined ? {} : { brand }),
    verification,
  };
}

/** https://docs.stripe.com/terminal/references/testing#simulated-test-cards, those that no online card is. */
const CARDS: readonly TerminalCard[] = [
  known('interac', '4506445006931933', {
    brand: 'interac',
    country: 'CA',
    funding: 'debit',
    verification: 'offline_pin',
  }),
  known('eftpos_au_debit', '6280000360000978', { brand: 'eftpos_au', country: 'AU', funding: 'debit' }),
  known('eftpos_au_visa_debit', '4000050360000001', { country: 'AU', funding: 'debit' }),
  known('eftpos_au_mastercard_debit', '5555050360000080', { country: 'AU', funding: 'debit' }),
  known('offline_pin_cvm', '4001007020000002', { verification: 'offline_pin' }),
  known('offline_pin_sca_retry', '4000008260000075', { verification: 'offline_pin' }),
  known('online_pin_cvm', '4001000360000005', { verification: 'online_pin' }),
  known('online_pin_sca_retry', '4000002760000008', { verification: 'online_pin' }),
];

const BY_NUMBER = new Map(CARDS.map((entry) => [entry.card.number, entry]));

export const DEFAULT_CARD_PRESENT = '4242424242424242';
export const DEFAULT_INTERAC = '4506445006931933';

/** One of Stripe's cards for readers, or any other card: approved (ruling 34). */
export function terminalCard(number: string): TerminalCard {
  return BY_NUMBER.get(number) ?? { card: cardByNumber(number), verification: null };
}

/**
 * What amounts mean at a reader, by their last two digits. https://docs.stripe.com/terminal/references/testing#physical-test-cards
 *
 * A simulated reader has no keys: where a real one would ask for the PIN, the payment is declined.
 */
const BY_CENTS = new Map<number, Decline>([
  [1, declined('call_issuer')],
  [2, declined('offline_pin_required', 'Your card requires a PIN.')],
  [3, declined('online_or_offline_pin_required', 'Your card requires a PIN.')],
  [5, GENERIC_DECLINE],
  [55, declined('incorrect_pin', 'The PIN entered is incorrect.')],
  [65, declined('withdrawal_count_limit_exceeded', 'Your card was declined for exceeding its limit.')],
  [75, declined('pin_try_exceeded', 'Your card was declined. The allowable number of PIN tries was exceeded.')],
]);

/** Interac refunds of part of a payment fail for these last two digits. */
const REFUND_FAILS = new Set([1, 5, 55, 65, 75]);

/** Why the bank declines `amount`, in the currency's smallest unit; null if it does not. */
export function declineByAmount(amount: number): Decline | null {
  return BY_CENTS.get(amount % 100) ?? null;
}

export function refundDeclineByAmount(amount: number): Decline | null {
  return REFUND_FAILS.has(amount % 100) ? declineByAmount(amount) : null;
}
