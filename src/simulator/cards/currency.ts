import { invalidRequest } from '../api/errors.js';

/** https://docs.stripe.com/currencies: all presentment currencies. */
const CURRENCIES = new Set(
  (
    'usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp cny cop ' +
    'crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl hrk htg huf idr ils inr isk jmd jod ' +
    'jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio ' +
    'nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd ' +
    'top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw'
  ).split(' '),
);

/** https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts, in the smallest unit. */
const MINIMUM: Record<string, number> = {
  ...{
    usd: 50,
    aed: 200,
    aud: 50,
    bgn: 100,
    brl: 50,
    cad: 50,
    chf: 50,
    czk: 1500,
    dkk: 250,
    eur: 50,
    gbp: 30,
    hkd: 400,
  },
  ...{ huf: 17500, inr: 50, jpy: 50, mxn: 1000, myr: 200, nok: 300, nzd: 50, pln: 200, ron: 200, sek: 300, sgd: 50 },
  ...{ thb: 1000 },
};

/** Eight digits. */
const MAXIMUM = 99_999_999;

/** The currency in Stripe's lower case, or its 400. */
export function checkCurrency(sent: string): string {
  const currency = sent.toLowerCase();
  if (CURRENCIES.has(currency)) return currency;
  throw invalidRequest(
    `Invalid currency: ${sent.toLowerCase()}. Stripe currently supports these currencies: ${[...CURRENCIES].join(', ')}`,
    { param: 'currency' },
  );
}

/** The least that can be paid, in the currency's smallest unit. */
export function minimumAmount(currency: string): number {
  return MINIMUM[currency] ?? 1;
}

/** Stripe's bounds of a payment, in the currency's smallest unit. */
export function checkAmount(amount: number, currency: string): void {
  if (amount < 1) {
    throw invalidRequest('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: 'amount',
    });
  }
  const minimum = minimumAmount(currency);
  if (amount < minimum) {
    throw invalidRequest(`Amount must be at least ${formatted(minimum, currency)} ${currency}`, {
      code: 'amount_too_small',
      param: 'amount',
    });
  }
  if (amount > MAXIMUM) {
    throw invalidRequest(`Amount must be no more than ${formatted(MAXIMUM, currency)} ${currency}`, {
      code: 'amount_too_large',
      param: 'amount',
    });
  }
}

/** `1999, 'usd'` → `$19.99`. */
export function formatted(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}
