import { cardError } from '../api/errors.js';

const BRANDS: readonly [RegExp, string][] = [
  [/^4/, 'visa'],
  [/^(5[1-5]|2(22[1-9]|2[3-9]|[3-6]|7[01]|720))/, 'mastercard'],
  [/^3[47]/, 'amex'],
  [/^(6011|64[4-9]|65)/, 'discover'],
  [/^3(0[0-5]|[689])/, 'diners'],
  [/^35/, 'jcb'],
  [/^62/, 'unionpay'],
];

export function brandOf(number: string): string {
  return BRANDS.find(([pattern]) => pattern.test(number))?.[1] ?? 'unknown';
}

/** The check digit of a card number. */
export function passesLuhn(number: string): boolean {
  let sum = 0;
  for (const [index, digit] of number.split('').reverse().entries()) {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** Refuses what no bank would take, with Stripe's 402. `month` is 1 to 12; `nowSeconds` decides what has expired. */
export function checkCard(
  card: { number: string; month: number; year: number; cvc: string | undefined },
  nowSeconds: number,
): void {
  if (!/^\d{12,19}$/.test(card.number) || !passesLuhn(card.number)) {
    throw cardError({ code: 'incorrect_number', message: 'Your card number is incorrect.', param: 'number' });
  }
  checkExpiry(card, nowSeconds);
  if (card.cvc !== undefined && !/^\d{3,4}$/.test(card.cvc)) {
    throw cardError({ code: 'invalid_cvc', message: "Your card's security code is invalid.", param: 'cvc' });
  }
}

/** Refuses a month that is none, and a date in the past or after fifty years, with Stripe's 402. */
export function checkExpiry(card: { month: number; year: number }, nowSeconds: number): void {
  if (card.month < 1 || card.month > 12) {
    throw cardError({
      code: 'invalid_expiry_month',
      message: "Your card's expiration month is invalid.",
      param: 'exp_month',
    });
  }
  const now = new Date(nowSeconds * 1000);
  const monthsLeft = (card.year - now.getUTCFullYear()) * 12 + card.month - 1 - now.getUTCMonth();
  if (monthsLeft < 0 || monthsLeft > 50 * 12) {
    throw cardError({
      code: 'invalid_expiry_year',
      message: "Your card's expiration year is invalid.",
      param: 'exp_year',
    });
  }
}
