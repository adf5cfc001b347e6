import { currencyRule } from '../../platform/common/currency.js';

/** For people: `2000, usd` is `20.00 USD`, `500, jpy` is `500 JPY`. Digits only, no floating point. */
export function formatMoney(amountMinor: number, currency: string): string {
  const decimals = currencyRule(currency)?.decimals ?? 2;
  const digits = String(amountMinor).padStart(decimals + 1, '0');
  const whole = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return `${whole} ${currency.toUpperCase()}`;
}
