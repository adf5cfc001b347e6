import { NO_BILLING } from '../api/common-params.js';
import { StripeError } from '../api/errors.js';
import { type Address, NO_ADDRESS } from '../objects/common.js';
import type { CheckoutSession } from '../objects/checkout-session.js';
import type { PaymentMethod } from '../objects/payment-method.js';
import type { Buyer } from '../resources/checkout-sessions/checkout-session.pay.js';
import { cardTyped, makeCard } from '../resources/payment-methods/payment-method.make.js';
import { makePaymentMethod } from '../resources/payment-methods/payment-method.params.js';
import type { World } from '../world.js';
import { countryOf, isCountry } from './checkout.fields.js';
import { knownEmail, waysOf } from './checkout.form.js';

/** Fields that are kept when the page is shown again. Numbers of cards and accounts are typed anew. */
const KEPT = [
  'account_holder',
  'city',
  'country',
  'debit_holder',
  'email',
  'expiry',
  'line1',
  'method',
  'name',
  'phone',
  'postal_code',
  'routing_number',
  'state',
] as const;

/** Where the name of whoever pays is typed. */
const HOLDER: Readonly<Record<string, string>> = { us_bank_account: 'account_holder', sepa_debit: 'debit_holder' };

const REQUIRED: Readonly<Record<string, readonly (readonly [name: string, problem: string])[]>> = {
  card: [
    ['number', 'Enter your card number.'],
    ['expiry', 'Enter the expiry.'],
    ['cvc', 'Enter the security code.'],
    ['name', 'Enter the name on the card.'],
  ],
  us_bank_account: [
    ['account_holder', 'Enter the name of the account holder.'],
    ['routing_number', 'Enter the routing number.'],
    ['account_number', 'Enter the account number.'],
  ],
  sepa_debit: [
    ['debit_holder', 'Enter the name of the account holder.'],
    ['iban', 'Enter the IBAN.'],
  ],
};

/** Which field of the page a parameter that Stripe names in an error was typed into. */
const FIELD: Readonly<Record<string, string>> = {
  cvc: 'cvc',
  exp_month: 'expiry',
  exp_year: 'expiry',
  'sepa_debit[iban]': 'iban',
  'us_bank_account[account_number]': 'account_number',
  'us_bank_account[routing_number]': 'routing_number',
};

/** `12 / 34`, `12/2034` or `1234`; null if it is none of them. */
function monthAndYear(text: string): { month: number; year: number } | null {
  const parts = /^(\d{1,2})\s*\/\s*(\d{4}|\d{2})$|^(\d{2})(\d{2})$/.exec(text);
  if (parts === null) return null;
  const year = Number(parts[2] ?? parts[4]);
  return { month: Number(parts[1] ?? parts[3]), year: year < 100 ? 2000 + year : year };
}

/** What a buyer typed. */
export class Entry {
  readonly values: Record<string, string>;
  readonly problems: Record<string, string> = {};

  constructor(
    private readonly session: CheckoutSession,
    private readonly form: URLSearchParams,
  ) {
    this.values = Object.fromEntries(KEPT.map((name) => [name, this.text(name)]));
    this.values['email'] = knownEmail(session) ?? this.text('email');
    if (!isCountry(this.text('country'))) this.values['country'] = countryOf(session.currency);
    if (!waysOf(session).includes(this.text('method'))) this.values['method'] = waysOf(session)[0] ?? '';
  }

  get buyer(): Buyer {
    return {
      address: this.method === 'card' ? this.address() : null,
      email: this.value('email'),
      name: this.value(HOLDER[this.method] ?? 'name'),
      phone: this.value('phone'),
    };
  }

  /** Notes what is missing; false if anything is. */
  check(): boolean {
    const email = this.values['email'] ?? '';
    if (email === '') this.problems['email'] = 'Enter your email.';
    else if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) this.problems['email'] = 'Your email is incomplete.';
    if (this.session.phone_number_collection.enabled) this.demand('phone', 'Enter your phone number.');
    if (this.session.amount_total === 0) return this.good;
    for (const [name, what] of REQUIRED[this.method] ?? []) this.demand(name, what);
    if (this.method === 'card') this.checkCardFields();
    return this.good;
  }

  /** Makes the payment method; null, with what is wrong in `problems`, if no bank would know it. */
  paymentMethod(world: World): PaymentMethod | null {
    try {
      return this.make(world);
    } catch (error) {
      if (!(error instanceof StripeError)) throw error;
      this.problems[FIELD[error.body.param ?? ''] ?? 'number'] = error.body.message;
      return null;
    }
  }

  private get method(): string {
    return this.session.amount_total === 0 ? '' : (this.values['method'] ?? '');
  }

  private get good(): boolean {
    return Object.keys(this.problems).length === 0;
  }

  private checkCardFields(): void {
    const { number, expiry, cvc } = { number: this.text('number'), expiry: this.text('expiry'), cvc: this.text('cvc') };
    if (number !== '' && !/^[\d\s-]{12,}$/.test(number)) this.problems['number'] = 'Your card number is incomplete.';
    if (expiry !== '' && monthAndYear(expiry) === null) this.problems['expiry'] = 'Enter the expiry as MM / YY.';
    if (cvc !== '' && !/^\d{3,4}$/.test(cvc)) this.problems['cvc'] = "Your card's security code is incomplete.";
    if (this.session.billing_address_collection !== 'required') return;
    this.demand('line1', 'Enter your address.');
    this.demand('city', 'Enter your city.');
    this.demand('postal_code', 'Enter your postal code.');
  }

  private make(world: World): PaymentMethod {
    const { buyer } = this;
    const billing = { ...NO_BILLING, ...buyer, address: buyer.address ?? NO_ADDRESS };
    if (this.method === 'card') return makeCard(world, this.card(world), { billing });
    const account =
      this.method === 'sepa_debit'
        ? { type: 'sepa_debit' as const, sepa_debit: { iban: this.text('iban') } }
        : { type: 'us_bank_account' as const, us_bank_account: this.bankAccount() };
    return makePaymentMethod(world, {
      ...account,
      billing_details: { ...buyer, ...(buyer.address === null ? {} : { address: buyer.address }) },
    });
  }

  private card(world: World) {
    const expiry = monthAndYear(this.text('expiry')) ?? { month: 0, year: 0 };
    return cardTyped(world, {
      number: this.text('number'),
      cvc: this.text('cvc'),
      exp_month: expiry.month,
      exp_year: expiry.year,
    });
  }

  private bankAccount() {
    return {
      account_holder_type: 'individual' as const,
      account_number: this.text('account_number'),
      routing_number: this.text('routing_number'),
    };
  }

  private address(): Address {
    return {
      city: this.value('city'),
      country: this.value('country'),
      line1: this.value('line1'),
      line2: null,
      postal_code: this.value('postal_code'),
      state: this.value('state'),
    };
  }

  private demand(name: string, problem: string): void {
    if (this.text(name) === '') this.problems[name] = problem;
  }

  private value(name: string): string | null {
    const value = this.values[name] ?? '';
    return value === '' ? null : value;
  }

  private text(name: string): string {
    return (this.form.get(name) ?? '').trim().slice(0, 200);
  }
}
