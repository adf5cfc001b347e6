import { type MetadataChange, mergeMetadata } from '../../api/common-params.js';
import { invalidRequest, missing, missingParam } from '../../api/errors.js';
import type { LineItem } from '../../objects/checkout-session.js';
import type { Price } from '../../objects/product.js';
import type { World } from '../../world.js';
import { costOf, makePrice, type Priced } from '../prices/price.make.js';
import { makeProduct } from '../products/product.make.js';
import { productParam } from '../products/products.js';

type PriceData = Priced & {
  product?: string | undefined;
  product_data?: Parameters<typeof makeProduct>[1] | undefined;
};

/** One line as create and update send it. */
export interface LineParam {
  adjustable_quantity?: { enabled: boolean } | undefined;
  /** On update: the line that this one replaces. */
  id?: string | undefined;
  metadata?: MetadataChange | undefined;
  price?: string | undefined;
  price_data?: PriceData | undefined;
  quantity?: number | undefined;
  tax_rates?: string[] | null | undefined;
}

/** https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-line_items */
const MAX_LINES = 100;
const MAX_QUANTITY = 999_999;

/** The lines of a purchase; `present` are those that an update may keep by their id. */
export function makeLineItems(
  world: World,
  params: readonly LineParam[],
  present: readonly LineItem[] = [],
): LineItem[] {
  if (params.length > MAX_LINES) {
    throw invalidRequest(`Checkout Sessions can have up to ${MAX_LINES} line items.`, { param: 'line_items' });
  }
  const items = params.map((param, index) => makeLineItem(world, param, present, `line_items[${index}]`));
  const currencies = new Set(items.map((item) => item.currency));
  if (currencies.size > 1) {
    throw invalidRequest(
      `All line items must have the same currency, but these have been given: ${[...currencies].join(', ')}.`,
      { param: 'line_items' },
    );
  }
  return items;
}

function makeLineItem(world: World, param: LineParam, present: readonly LineItem[], at: string): LineItem {
  checkPlayed(param, at);
  const before = param.id === undefined ? undefined : present.find((item) => item.id === param.id);
  if (param.id !== undefined && before === undefined) throw missing('line item', param.id, `${at}[id]`, 400);
  const price = priceOf(world, param, at) ?? before?.price;
  if (price === undefined) throw missingParam(`${at}[price]`);
  checkPrice(price, at);
  const quantity = param.quantity ?? before?.quantity;
  if (quantity === undefined) throw missingParam(`${at}[quantity]`);
  checkQuantity(quantity, at);
  const total = costOf(price, quantity);
  return {
    id: before?.id ?? world.ids.next('li'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: total,
    amount_tax: 0,
    amount_total: total,
    currency: price.currency,
    description: world.tables.product.get(price.product)?.name ?? null,
    metadata: mergeMetadata(before?.metadata ?? {}, param.metadata),
    price,
    quantity,
  };
}

function checkPlayed(param: LineParam, at: string): void {
  if (param.adjustable_quantity?.enabled === true) {
    throw invalidRequest('The simulator does not play adjustable quantities.', { param: `${at}[adjustable_quantity]` });
  }
  if (param.tax_rates !== undefined && param.tax_rates !== null && param.tax_rates.length > 0) {
    throw invalidRequest('The simulator does not play tax rates.', { param: `${at}[tax_rates]` });
  }
}

/** The stored price, or a new one for this line only; undefined if the line names neither. */
function priceOf(world: World, param: LineParam, at: string): Price | undefined {
  const { price: id, price_data: data } = param;
  if (id !== undefined && data !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: price, price_data.', { param: `${at}[price]` });
  }
  if (id !== undefined) {
    const price = world.tables.price.get(id);
    if (price === undefined) throw missing('price', id, `${at}[price]`, 400);
    if (!price.active) {
      throw invalidRequest('The price specified is inactive. This field only accepts active prices.', {
        param: `${at}[price]`,
      });
    }
    return price;
  }
  // Inactive, because nothing else can be sold by it.
  return data === undefined
    ? undefined
    : makePrice(world, { ...data, active: false }, productOf(world, data, at), `${at}[price_data]`);
}

function productOf(world: World, data: PriceData, at: string): string {
  const { product, product_data: described } = data;
  if (product !== undefined && described !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: product, product_data.', {
      param: `${at}[price_data][product]`,
    });
  }
  if (product !== undefined) return productParam(world, product, `${at}[price_data][product]`).id;
  if (described === undefined) throw missingParam(`${at}[price_data][product]`);
  return makeProduct(world, { ...described, active: false }).id;
}

function checkPrice(price: Price, at: string): void {
  if (price.type === 'one_time') return;
  throw invalidRequest(
    'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.',
    { param: `${at}[price]` },
  );
}

function checkQuantity(quantity: number, at: string): void {
  if (quantity >= 1 && quantity <= MAX_QUANTITY) return;
  const bound = quantity < 1 ? 'greater than or equal to 1' : `less than or equal to ${MAX_QUANTITY}`;
  throw invalidRequest(`This value must be ${bound}.`, {
    code: 'parameter_invalid_integer',
    param: `${at}[quantity]`,
  });
}
