/** Currencies that Stripe charges in, by the number of decimals of their minor unit. Source: docs.stripe.com/currencies. */
const ZERO_DECIMAL = 'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' ');
const THREE_DECIMAL = 'bhd jod kwd omr tnd'.split(' ');
const TWO_DECIMAL =
  `aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop crc cve czk
  dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr isk jmd kes kgs khr kyd kzt lak lbp
  lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd
  rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah ugx usd uyu uzs wst xcd yer zar zmw`
    .trim()
    .split(/\s+/);

const DECIMALS: ReadonlyMap<string, 0 | 2 | 3> = new Map([
  ...ZERO_DECIMAL.map((code) => [code, 0] as const),
  ...TWO_DECIMAL.map((code) => [code, 2] as const),
  ...THREE_DECIMAL.map((code) => [code, 3] as const),
]);

/** Stripe's own upper bound for most currencies: eight digits. */
export const MAX_AMOUNT_MINOR = 99_999_999;

export function isCurrency(code: string): boolean {
  return DECIMALS.has(code);
}

/** @returns why this amount cannot be charged, or null. Three-decimal amounts must end in 0 (Stripe's rule). */
export function whyNotChargeable(amountMinor: number, currency: string): string | null {
  const decimals = DECIMALS.get(currency);
  if (decimals === undefined) return `currency must be a lower-case ISO 4217 code that can be charged`;
  if (!Number.isSafeInteger(amountMinor) || amountMinor < 1 || amountMinor > MAX_AMOUNT_MINOR) {
    return `amount must be a whole number of minor units from 1 to ${MAX_AMOUNT_MINOR}`;
  }
  if (decimals === 3 && amountMinor % 10 !== 0) return `amount in ${currency} must end in 0`;
  return null;
}

/** For people: `2000, usd` is `20.00 USD`, `500, jpy` is `500 JPY`. Digits only, no floating point. */
export function formatMoney(amountMinor: number, currency: string): string {
  const decimals = DECIMALS.get(currency) ?? 2;
  const digits = String(amountMinor).padStart(decimals + 1, '0');
  const whole = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return `${whole} ${currency.toUpperCase()}`;
}
