/** Contract gateway 5.5: the number that says how a transaction went. */
export const RESPONSE = {
  unknown: 0,
  awaitingRedirect: 99,
  approved: 100,
  approvedInPart: 110,
  declined: 200,
  /** Locked and closed cards, which are not tried. */
  declinedByGateway: 300,
  declinedByRule: 310,
  processorError: 400,
  badMerchantConfiguration: 410,
  noConnection: 421,
} as const;

/** 100 to 199: all of the amount, or a part of it. */
export const isApproved = (responseCode: number): boolean => responseCode >= 100 && responseCode < 200;

/**
 * Stripe's decline codes (https://docs.stripe.com/declines/codes, those of cards and those of other methods), each with its
 * number. Where the contract names no number for one it is the one without detail.
 */
export const DECLINE_CODES = {
  authentication_required: 205,
  authentication_not_handled: 200,
  approve_with_id: 200,
  call_issuer: 240,
  card_not_supported: 200,
  card_velocity_exceeded: 203,
  currency_not_supported: 200,
  do_not_honor: 201,
  do_not_try_again: 200,
  duplicate_transaction: 430,
  expired_card: 223,
  fraudulent: 253,
  generic_decline: 200,
  incorrect_address: 200,
  incorrect_cvc: 225,
  incorrect_number: 222,
  incorrect_pin: 226,
  incorrect_zip: 200,
  insufficient_funds: 202,
  invalid_account: 222,
  invalid_amount: 220,
  invalid_cvc: 225,
  invalid_expiry_month: 200,
  invalid_expiry_year: 200,
  invalid_number: 222,
  invalid_pin: 200,
  issuer_not_available: 200,
  lost_card: 251,
  merchant_blacklist: 200,
  mobile_device_authentication_required: 200,
  new_account_information_available: 200,
  no_action_taken: 200,
  not_permitted: 204,
  offline_pin_required: 200,
  online_or_offline_pin_required: 200,
  pickup_card: 250,
  pin_try_exceeded: 226,
  processing_error: 400,
  reenter_transaction: 200,
  restricted_card: 253,
  revocation_of_all_authorizations: 261,
  revocation_of_authorization: 262,
  security_violation: 200,
  service_not_allowed: 200,
  stolen_card: 252,
  stop_payment_order: 262,
  testmode_decline: 200,
  transaction_not_allowed: 204,
  try_again_later: 200,
  withdrawal_count_limit_exceeded: 203,
  // Of other methods than cards.
  card_already_activated: 200,
  compliance_violation: 200,
  expired_payment_information: 200,
  invalid_authorization: 200,
  invalid_billing_agreement: 200,
  invalid_business_account: 200,
  invalid_customer_account: 200,
  invalid_payment_information: 200,
  invalid_track_data: 200,
  lost_or_stolen_card: 200,
  partner_action_not_supported: 200,
  partner_duplicate_transaction: 200,
  partner_expired_card: 200,
  partner_generic_decline: 200,
  partner_high_risk_customer: 200,
  partner_insufficient_funds: 200,
  partner_invalid_amount: 200,
  partner_invalid_currency: 200,
  partner_payment_not_found: 200,
  partner_processing_error: 200,
  payment_disputed: 200,
  payment_limit_exceeded: 200,
  recurring_not_supported_by_bank: 200,
} as const satisfies Record<string, number>;

const BY_CODE: ReadonlyMap<string, number> = new Map(Object.entries(DECLINE_CODES));

/** What Stripe says of a decline. */
export interface ProviderDecline {
  /** `decline_code`, or where there is none the error's `code`. */
  readonly code: string | null;
  /** Stripe's rules refused it before anybody was asked: the charge's `outcome.type` is `blocked`. */
  readonly isBlocked: boolean;
}

/** Returns the number of a decline; of one that Stripe has invented since, the one without detail. */
export function responseCodeOf({ code, isBlocked }: ProviderDecline): number {
  if (isBlocked) return RESPONSE.declinedByRule;
  return BY_CODE.get(code ?? '') ?? RESPONSE.declined;
}
