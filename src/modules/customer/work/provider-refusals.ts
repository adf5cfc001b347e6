import { AppError } from '../../../platform/common/app-error.js';
import { providerRefused, providerUnreachable } from '../../../platform/stripe/provider-failure.js';
import type { ProviderAnswer } from '../../../platform/stripe/provider.types.js';

/** Answer of Stripe that is not the one that was asked for. */
export type Failure = Exclude<ProviderAnswer<unknown>, { outcome: 'done' }>;

/** Returns the error for a method that Stripe refuses, in our words: Stripe's may say more than the client should read. */
export function methodRefused(reason: string): AppError {
  return new AppError('payment_method_refused', reason);
}

/** Returns the error for a card whose owner would have to be asked, which nobody can do here. */
export function authenticationRequired(): AppError {
  return new AppError('authentication_required', 'card requires authentication');
}

export function customerGone(): AppError {
  return new AppError('vault_customer_not_found', 'there is no such customer');
}

export function methodGone(): AppError {
  return new AppError('payment_method_not_found', 'there is no such payment method');
}

/** Returns the error for a request that waited in vain for another one on the same customer. */
export function busy(what: string, retryAfterSeconds = 2): AppError {
  return new AppError('vault_customer_busy', what, { retryAfterSeconds });
}

/**
 * Returns the error for a card or account number where none may be sent to Stripe, because a setting (G76) or Stripe says
 * so.
 */
export function numbersNotTaken(kind: 'card' | 'ach'): AppError {
  return methodRefused(`${kind === 'card' ? 'card' : 'account'} numbers are not taken here, send a token`);
}

/** Returns what a method of that kind is called towards its client. */
export function wordOf(kind: 'card' | 'ach' | 'sepa' | 'token'): 'card' | 'bank account' | 'token' {
  return kind === 'ach' || kind === 'sepa' ? 'bank account' : kind;
}

/**
 * Whether Stripe does not take card numbers from this account: a 402 that is an `invalid_request_error`
 * (https://support.stripe.com/questions/enabling-access-to-raw-card-data-apis). The status is documented nowhere, so
 * with another one the sentence tells.
 */
export function refusesNumbers(answer: Failure): boolean {
  if (answer.outcome === 'declined') return !answer.decline.ofCard;
  return answer.outcome === 'refused' && /card numbers directly/.test(answer.message);
}

/**
 * Thrown when it is unknown whether a call to Stripe ran: the work stays in the record, and a repeat or the resolver
 * settles it.
 */
export class Unanswered extends AppError {
  constructor() {
    const { code, message, retryAfterSeconds } = providerUnreachable();
    super(code, message, { retryAfterSeconds });
    this.name = 'Unanswered';
  }
}

/** @param what e.g. `card`, as the message says it */
export function failureOf(answer: Failure, what: 'card' | 'bank account' | 'token'): AppError {
  switch (answer.outcome) {
    case 'declined':
      if (!answer.decline.ofCard) return methodRefused(refusalOf(answer.decline.code, what));
      return new AppError('card_declined', `${what === 'token' ? 'card' : what} declined`, {
        reason: answer.decline.declineCode ?? answer.decline.code,
        providerMessage: answer.decline.message,
      });
    case 'refused':
      if (answer.status === 400 || answer.status === 404) return methodRefused(refusalOf(answer.code, what));
      return providerRefused(answer);
    case 'unexpected_state':
    case 'unknown':
      return new Unanswered();
  }
}

function refusalOf(code: string | null, what: string): string {
  if (code === 'routing_number_invalid') return 'routing_number is not valid';
  if (code === 'token_already_used') return 'token was used already';
  return what === 'token' ? 'token is not valid' : `${what} was not accepted`;
}

export function isCustomerGone(error: unknown): boolean {
  return (error as Partial<AppError>).code === 'vault_customer_not_found';
}

const VERDICTS: readonly (string | undefined)[] = [
  'card_declined',
  'authentication_required',
  'payment_method_refused',
  'provider_refused',
];

/** Returns whether the error is a decision of a bank or of Stripe; after any other error a repeat may succeed. */
export function isVerdict(error: unknown): boolean {
  const { code } = error as Partial<AppError>;
  return VERDICTS.includes(code);
}
