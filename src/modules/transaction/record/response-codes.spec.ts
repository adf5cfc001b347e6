import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DECLINE_CODES, RESPONSE, responseCodeOf } from './response-codes.js';

const CONTRACT = readFileSync(join(__dirname, '../../../../docs/contracts/gateway.md'), 'utf8');
const SECTION = CONTRACT.slice(CONTRACT.indexOf('### 5.5 Response codes'), CONTRACT.indexOf('### 5.6 '));

/** Those of cards on https://docs.stripe.com/declines/codes. */
const OF_CARDS = `authentication_required authentication_not_handled approve_with_id call_issuer card_not_supported
  card_velocity_exceeded currency_not_supported do_not_honor do_not_try_again duplicate_transaction expired_card fraudulent
  generic_decline incorrect_address incorrect_cvc incorrect_number incorrect_pin incorrect_zip insufficient_funds
  invalid_account invalid_amount invalid_cvc invalid_expiry_month invalid_expiry_year invalid_number invalid_pin
  issuer_not_available lost_card merchant_blacklist mobile_device_authentication_required
  new_account_information_available no_action_taken not_permitted offline_pin_required online_or_offline_pin_required
  pickup_card pin_try_exceeded processing_error reenter_transaction restricted_card revocation_of_all_authorizations
  revocation_of_authorization security_violation service_not_allowed stolen_card stop_payment_order testmode_decline
  transaction_not_allowed try_again_later withdrawal_count_limit_exceeded`.split(/\s+/);
/** The same page, of local payment methods; those it shares with cards are above. */
const OF_OTHER_METHODS = `card_already_activated compliance_violation expired_payment_information invalid_authorization
  invalid_billing_agreement invalid_business_account invalid_customer_account invalid_payment_information
  invalid_track_data lost_or_stolen_card partner_action_not_supported partner_duplicate_transaction partner_expired_card
  partner_generic_decline partner_high_risk_customer partner_insufficient_funds partner_invalid_amount
  partner_invalid_currency partner_payment_not_found partner_processing_error payment_disputed payment_limit_exceeded
  recurring_not_supported_by_bank`.split(/\s+/);

/** The numbers that the contract's table gives to codes of Stripe's. */
const CONTRACTS = new Map(
  [...SECTION.matchAll(/^\| (\d+) \| [^|]+ \| (`[^|]+) \|$/gm)].flatMap(([, number, codes = '']) =>
    [...codes.matchAll(/`([a-z_]+)`/g)].map(([, code = '']) => [code, Number(number)] as const),
  ),
);
const decline = (code: string | null, isBlocked = false) => responseCodeOf({ code, isBlocked });

it('every decline code that Stripe documents has a number, and no other has', () => {
  expect(OF_CARDS).toHaveLength(50);
  expect(Object.keys(DECLINE_CODES).toSorted()).toEqual([...OF_CARDS, ...OF_OTHER_METHODS].toSorted());
});

it('the number is the contract’s; what the contract does not name has no detail', () => {
  expect(CONTRACTS.size).toBe(28);
  for (const code of Object.keys(DECLINE_CODES))
    expect([code, decline(code)]).toEqual([code, CONTRACTS.get(code) ?? 200]);
});

it('every code of the contract’s table is known here', () => {
  for (const code of CONTRACTS.keys()) expect(DECLINE_CODES).toHaveProperty(code);
});

it.each([null, '', 'invented_tomorrow', 'constructor', '__proto__'])('%j is a decline without detail', (code) => {
  expect(decline(code)).toBe(200);
});

it('what Stripe’s rules block is 310, whatever code comes with it', () => {
  expect([decline('fraudulent', true), decline(null, true), decline('fraudulent')]).toEqual([310, 310, 253]);
});

it('the other numbers are in the contract’s table too', () => {
  for (const number of Object.values(RESPONSE)) expect(SECTION).toContain(`\n| ${number} | `);
});
