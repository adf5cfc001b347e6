import { type MetadataChange, mergeMetadata } from '../../api/common-params.js';
import { invalidRequest, missingParam } from '../../api/errors.js';
import { checkCurrency } from '../../cards/currency.js';
import type { Price } from '../../objects/product.js';
import type { World } from '../../world.js';
import { emit } from '../events/events.js';

/** What a price is made of, whether it comes by itself, with a product or inside of a line item. */
export interface Priced {
  active?: boolean | undefined;
  currency: string;
  lookup_key?: string | undefined;
  metadata?: MetadataChange | undefined;
  nickname?: string | undefined;
  recurring?: { interval: string; interval_count?: number | undefined } | undefined;
  tax_behavior?: string | undefined;
  unit_amount?: number | undefined;
  unit_amount_decimal?: string | undefined;
}

/** Stripe's limit of a price, https://docs.stripe.com/api/prices/create, and of its decimals. */
const MAX_UNIT_AMOUNT = 999_999_999_999;
const DECIMALS = 12;

/** Stores a new price of `product`. `param` is what stands before the names of parameters in errors, such as `price_data`. */
export function makePrice(world: World, priced: Priced, product: string, param?: string): Price {
  const { recurring } = priced;
  const currency = checkCurrency(priced.currency);
  const amount = unitAmount(priced, param);
  const price = world.store.put(world.tables.price, {
    id: world.ids.next('price'),
    object: 'price',
    active: priced.active ?? true,
    billing_scheme: 'per_unit',
    created: world.clock.seconds(),
    currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: priced.lookup_key ?? null,
    metadata: mergeMetadata({}, priced.metadata),
    nickname: priced.nickname ?? null,
    product,
    recurring:
      recurring === undefined
        ? null
        : {
            interval: recurring.interval,
            interval_count: recurring.interval_count ?? 1,
            meter: null,
            trial_period_days: null,
            usage_type: 'licensed',
          },
    tax_behavior: priced.tax_behavior ?? 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: recurring === undefined ? 'one_time' : 'recurring',
    unit_amount: amount.includes('.') ? null : Number(amount),
    unit_amount_decimal: amount,
  });
  emit(world, 'price.created', price);
  return price;
}

/** What `quantity` of it cost, in the smallest unit, half a unit rounded up. */
export function costOf(price: Price, quantity: number): number {
  const [whole = '0', fraction = ''] = price.unit_amount_decimal.split('.');
  const scale = 10n ** BigInt(DECIMALS);
  const exact = BigInt(whole + fraction.padEnd(DECIMALS, '0')) * BigInt(quantity);
  return Number((exact + scale / 2n) / scale);
}

/** The amount as digits, with a fraction only where there is one. */
function unitAmount(priced: Priced, param: string | undefined): string {
  const { unit_amount: integer, unit_amount_decimal: decimal } = priced;
  const name = (of: string) => (param === undefined ? of : `${param}[${of}]`);
  if (integer !== undefined && decimal !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: unit_amount, unit_amount_decimal.', {
      param: name('unit_amount'),
    });
  }
  const sent = decimal ?? integer;
  if (sent === undefined) throw missingParam(name('unit_amount'));
  const at = name(decimal === undefined ? 'unit_amount' : 'unit_amount_decimal');
  const [whole = '', fraction = ''] = String(sent).split('.');
  if (whole.startsWith('-')) throw outOfRange('greater than or equal to 0', at);
  if (fraction.length > DECIMALS) {
    throw invalidRequest(`Invalid decimal: ${sent}; must contain at maximum ${DECIMALS} decimal places.`, {
      param: at,
    });
  }
  if (Number(whole) > MAX_UNIT_AMOUNT) throw outOfRange(`less than or equal to ${MAX_UNIT_AMOUNT}`, at);
  const digits = fraction.replace(/0+$/, '');
  return String(BigInt(whole)) + (digits === '' ? '' : `.${digits}`);
}

function outOfRange(bound: string, param: string) {
  return invalidRequest(`This value must be ${bound}.`, { code: 'parameter_invalid_integer', param });
}
