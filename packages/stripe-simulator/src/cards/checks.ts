import type { BillingDetails, CardChecks } from '../objects/common.js';
import type { Behaviour } from './outcome.js';

/**
 * Checks of a card that no bank has seen yet: `unchecked` for what was given, null for what was not.
 * https://docs.stripe.com/api/payment_methods/object#payment_method_object-card-checks
 */
export function uncheckedFrom(cvcGiven: boolean, billing: BillingDetails): CardChecks {
  return {
    address_line1_check: given(billing.address.line1),
    address_postal_code_check: given(billing.address.postal_code),
    cvc_check: cvcGiven ? 'unchecked' : null,
  };
}

/**
 * What the bank says once the card is charged or saved: `pass`, or what the test card is made for. What was not given is not
 * checked, so it cannot fail. https://docs.stripe.com/testing#fraud-prevention
 */
export function checkedBy(behaviour: Behaviour, before: CardChecks, billing: BillingDetails): CardChecks {
  const { checks = {} } = behaviour;
  const { line1, postal_code: postalCode } = billing.address;
  return {
    address_line1_check: given(line1) === null ? null : (checks.line1 ?? 'pass'),
    address_postal_code_check: given(postalCode) === null ? null : (checks.postal ?? 'pass'),
    cvc_check: before.cvc_check === null ? null : (checks.cvc ?? 'pass'),
  };
}

function given(value: string | null): 'unchecked' | null {
  return value === null || value === '' ? null : 'unchecked';
}
