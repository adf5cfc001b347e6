import type Stripe from 'stripe';
import type { ProviderCheckUp, ProviderMethod, ProviderSetup } from './provider-method.types.js';
import { toCheck, UnknownProviderWord } from './stripe-translate.js';

/** Field by field: no billing details, no field that Stripe invents later. */
export function toProviderMethod(method: Stripe.PaymentMethod): ProviderMethod {
  const { customer, card, us_bank_account: account, sepa_debit: sepa } = method;
  return {
    id: method.id,
    customerId: typeof customer === 'string' ? customer : (customer?.id ?? null),
    fingerprint: card?.fingerprint ?? account?.fingerprint ?? sepa?.fingerprint ?? null,
    details: toDetails(method),
  };
}

function toDetails({
  card,
  us_bank_account: account,
  sepa_debit: sepa,
  type,
}: Stripe.PaymentMethod): ProviderMethod['details'] {
  if (type === 'card' && card !== undefined) {
    return {
      kind: 'card',
      brand: card.brand,
      lastFour: card.last4,
      expiryMonth: card.exp_month,
      expiryYear: card.exp_year,
      wallet: toWallet(card.wallet?.type),
    };
  }
  if (type === 'us_bank_account' && account !== undefined) {
    return {
      kind: 'bank_account',
      accountType: account.account_type === 'savings' ? 'savings' : 'checking',
      routingNumber: account.routing_number ?? '',
      lastFour: account.last4 ?? '',
    };
  }
  if (type === 'sepa_debit' && sepa !== undefined)
    return { kind: 'sepa_debit', lastFour: sepa.last4 ?? '', country: sepa.country ?? '' };
  return { kind: 'other' };
}

/** The others are cards that nobody's phone holds, to us. */
function toWallet(type: string | undefined): 'apple_pay' | 'google_pay' | null {
  return type === 'apple_pay' || type === 'google_pay' ? type : null;
}

/** Throws UnknownProviderWord for a status that this release does not know. */
export function toProviderSetup(intent: Stripe.SetupIntent): ProviderSetup {
  return { id: intent.id, status: toStatus(intent) };
}

/** The attempt that came along, or null: an answer of a simulator or of an old version may leave it out. */
export function toProviderCheckUp(intent: Stripe.SetupIntent): ProviderCheckUp {
  const { latest_attempt: attempt } = intent;
  const details = typeof attempt === 'object' ? attempt?.payment_method_details : undefined;
  const checks = details?.card?.checks;
  return {
    ...toProviderSetup(intent),
    streetCheck: toCheck(checks?.address_line1_check),
    postalCodeCheck: toCheck(checks?.address_postal_code_check),
    cvcCheck: toCheck(checks?.cvc_check),
  };
}

function toStatus({ status, next_action: next }: Stripe.SetupIntent): ProviderSetup['status'] {
  switch (status) {
    case 'succeeded':
      return 'saved';
    case 'processing':
      return 'verifying';
    case 'requires_action':
      return next?.type === 'verify_with_microdeposits' ? 'verifying' : 'authenticating';
    case 'requires_payment_method':
    case 'requires_confirmation':
    case 'canceled':
      return 'open';
    default:
      throw new UnknownProviderWord(`SetupIntent status ${String(status)}`);
  }
}
