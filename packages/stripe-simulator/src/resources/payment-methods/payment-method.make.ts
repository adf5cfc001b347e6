import { type MetadataChange, mergeMetadata, NO_BILLING } from '../../api/common-params.js';
import { invalidRequest, StripeError } from '../../api/errors.js';
import { uncheckedFrom } from '../../cards/checks.js';
import { brandOf, checkCard } from '../../cards/card-number.js';
import { cardByNumber, cardByToken, type TestCard, type Wallet, walletToken } from '../../cards/test-cards.js';
import type { BillingDetails } from '../../objects/common.js';
import type { CardDetails, PaymentMethod, PaymentMethodSecret } from '../../objects/payment-method.js';
import type { World } from '../../world.js';

export interface NewCard {
  card: TestCard;
  month: number;
  year: number;
  /** A CVC came with it. The CVC itself is never kept. */
  cvcGiven: boolean;
  wallet?: Wallet | null;
}

export interface About {
  /** Instead of a new `pm_…`. */
  id?: string;
  billing?: BillingDetails;
  metadata?: MetadataChange | undefined;
  allowRedisplay?: string | undefined;
}

/** The card behind a number in a request. Throws unless raw numbers are switched on, and for impossible cards. */
export function cardFromNumber(
  world: World,
  sent: { number: string; exp_month?: number | undefined; exp_year?: number | undefined; cvc?: string | undefined },
): NewCard {
  if (!world.settings.raw_cards) throw rawCardsRefused();
  return cardTyped(world, sent);
}

/** The card behind a number typed on a page of Stripe's own, which may always ask for it. Throws for impossible cards. */
export function cardTyped(
  world: World,
  sent: { number: string; exp_month?: number | undefined; exp_year?: number | undefined; cvc?: string | undefined },
): NewCard {
  const number = sent.number.replace(/[\s-]/g, '');
  if (sent.exp_month === undefined) throw missingOf('exp_month');
  if (sent.exp_year === undefined) throw missingOf('exp_year');
  const year = sent.exp_year < 100 ? 2000 + sent.exp_year : sent.exp_year;
  checkCard({ number, month: sent.exp_month, year, cvc: sent.cvc }, world.clock.seconds());
  return { card: cardByNumber(number), month: sent.exp_month, year, cvcGiven: sent.cvc !== undefined };
}

/** The card of a test token, if there is one; it expires next year and was typed in with its CVC, like those of Stripe. */
export function cardFromToken(world: World, token: string): NewCard | undefined {
  const card = cardByToken(token);
  if (card === undefined) return undefined;
  const now = new Date(world.clock.now());
  const { wallet } = walletToken(token);
  return { card, month: now.getUTCMonth() + 1, year: now.getUTCFullYear() + 1, cvcGiven: wallet === null, wallet };
}

/** Stores the payment method that stands for money which the customer sends by bank transfer. */
export function makeCustomerBalance(world: World, about: About = {}): PaymentMethod {
  return storeMethod(world, 'customerBalance', {
    ...frame(world, about),
    customer_balance: {},
    type: 'customer_balance',
  });
}

/** Stores a new card as a PaymentMethod. */
export function makeCard(world: World, made: NewCard, about: About = {}): PaymentMethod {
  return storeMethod(world, made.card.name, {
    ...frame(world, about),
    card: cardDetails(world, made, about.billing ?? NO_BILLING),
    radar_options: {},
    type: 'card',
  });
}

/** What all kinds of payment methods have. */
export function frame(world: World, about: About): Omit<PaymentMethod, 'type'> {
  return {
    id: about.id ?? world.ids.next('pm'),
    object: 'payment_method',
    allow_redisplay: about.allowRedisplay ?? 'unspecified',
    billing_details: about.billing ?? NO_BILLING,
    created: world.clock.seconds(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: mergeMetadata({}, about.metadata),
  };
}

/** Stores a new payment method with the name of its behaviour. */
export function storeMethod(
  world: World,
  behaviour: string,
  method: PaymentMethod,
  more: Pick<PaymentMethodSecret, 'verified'> = {},
): PaymentMethod {
  world.store.put(world.tables.paymentMethodSecret, {
    id: method.id,
    behaviour,
    setUp: false,
    consumed: false,
    ...more,
  });
  return world.store.put(world.tables.paymentMethod, method);
}

function cardDetails(world: World, made: NewCard, billing: BillingDetails): CardDetails {
  const { card } = made;
  const brand = brandOf(card.number);
  return {
    brand,
    checks: uncheckedFrom(made.cvcGiven, billing),
    country: card.country ?? 'US',
    display_brand: brand === 'amex' ? 'american_express' : brand,
    exp_month: made.month,
    exp_year: made.year,
    fingerprint: world.ids.of(`card|${card.number}`, 16),
    funding: card.funding ?? 'credit',
    generated_from: null,
    last4: card.number.slice(-4),
    networks: { available: [brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: card.behaviour.without3ds !== true },
    wallet: walletDetails(world, made),
  };
}

/** The phone has a number of its own for the card, whose last digits Stripe shows. */
function walletDetails(world: World, { card, wallet }: NewCard): CardDetails['wallet'] {
  if (wallet === undefined || wallet === null) return null;
  const device = world.ids.of(`${wallet}|${card.number}`, 32).replace(/\D/g, '');
  return { [wallet]: {}, dynamic_last4: device.slice(0, 4).padStart(4, '0'), type: wallet };
}

/**
 * Wording and type are those of public bug reports. The status is documented nowhere; with older Python libraries it was
 * the `CardError` that they make of a 402 only.
 */
function rawCardsRefused(): StripeError {
  return new StripeError(402, {
    message:
      'Sending credit card numbers directly to the Stripe API is generally unsafe. We suggest you use test tokens that map to the test card you are using, see https://stripe.com/docs/testing. To enable raw card data APIs in test mode, see https://support.stripe.com/questions/enabling-access-to-raw-card-data-apis.',
    type: 'invalid_request_error',
  });
}

function missingOf(name: string): StripeError {
  return invalidRequest(`Missing required param: card[${name}].`, {
    code: 'parameter_missing',
    param: `card[${name}]`,
  });
}
