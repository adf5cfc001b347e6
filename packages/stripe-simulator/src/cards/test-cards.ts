import {
  type Behaviour,
  EXPIRED_CARD,
  FRAUDULENT,
  GENERIC_DECLINE,
  INCORRECT_CVC,
  INSUFFICIENT_FUNDS,
  LOST_CARD,
  PROCESSING_ERROR,
  STOLEN_CARD,
  VELOCITY_EXCEEDED,
} from './outcome.js';

/** A test card: `pm_card_<name>` and `tok_<name>`, with or without `visa_` before the name. */
export interface TestCard {
  name: string;
  number: string;
  behaviour: Behaviour;
  country?: string;
  funding?: 'credit' | 'debit' | 'prepaid';
}

function card(name: string, number: string, behaviour: Behaviour = {}, more: Partial<TestCard> = {}): TestCard {
  return { name, number, behaviour, ...more };
}

/** Documented at https://docs.stripe.com/testing; not compared with a real sandbox yet. */
export const TEST_CARDS: readonly TestCard[] = [
  card('visa', '4242424242424242'),
  card('visa_debit', '4000056655665556', {}, { funding: 'debit' }),
  card('mastercard', '5555555555554444'),
  card('mastercard_series2', '2223003122003222'),
  card('mastercard_debit', '5200828282828210', {}, { funding: 'debit' }),
  card('mastercard_prepaid', '5105105105105100', {}, { funding: 'prepaid' }),
  card('amex', '378282246310005', { without3ds: true }),
  card('amex_threeDSecureNotSupported', '378282246310005', { without3ds: true }),
  card('amex_2', '371449635398431', { without3ds: true }),
  card('discover', '6011111111111117'),
  card('discover_2', '6011000990139424'),
  card('discover_debit', '6011981111111113', {}, { funding: 'debit' }),
  card('diners', '3056930009020004'),
  card('diners_14digits', '36227206271667'),
  card('jcb', '3566002020360505'),
  card('unionpay', '6200000000000005'),
  card('unionpay_debit', '6200000000000047', {}, { funding: 'debit' }),
  card('bypassPending', '4000000000000077', { bypassesPending: true }),
  card('chargeDeclined', '4000000000000002', { decline: GENERIC_DECLINE }),
  card('chargeDeclinedInsufficientFunds', '4000000000009995', { decline: INSUFFICIENT_FUNDS }),
  card('chargeDeclinedLostCard', '4000000000009987', { decline: LOST_CARD }),
  card('chargeDeclinedStolenCard', '4000000000009979', { decline: STOLEN_CARD }),
  card('chargeDeclinedExpiredCard', '4000000000000069', { decline: EXPIRED_CARD }),
  card('chargeDeclinedIncorrectCvc', '4000000000000127', { decline: INCORRECT_CVC, checks: { cvc: 'fail' } }),
  card('chargeDeclinedProcessingError', '4000000000000119', { decline: PROCESSING_ERROR }),
  card('chargeDeclinedVelocityLimitExceeded', '4000000000006975', { decline: VELOCITY_EXCEEDED }),
  card('radarBlock', '4100000000000019', { decline: FRAUDULENT, risk: 'highest' }),
  card('chargeDeclinedFraudulent', '4100000000000019', { decline: FRAUDULENT, risk: 'highest' }),
  card('chargeCustomerFail', '4000000000000341', { decline: GENERIC_DECLINE, attaches: true }),
  card('riskLevelElevated', '4000000000009235', { risk: 'elevated' }),
  card('riskLevelHighest', '4000000000004954', { risk: 'highest' }),
  card('cvcCheckFail', '4000000000000101', { checks: { cvc: 'fail' } }),
  card('cvcCheckFailElevatedRisk', '4000058400307872', { checks: { cvc: 'fail' }, risk: 'elevated' }),
  card('avsZipFailElevatedRisk', '4000058400306072', { checks: { postal: 'fail' }, risk: 'elevated' }),
  card('avsFail', '4000000000000010', { checks: { line1: 'fail', postal: 'fail' } }),
  card('avsLine1Fail', '4000000000000028', { checks: { line1: 'fail' } }),
  card('avsZipFail', '4000000000000036', { checks: { postal: 'fail' } }),
  card('avsUnchecked', '4000000000000044', { checks: { line1: 'unavailable', postal: 'unavailable' } }),
  card('authenticationRequiredOnSetup', '4000002500003155', { authentication: 'unless_set_up' }),
  card('authenticationRequired', '4000002760003184', { authentication: 'always' }),
  card('authenticationRequiredSetupForOffSession', '4000003800000446', { authentication: 'on_session' }),
  card('authenticationRequiredChargeDeclinedInsufficientFunds', '4000008260003178', {
    authentication: 'on_session',
    declineAfterAuthentication: INSUFFICIENT_FUNDS,
  }),
  card('threeDSecure2Required', '4000000000003220', { authentication: 'always' }),
  card('threeDSecureRequired', '4000000000003063', { authentication: 'always' }),
  card('threeDSecureRequiredChargeDeclined', '4000008400001629', {
    authentication: 'always',
    declineAfterAuthentication: GENERIC_DECLINE,
  }),
  card('threeDSecureRequiredProcessingError', '4000008400001280', { decline: PROCESSING_ERROR, attaches: true }),
  card('threeDSecureOptional', '4000000000003055'),
  card('pendingRefund', '4000000000007726', { refund: 'pending' }),
  card('refundFail', '4000000000005126', { refund: 'fails' }),
  card('createDispute', '4000000000000259', { dispute: 'fraudulent' }),
  card('createDisputeProductNotReceived', '4000000000002685', { dispute: 'product_not_received' }),
  card('createIssuerFraudRecord', '4000000000005423'),
  card('createDisputeInquiry', '4000000000001976', { dispute: 'warning' }),
];

