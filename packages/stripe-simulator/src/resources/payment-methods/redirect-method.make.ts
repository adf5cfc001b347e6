import { invalidRequest, missingParam } from '../../api/errors.js';
import type { RedirectType } from '../../cards/redirect-methods.js';
import type { BillingDetails } from '../../objects/common.js';
import type { KlarnaDetails, PaymentMethod } from '../../objects/payment-method.js';
import type { World } from '../../world.js';
import { type About, frame, storeMethod } from './payment-method.make.js';

/** Stores a new payment method of somebody else's page, such as Alipay. Throws Stripe's 400 for a payer whom it must know. */
export function makeRedirectMethod(
  world: World,
  type: RedirectType,
  klarna: KlarnaDetails | undefined,
  about: About & { billing: BillingDetails },
): PaymentMethod {
  const { billing } = about;
  // Klarna must know them; whether this early is an open question: docs/conformance.md.
  if (type === 'klarna') demand({ email: billing.email, 'address][country': billing.address.country });
  if (type === 'oxxo') checkVoucherName(billing);
  return storeMethod(world, type, { ...frame(world, about), [type]: klarna ?? {}, type });
}

/** "The first name and last name must each be a minimum of two characters": https://docs.stripe.com/payments/oxxo/accept-a-payment */
function checkVoucherName({ name, email }: BillingDetails): void {
  demand({ name, email });
  const names = (name ?? '').trim().split(/\s+/);
  if (names.length > 1 && names.every((one, at) => one.length > 1 || (at > 0 && at < names.length - 1))) return;
  throw invalidRequest('The first name and last name must each be a minimum of two characters.', {
    code: 'payment_method_invalid_parameter',
    param: 'billing_details[name]',
  });
}

function demand(fields: Record<string, string | null>): void {
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || value === '') throw missingParam(`billing_details[${name}]`);
  }
}
