import type { ProviderMethod } from '../../../platform/stripe/provider-method.types.js';
import type { MethodFacts } from './payment-method.types.js';
import type { SaveSource } from './pending-work.types.js';

const UNKNOWN_DIGITS = '*'.repeat(12);

/** The form of a card number of which Stripe has told the end. */
export const maskedLastFour = (lastFour: string): string => `${UNKNOWN_DIGITS}${lastFour}`;

/** First six, last four (contract gateway 5.1.10). */
export function maskedCardNumber(number: string): string {
  return `${number.slice(0, 6)}${'*'.repeat(number.length - 10)}${number.slice(-4)}`;
}

export function maskedAccountNumber(number: string): string {
  return `****${number.slice(-4)}`;
}

/** Country, check digits and last four (contract census 4). */
export function maskedIban(iban: string): string {
  return `${iban.slice(0, 4)}****${iban.slice(-4)}`;
}

/**
 * Returns the facts of a method that the record keeps. Stripe tells only the last four digits; the first six are known when the
 * number itself was sent here.
 * @returns null for a kind of method that a vault does not keep.
 */
export function factsOf({ details }: ProviderMethod, source: SaveSource): MethodFacts | null {
  switch (details.kind) {
    case 'card': {
      const { brand, expiryMonth, expiryYear, lastFour } = details;
      const maskedNumber = source.kind === 'card' ? source.maskedNumber : maskedLastFour(lastFour);
      return { type: 'card', brand, expiryMonth, expiryYear, maskedNumber };
    }
    case 'bank_account': {
      const { accountType, routingNumber, lastFour } = details;
      const secCode = source.kind === 'ach' ? source.secCode : 'web';
      return { type: 'ach', accountType, secCode, routingNumber, maskedAccountNumber: `****${lastFour}` };
    }
    case 'sepa_debit':
      // A number is kept where it was sent here: by its hash the same one is known again.
      return source.kind === 'sepa'
        ? { type: 'sepa', maskedIban: source.maskedIban, numberHash: source.numberHash }
        : null;
    case 'other':
      return null;
  }
}