/** Visa cards by country, `pm_card_gb`: https://docs.stripe.com/testing#international-cards. Of the others 4242. */
const BY_COUNTRY: Record<string, string> = {
  ...{ ar: '4000000320000021', au: '4000000360000006', br: '4000000760000002', ca: '4000001240000000' },
  ...{ ch: '4000007560000009', cn: '4000001560000002', de: '4000002760000016', es: '4000007240000007' },
  ...{ fr: '4000002500000003', gb: '4000008260000000', hk: '4000003440000004', in: '4000003560000008' },
  ...{ jp: '4000003920000003', mx: '4000004840008001', nz: '4000005540000008', pt: '4000006200000007' },
  ...{ se: '4000007520000008' },
};
const FROM_ABROAD = Object.entries(BY_COUNTRY).map(([code, number]) =>
  card(code, number, {}, { country: code.toUpperCase() }),
);

const BY_NAME = new Map([...TEST_CARDS, ...FROM_ABROAD].map((entry) => [entry.name, entry]));
const BY_NUMBER = new Map([...TEST_CARDS, ...FROM_ABROAD].map((entry) => [entry.number, entry]));

/** A wallet that a card may sit in. */
export type Wallet = 'apple_pay' | 'google_pay';

const WALLETS: Record<string, Wallet> = { applePay: 'apple_pay', googlePay: 'google_pay' };

/**
 * The wallet in `tok_applePay_visa` or `pm_card_googlePay_visa`, and the token of the card inside.
 *
 * The simulator's own names: Stripe has no test tokens for wallets, its wallets make them on a phone.
 */
export function walletToken(token: string): { wallet: Wallet | null; token: string } {
  const [, prefix = '', name = '', rest = ''] = /^(pm_card|tok)_(applePay|googlePay)_(\w+)$/.exec(token) ?? [];
  const wallet = WALLETS[name];
  return wallet === undefined ? { wallet: null, token } : { wallet, token: `${prefix}_${rest}` };
}

/** The card behind `pm_card_…` or `tok_…`; undefined if Stripe has no such token. */
export function cardByToken(token: string): TestCard | undefined {
  const name = /^(?:pm_card|tok)_(\w+)$/.exec(walletToken(token).token)?.[1];
  if (name === undefined) return undefined;
  const found = BY_NAME.get(name) ?? BY_NAME.get(name.replace(/^visa_/, ''));
  if (found !== undefined) return found;
  // pm_card_it and so on: a Visa card from that country.
  return /^[a-z]{2}$/.test(name) ? card('visa', '4242424242424242', {}, { country: name.toUpperCase() }) : undefined;
}

/**
 * Stripe's own test number, or any other: approved like 4242 (ruling 34). Of any other number only the first six and the
 * last four digits are kept: somebody may have typed in a real card.
 */
export function cardByNumber(number: string): TestCard {
  return BY_NUMBER.get(number) ?? card('visa', number.slice(0, 6).padEnd(number.length - 4, '0') + number.slice(-4));
}

/** How a stored payment method behaves, by the name kept with it. */
export function behaviourOf(name: string): Behaviour {
  return BY_NAME.get(name)?.behaviour ?? {};
}
