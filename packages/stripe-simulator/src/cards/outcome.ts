/** Why a card is refused. `decline_code` is absent where Stripe's testing page says "n/a". */
export interface Decline {
  code: string;
  decline_code?: string;
  message: string;
}

/** How a payment method behaves. Source: https://docs.stripe.com/testing */
export interface Behaviour {
  /** Every charge is refused like this. */
  decline?: Decline;
  /** With `decline`: attaching it to a customer is allowed all the same. */
  attaches?: true;
  /**
   * When the cardholder must authenticate: `always` (off-session payments fail), `unless_set_up`, or `on_session` (it counts
   * as set up from the start).
   */
  authentication?: 'always' | 'unless_set_up' | 'on_session';
  /** Refused like this once authenticated. */
  declineAfterAuthentication?: Decline;
  /** It has no 3-D Secure at all, even where it is asked for. */
  without3ds?: true;
  /** The money is available at once. */
  bypassesPending?: true;
  refund?: 'pending' | 'fails';
  /** A dispute with this reason follows the charge. */
  dispute?: string;
  /** Checks that fail although the charge goes through. */
  checks?: { cvc?: 'fail' | 'unavailable'; line1?: 'fail' | 'unavailable'; postal?: 'fail' | 'unavailable' };
  /** Radar's verdict. */
  risk?: 'elevated' | 'highest';
  /** Money that is known days later, such as a bank debit. */
  settles?: Settlement;
  /** No microdeposits arrive at this bank account, so that it can never be verified. */
  microdepositsFail?: true;
}

/** How a bank debit ends: the failure, or null for success. */
export interface Settlement {
  failure: Decline | null;
  /** After minutes instead of seconds, or never. */
  when?: 'delayed' | 'never';
}

export function declined(decline_code: string, message = 'Your card was declined.'): Decline {
  return { code: 'card_declined', decline_code, message };
}

export const GENERIC_DECLINE = declined('generic_decline');
export const FRAUDULENT = declined('fraudulent');
export const LOST_CARD = declined('lost_card');
export const STOLEN_CARD = declined('stolen_card');
export const INSUFFICIENT_FUNDS = declined('insufficient_funds', 'Your card has insufficient funds.');
export const VELOCITY_EXCEEDED = declined(
  'card_velocity_exceeded',
  'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
);
export const EXPIRED_CARD: Decline = { code: 'expired_card', message: 'Your card has expired.' };
export const INCORRECT_CVC: Decline = { code: 'incorrect_cvc', message: "Your card's security code is incorrect." };
export const PROCESSING_ERROR: Decline = {
  code: 'processing_error',
  message: 'An error occurred while processing your card. Try again in a little bit.',
};
export const AUTHENTICATION_REQUIRED: Decline = {
  code: 'authentication_required',
  decline_code: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};
