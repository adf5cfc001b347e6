import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import { toProviderCheckUp, toProviderSetup } from './method-translate.js';
import type { ProviderCheckUp, ProviderSetup } from './provider-method.types.js';
import type { ProviderAnswer } from './provider.types.js';
import { StripeCalls } from './stripe-calls.js';

/** Everything a SetupIntent is created with; stored before the call, so that a repeat sends the same bytes. */
export interface NewProviderSetup {
  readonly customerId: string;
  readonly methodId: string;
  readonly kind: 'card' | 'bank_account' | 'sepa_debit';
  /** Time at which the payer agreed, as the merchant tells us by asking: the mandate of a bank account (ruling 35). */
  readonly agreedAt: Date;
  /** Page that the payer would come back to. Null: created before there was one, and its repeat must send the same bytes. */
  readonly returnUrl: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A method that the issuer is asked about. */
export interface CheckedMethod {
  readonly methodId: string;
  /** Absent for a method that is nobody's. */
  readonly customerId?: string;
  readonly kind: 'card' | 'bank_account';
  readonly agreedAt: Date;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Mandate of a payer who agreed towards the merchant, not on a page of Stripe's:
 * https://docs.stripe.com/payments/ach-direct-debit
 */
const ON_PAPER = { us_bank_account: { mandate_options: { collection_method: 'paper' as const } } };

const METHOD_TYPE = { card: 'card', bank_account: 'us_bank_account', sepa_debit: 'sepa_debit' } as const;

const OVER: readonly Stripe.SetupIntent.Status[] = ['succeeded', 'canceled', 'requires_payment_method'];

/** SetupIntents: how a PaymentMethod becomes a Customer's, for payments at which nobody is present. */
@Injectable()
export class StripeSetups {
  constructor(private readonly calls: StripeCalls) {}

  /** Created and confirmed at once. The method's id is the fence: a second one for the same method saves nothing twice. */
  save(setup: NewProviderSetup, idempotencyKey: string): Promise<ProviderAnswer<ProviderSetup>> {
    return this.calls.ask(
      'setup_create',
      (stripe) => stripe.setupIntents.create(toParams(setup), { idempotencyKey }),
      toProviderSetup,
    );
  }

  /**
   * Asks the issuer about a method without saving it: a SetupIntent that nobody uses afterwards. The attempt comes along, with
   * what the issuer said of address and CVC. https://docs.stripe.com/api/setup_attempts/object
   */
  checkUp(method: CheckedMethod, idempotencyKey: string): Promise<ProviderAnswer<ProviderCheckUp>> {
    return this.calls.ask(
      'setup_create',
      (stripe) =>
        stripe.setupIntents.create({ ...toCheckParams(method), expand: ['latest_attempt'] }, { idempotencyKey }),
      toProviderCheckUp,
    );
  }

  /**
   * Returns the method's SetupIntents that may still make it the Customer's, such as a bank account's that nobody has verified
   * yet.
   */
  waitingOf(methodId: string): Promise<ProviderAnswer<readonly ProviderSetup[]>> {
    return this.calls.ask(
      'setup_list',
      (stripe) => stripe.setupIntents.list({ payment_method: methodId, limit: 100 }),
      ({ data }) => data.filter(({ status }) => !OVER.includes(status)).map(toProviderSetup),
    );
  }

  /** Cancels one that waits for somebody: nothing is saved any more. */
  cancel(setupId: string, idempotencyKey: string): Promise<ProviderAnswer<ProviderSetup>> {
    return this.calls.ask(
      'setup_cancel',
      (stripe) => stripe.setupIntents.cancel(setupId, {}, { idempotencyKey }),
      toProviderSetup,
    );
  }
}

function toParams({
  customerId,
  methodId,
  kind,
  agreedAt,
  returnUrl,
  metadata,
}: NewProviderSetup): Stripe.SetupIntentCreateParams {
  const acceptance = { type: 'offline' as const, accepted_at: Math.floor(agreedAt.getTime() / 1000) };
  return {
    customer: customerId,
    payment_method: methodId,
    allowed_payment_method_types: [METHOD_TYPE[kind]],
    confirm: true,
    usage: 'off_session',
    ...(kind === 'card' ? {} : { mandate_data: { customer_acceptance: acceptance } }),
    ...(returnUrl === null
      ? {}
      : { return_url: returnUrl, ...(kind === 'bank_account' ? { payment_method_options: ON_PAPER } : {}) }),
    metadata: { ...metadata },
  };
}

function toCheckParams({
  methodId,
  customerId,
  kind,
  agreedAt,
  metadata,
}: CheckedMethod): Stripe.SetupIntentCreateParams {
  const acceptance = { type: 'offline' as const, accepted_at: Math.floor(agreedAt.getTime() / 1000) };
  return {
    ...(customerId === undefined ? {} : { customer: customerId }),
    payment_method: methodId,
    allowed_payment_method_types: [kind === 'card' ? 'card' : 'us_bank_account'],
    confirm: true,
    ...(kind === 'card' ? {} : { mandate_data: { customer_acceptance: acceptance }, payment_method_options: ON_PAPER }),
    metadata: { ...metadata },
  };
}
