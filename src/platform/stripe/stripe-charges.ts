import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import type { ProviderAnswer, ProviderCheck } from './provider.types.js';
import { StripeCalls } from './stripe-calls.js';
import { toCheck } from './stripe-translate.js';

/** Answers of the issuer and of Stripe to one attempt. */
export interface ProviderCharge {
  /** `ch_…` */
  readonly id: string;
  /** The issuer's code of an approval; null where it gave none. */
  readonly authCode: string | null;
  readonly streetCheck: ProviderCheck;
  readonly postalCodeCheck: ProviderCheck;
  readonly cvcCheck: ProviderCheck;
  /** Stripe's rules refused it before the issuer was asked. */
  readonly isBlocked: boolean;
  /** Empty where the method is no card. */
  readonly brand: string;
  readonly lastFour: string;
  readonly cardholderName: string;
  /** Entry mode of a card that a reader read, such as `contactless_emv`; empty for all others. */
  readonly entryMode: string;
}

/** Charges, read only: each attempt of a PaymentIntent makes one. */
@Injectable()
export class StripeCharges {
  constructor(private readonly calls: StripeCalls) {}

  /** https://docs.stripe.com/api/charges/retrieve */
  retrieve(chargeId: string): Promise<ProviderAnswer<ProviderCharge>> {
    return this.calls.ask('charge_retrieve', (stripe) => stripe.charges.retrieve(chargeId), toProviderCharge);
  }
}

function toProviderCharge(charge: Stripe.Charge): ProviderCharge {
  const { card, card_present: present } = charge.payment_method_details ?? {};
  const checks = card?.checks;
  return {
    id: charge.id,
    authCode: card?.authorization_code ?? present?.receipt?.authorization_code ?? null,
    streetCheck: toCheck(checks?.address_line1_check),
    postalCodeCheck: toCheck(checks?.address_postal_code_check),
    cvcCheck: toCheck(checks?.cvc_check),
    isBlocked: charge.outcome?.type === 'blocked',
    brand: card?.brand ?? present?.brand ?? '',
    lastFour: card?.last4 ?? present?.last4 ?? '',
    cardholderName: present?.cardholder_name ?? '',
    entryMode: present?.read_method ?? '',
  };
}
