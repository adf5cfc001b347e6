import { Injectable } from '@nestjs/common';
import type {
  BillingDetails,
  ProviderMethod,
  ProviderMethodChange,
  RawBankAccount,
  RawCard,
  RawSepaAccount,
  RedirectPayer,
} from './provider-method.types.js';
import type Stripe from 'stripe';
import type { ProviderAnswer } from './provider.types.js';
import { toProviderMethod } from './method-translate.js';
import { StripeCalls } from './stripe-calls.js';

type Metadata = Readonly<Record<string, string>>;

/** PaymentMethods. Each write takes the idempotency key of a stored record; none is ever made up here. */
@Injectable()
export class StripeMethods {
  constructor(private readonly calls: StripeCalls) {}

  /** Belongs to nobody yet, so one that is never used harms nobody (ruling 15). */
  createCard(
    card: RawCard,
    metadata: Metadata,
    idempotencyKey: string,
    billing?: Partial<BillingDetails>,
  ): Promise<ProviderAnswer<ProviderMethod>> {
    const { number, expiryMonth: exp_month, expiryYear: exp_year, cvc } = card;
    const code = cvc === undefined ? {} : { cvc };
    return this.calls.ask(
      'method_create',
      (stripe) =>
        stripe.paymentMethods.create(
          {
            type: 'card',
            card: { number, exp_month, exp_year, ...code },
            ...(billing === undefined ? {} : { billing_details: toBillingDetails({ ...NO_BILLING, ...billing }) }),
            metadata: { ...metadata },
          },
          { idempotencyKey },
        ),
      toProviderMethod,
    );
  }

  /** Creates a bank account; returns and throws like `createCard`. */
  createBankAccount(
    account: RawBankAccount,
    metadata: Metadata,
    idempotencyKey: string,
  ): Promise<ProviderAnswer<ProviderMethod>> {
    return this.calls.ask(
      'method_create',
      (stripe) =>
        stripe.paymentMethods.create(
          {
            type: 'us_bank_account',
            us_bank_account: {
              account_number: account.accountNumber,
              routing_number: account.routingNumber,
              account_type: account.accountType,
              account_holder_type: 'individual',
            },
            billing_details: { name: account.holder },
            metadata: { ...metadata },
          },
          { idempotencyKey },
        ),
      toProviderMethod,
    );
  }

  /** Creates a bank account of the SEPA area; returns like `createCard`. `refused` for a number that Stripe does not take. */
  createSepaDebit(
    { iban, holder, email }: RawSepaAccount,
    metadata: Metadata,
    idempotencyKey: string,
  ): Promise<ProviderAnswer<ProviderMethod>> {
    return this.calls.ask(
      'method_create',
      (stripe) =>
        stripe.paymentMethods.create(
          {
            type: 'sepa_debit',
            sepa_debit: { iban },
            billing_details: toBillingDetails({ ...NO_BILLING, name: holder, email }),
            metadata: { ...metadata },
          },
          { idempotencyKey },
        ),
      toProviderMethod,
    );
  }

  /**
   * Creates Alipay, WeChat Pay, Klarna or OXXO of a payer; returns like `createCard`, with details of kind `other`: it pays once and
   * is kept nowhere. `refused` for a payer who lacks what the type demands.
   */
  createRedirect(
    { type, name, email, country }: RedirectPayer,
    metadata: Metadata,
    idempotencyKey: string,
  ): Promise<ProviderAnswer<ProviderMethod>> {
    const billing = { ...NO_BILLING, name, email, country };
    return this.calls.ask(
      'method_create',
      (stripe) =>
        stripe.paymentMethods.create(
          { type, billing_details: toBillingDetails(billing), metadata: { ...metadata } },
          { idempotencyKey },
        ),
      toProviderMethod,
    );
  }

  /** Creates a method from a token `tok_…`, which works once. */
  createFromToken(token: string, metadata: Metadata, idempotencyKey: string): Promise<ProviderAnswer<ProviderMethod>> {
    return this.calls.ask(
      'method_create',
      (stripe) =>
        stripe.paymentMethods.create({ type: 'card', card: { token }, metadata: { ...metadata } }, { idempotencyKey }),
      toProviderMethod,
    );
  }

  /** A test token such as `pm_card_visa` answers a new object each time, so its id is the one to go on with. */
  retrieve(methodId: string): Promise<ProviderAnswer<ProviderMethod>> {
    return this.calls.ask('method_retrieve', (stripe) => stripe.paymentMethods.retrieve(methodId), toProviderMethod);
  }

  /** Changes a method in place; Stripe allows it only for one that a Customer has. */
  change(
    methodId: string,
    change: ProviderMethodChange,
    idempotencyKey: string,
  ): Promise<ProviderAnswer<ProviderMethod>> {
    const params =
      'accountType' in change
        ? { us_bank_account: { account_type: change.accountType } }
        : { card: { exp_month: change.expiryMonth, exp_year: change.expiryYear } };
    return this.calls.ask(
      'method_update',
      (stripe) => stripe.paymentMethods.update(methodId, params, { idempotencyKey }),
      toProviderMethod,
    );
  }

  /** Takes it from its Customer; it can never be used again. */
  detach(methodId: string, idempotencyKey: string): Promise<ProviderAnswer<ProviderMethod>> {
    return this.calls.ask(
      'method_detach',
      (stripe) => stripe.paymentMethods.detach(methodId, {}, { idempotencyKey }),
      toProviderMethod,
    );
  }
}

const NO_BILLING: BillingDetails = {
  name: '',
  email: '',
  phone: '',
  line1: '',
  line2: '',
  city: '',
  state: '',
  postalCode: '',
  country: '',
};

function toBillingDetails(billing: BillingDetails): Stripe.PaymentMethodCreateParams.BillingDetails {
  const { name, email, phone, line1, line2, city, state, postalCode, country } = billing;
  const address = sent({ line1, line2, city, state, postal_code: postalCode, country });
  return { ...sent({ name, email, phone }), ...(Object.keys(address).length === 0 ? {} : { address }) };
}

/** Stripe takes an empty text for a wish to clear the field. */
function sent(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}
