import { checkedBy } from '../../cards/checks.js';
import type { Behaviour, Decline } from '../../cards/outcome.js';
import type { ChargeCardPresent, ChargeInteracPresent, Receipt } from '../../objects/card-present.js';
import type { Charge, ChargeBankAccount, ChargeCard, ChargeMethodDetails } from '../../objects/charge.js';
import type { PaymentIntent } from '../../objects/payment-intent.js';
import type { CardDetails, PaymentMethod, UsBankAccountDetails } from '../../objects/payment-method.js';
import type { Reader } from '../../objects/terminal.js';
import type { World } from '../../world.js';
import { voucherNumber } from '../vouchers.js';

/** One attempt to pay, as its charge shows it. */
export interface Attempt {
  method: PaymentMethod;
  behaviour: Behaviour;
  decline: Decline | null;
  authenticated: boolean;
  status: Charge['status'];
  captured: boolean;
  mandate?: string | null;
  /** Where the card was held to, for payments in person. */
  reader?: Pick<Reader, 'id' | 'location'>;
  /** How the cardholder proved to be it, such as `offline_pin`. */
  verification?: string | null;
}

/** What of an intent goes into the details; a charge that has none was asked for nothing special. */
type Charged = Pick<PaymentIntent, 'amount'> &
  Partial<Pick<PaymentIntent, 'payment_method_options'>> & {
    id: string | null;
  };

const DAY = 24 * 60 * 60;

/**
 * How long an authorization is kept. https://docs.stripe.com/payments/place-a-hold-on-a-payment-method: seven days, two for
 * a card at a reader.
 */
export function authorizationSeconds(attempt: Pick<Attempt, 'method'>): number {
  // Found at no page of Stripe's: docs/conformance.md.
  if (attempt.method.klarna !== undefined) return 28 * DAY;
  return attempt.method.card_present === undefined ? 7 * DAY : 2 * DAY;
}

/** `payment_method_details` of a charge. */
export function chargeDetails(world: World, intent: Charged, attempt: Attempt): ChargeMethodDetails {
  const { method } = attempt;
  const { card, card_present, interac_present, sepa_debit, us_bank_account } = method;
  if (card !== undefined) return { card: chargeCard(world, intent, attempt, card), type: 'card' };
  if (us_bank_account !== undefined) {
    return { type: 'us_bank_account', us_bank_account: chargeBankAccount(attempt, us_bank_account) };
  }
  if (sepa_debit !== undefined) {
    const { generated_from: _from, ...account } = sepa_debit;
    return { sepa_debit: { ...account, mandate: attempt.mandate ?? null }, type: 'sepa_debit' };
  }
  if (method.customer_balance !== undefined) return { customer_balance: {}, type: 'customer_balance' };
  if (card_present !== undefined) return { card_present: cardPresent(world, intent, attempt), type: 'card_present' };
  if (interac_present !== undefined) return { interac_present: inPerson(world, attempt), type: 'interac_present' };
  return { type: method.type, ...redirectDetails(world, intent, attempt) };
}

/** The payer's account is told by nobody, so each payment has one of its own. */
function redirectDetails(world: World, intent: Charged, attempt: Attempt): Omit<ChargeMethodDetails, 'type'> {
  const { alipay, klarna, oxxo, wechat_pay, billing_details: billing, id } = attempt.method;
  const account = { fingerprint: world.ids.of(`payer|${id}`, 16), transaction_id: world.ids.next('transaction') };
  if (alipay !== undefined) return { alipay: { buyer_id: world.ids.of(`buyer|${id}`, 16), ...account } };
  if (wechat_pay !== undefined) return { wechat_pay: account };
  if (oxxo !== undefined) return { oxxo: { number: voucherNumber(world, intent.id ?? '') } };
  if (klarna === undefined) return {};
  return {
    klarna: {
      payer_details: { address: { country: billing.address.country } },
      payment_method_category: 'pay_later',
      preferred_locale: intent.payment_method_options?.klarna?.preferred_locale ?? null,
    },
  };
}

