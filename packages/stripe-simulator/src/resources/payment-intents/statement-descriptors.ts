import { invalidRequest } from '../../api/errors.js';

/** https://docs.stripe.com/get-started/account/statement-descriptors#requirements; the length is the parameter's own. */
const FORBIDDEN = /[<>\\'"*]/;

interface Described {
  statement_descriptor: string | null;
  statement_descriptor_suffix: string | null;
}

/** Refuses what no bank prints. */
export function checkDescriptors(intent: Described): void {
  for (const name of ['statement_descriptor', 'statement_descriptor_suffix'] as const) {
    const text = intent[name];
    if (text === null) continue;
    if (FORBIDDEN.test(text)) {
      throw invalidRequest(`The ${name} cannot contain any of the characters < > \\ ' " *`, {
        code: 'invalid_characters',
        param: name,
      });
    }
    if (!/[A-Za-z]/.test(text)) {
      throw invalidRequest(`The ${name} must contain at least one letter.`, { param: name });
    }
  }
}

/** "Setting this value for a card charge returns an error": https://docs.stripe.com/api/payment_intents/create */
export function checkCardDescriptor(intent: Described, type: string): void {
  if (type !== 'card' || intent.statement_descriptor === null) return;
  throw invalidRequest(
    "The `statement_descriptor` parameter isn't supported for payment method type `card`. Use `statement_descriptor_suffix` to customize the statement descriptor for `card` PaymentIntents.",
    { param: 'statement_descriptor' },
  );
}
