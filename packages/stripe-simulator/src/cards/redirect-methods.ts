import { invalidRequest } from '../api/errors.js';

/** Methods whose payer goes to a page of somebody else's, or to a shop with a voucher. */
export const REDIRECT_TYPES = ['alipay', 'klarna', 'oxxo', 'wechat_pay'] as const;

export type RedirectType = (typeof REDIRECT_TYPES)[number];

interface RedirectMethod {
  /** As the payer knows it. */
  readonly name: string;
  readonly currencies: readonly string[];
  /** The money may be held and taken later. */
  readonly holds?: true;
  /** The confirmation must say where the payer comes back to. */
  readonly comesBack?: true;
  readonly refunds: 'at once' | 'later' | 'never';
}

const METHODS: Readonly<Record<RedirectType, RedirectMethod>> = {
  // https://docs.stripe.com/payments/alipay/accept-a-payment, "Supported currencies".
  alipay: {
    name: 'Alipay',
    currencies: ['aud', 'cad', 'cny', 'eur', 'gbp', 'hkd', 'jpy', 'myr', 'nzd', 'sgd', 'usd'],
    comesBack: true,
    refunds: 'at once',
  },
  // https://docs.stripe.com/payments/klarna, "Payment method properties".
  klarna: {
    name: 'Klarna',
    currencies: ['aud', 'cad', 'chf', 'czk', 'dkk', 'eur', 'gbp', 'nok', 'nzd', 'pln', 'ron', 'sek', 'usd'],
    holds: true,
    comesBack: true,
    refunds: 'at once',
  },
  // https://docs.stripe.com/payments/oxxo
  oxxo: { name: 'OXXO', currencies: ['mxn'], refunds: 'never' },
  // https://docs.stripe.com/payments/wechat-pay/accept-a-payment; refunds: https://docs.stripe.com/payments/wechat-pay#refunds
  wechat_pay: {
    name: 'WeChat Pay',
    currencies: ['aud', 'cad', 'chf', 'cny', 'dkk', 'eur', 'gbp', 'hkd', 'jpy', 'nok', 'sek', 'sgd', 'usd'],
    refunds: 'later',
  },
};

/** What is known of a method by its type; undefined for cards and the like. */
export function redirectMethod(type: string): RedirectMethod | undefined {
  const known = REDIRECT_TYPES.find((one) => one === type);
  return known === undefined ? undefined : METHODS[known];
}

/** Throws Stripe's 400 where money is to be held that one of these types takes at once. */
export function checkHolds(types: readonly string[], captureMethod: string): void {
  const wrong = types.find((type) => {
    const method = redirectMethod(type);
    return method !== undefined && method.holds !== true;
  });
  if (captureMethod !== 'manual' || wrong === undefined) return;
  throw invalidRequest(`The payment method type ${wrong} does not support a \`capture_method\` of manual.`, {
    code: 'payment_intent_invalid_parameter',
    param: 'capture_method',
  });
}

/** How an OXXO voucher ends that nobody pays or expires by hand. Milliseconds after it was made. */
export interface VoucherFate {
  /** When the payer pays; null: never. */
  readonly paidAfter: number | null;
  /** When the voucher expires; null: at the end of its last day. */
  readonly expiresAfter: number | null;
}

const MINUTES_3 = 180_000;
/** "Within several seconds". */
const AT_ONCE = 5_000;

/** Fate of a voucher by the payer's test e-mail. https://docs.stripe.com/payments/oxxo/accept-a-payment, "Test the integration" */
export function voucherFate(email: string): VoucherFate {
  const [name = ''] = email.split('@');
  if (name.endsWith('succeed_immediately')) return { paidAfter: AT_ONCE, expiresAfter: null };
  if (name.endsWith('expire_immediately')) return { paidAfter: null, expiresAfter: 0 };
  if (name.endsWith('expire_with_delay')) return { paidAfter: null, expiresAfter: MINUTES_3 };
  return { paidAfter: name.endsWith('fill_never') ? null : MINUTES_3, expiresAfter: null };
}

/** Mexico City keeps no summer time since 2022: UTC-6 all the year. */
const MEXICO_CITY_MS = -6 * 3_600_000;
const DAY_MS = 24 * 3_600_000;

/** Epoch seconds of 23:59:59 in Mexico City, so many days later. `now` in milliseconds. */
export function endOfDay(now: number, days: number): number {
  const midnight = Math.floor((now + MEXICO_CITY_MS) / DAY_MS) * DAY_MS - MEXICO_CITY_MS;
  return (midnight + (days + 1) * DAY_MS) / 1000 - 1;
}