function chargeCard(world: World, intent: Charged, attempt: Attempt, card: CardDetails): ChargeCard {
  const approved = attempt.decline === null;
  const options = intent.payment_method_options?.card;
  return {
    amount_authorized: intent.amount,
    authorization_code: approved ? world.ids.letters('authorization_code', 6).toUpperCase() : null,
    brand: card.brand,
    ...(attempt.captured || !approved ? {} : { capture_before: world.clock.seconds() + authorizationSeconds(attempt) }),
    checks: checkedBy(attempt.behaviour, card.checks, attempt.method.billing_details),
    country: card.country,
    electronic_commerce_indicator: attempt.authenticated ? '05' : null,
    exp_month: card.exp_month,
    exp_year: card.exp_year,
    extended_authorization: { status: 'disabled' },
    fingerprint: card.fingerprint,
    funding: card.funding,
    incremental_authorization: { status: available(options?.request_incremental_authorization) },
    installments: null,
    last4: card.last4,
    mandate: attempt.mandate ?? null,
    multicapture: { status: available(options?.request_multicapture) },
    network: card.brand,
    network_token: { used: false },
    network_transaction_id: world.ids.letters('network_transaction', 15),
    overcapture: { maximum_amount_capturable: intent.amount, status: 'unavailable' },
    regulated_status: card.regulated_status,
    three_d_secure: attempt.authenticated
      ? {
          authentication_flow: 'challenge',
          electronic_commerce_indicator: '05',
          exemption_indicator: null,
          result: 'authenticated',
          result_reason: null,
          transaction_id: world.ids.letters('three_d_secure', 28),
          version: '2.2.0',
        }
      : null,
    transaction_link_id: null,
    wallet: card.wallet,
  };
}

function chargeBankAccount(attempt: Attempt, account: UsBankAccountDetails): ChargeBankAccount {
  return {
    account_holder_type: account.account_holder_type,
    account_type: account.account_type,
    bank_name: account.bank_name,
    fingerprint: account.fingerprint,
    last4: account.last4,
    ...(typeof attempt.mandate === 'string' ? { mandate: attempt.mandate } : {}),
    payment_reference: null,
    routing_number: account.routing_number,
  };
}

function available(requested: string | undefined): string {
  return requested === 'if_available' ? 'available' : 'unavailable';
}

function cardPresent(world: World, intent: Charged, attempt: Attempt): ChargeCardPresent {
  return {
    ...inPerson(world, attempt),
    amount_authorized: intent.amount,
    brand_product: attempt.method.card_present?.brand_product ?? null,
    ...(attempt.captured || attempt.decline !== null
      ? {}
      : { capture_before: world.clock.seconds() + authorizationSeconds(attempt) }),
    incremental_authorization_supported:
      intent.payment_method_options?.card_present?.request_incremental_authorization_support === true,
    offline: { stored_at: null, type: null },
    overcapture_supported: false,
  };
}

function inPerson(world: World, { method, reader, decline, verification }: Attempt): ChargeInteracPresent {
  const details = method.card_present ?? method.interac_present;
  if (details === undefined) throw new Error(`${method.id} was not held to a reader`);
  const { brand_product: _product, networks: _networks, offline: _offline, ...card } = details;
  return {
    ...card,
    emv_auth_data: '8A023030',
    generated_card: null,
    ...(typeof reader?.location === 'string' ? { location: reader.location } : {}),
    network: card.brand,
    network_transaction_id: world.ids.letters('network_transaction', 15),
    ...(reader === undefined ? {} : { reader: reader.id }),
    receipt: receipt(world, card.brand, decline === null, verification ?? null),
  };
}

/** What a reader prints, with the values of a Visa card in Stripe's documentation. */
function receipt(world: World, brand: string, approved: boolean, verification: string | null): Receipt {
  return {
    account_type: brand === 'interac' ? 'checking' : 'credit',
    application_cryptogram: world.ids.letters('cryptogram', 16).toUpperCase(),
    application_preferred_name: 'Stripe Credit',
    authorization_code: approved ? world.ids.letters('authorization_code', 6).toUpperCase() : null,
    authorization_response_code: '3030',
    cardholder_verification_method: verification,
    dedicated_file_name: 'A000000003101001',
    terminal_verification_results: '0000000000',
    transaction_status_information: '0000',
  };
}
