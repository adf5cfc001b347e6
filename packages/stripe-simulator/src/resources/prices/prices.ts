import type { Stripe } from 'stripe';
import { mergeMetadata } from '../../api/common-params.js';
import { invalidRequest, missing, missingParam } from '../../api/errors.js';
import { list } from '../../api/list.js';
import { operation } from '../../api/operation.js';
import type { Read } from '../../api/read-types.js';
import type { Price } from '../../objects/product.js';
import type { World } from '../../world.js';
import { emit } from '../events/events.js';
import { makePrice } from './price.make.js';
import { makeProduct } from '../products/product.make.js';
import { productParam } from '../products/products.js';

/** What prices can be at Stripe and not here. */
const NOT_PLAYED = ['currency_options', 'custom_unit_amount', 'tiers', 'tiers_mode', 'transform_quantity'] as const;

function inPath(world: World, id = ''): Price {
  const price = world.tables.price.get(id);
  if (price === undefined) throw missing('price', id, 'price');
  return price;
}

const create = operation<Stripe.PriceCreateParams>({
  method: 'POST',
  path: '/v1/prices',
  run({ world, params }) {
    for (const name of NOT_PLAYED) {
      if (params[name] !== undefined) throw invalidRequest(`The simulator does not play ${name}.`, { param: name });
    }
    const { lookup_key: key, transfer_lookup_key: transfer } = params;
    if (key !== undefined) freeLookupKey(world, key, transfer === true);
    return makePrice(world, params, productOf(world, params));
  },
});

function productOf(world: World, params: Read<Stripe.PriceCreateParams>): string {
  const { product, product_data: data } = params;
  if (product !== undefined && data !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: product, product_data.', { param: 'product' });
  }
  if (product !== undefined) return productParam(world, product, 'product').id;
  if (data === undefined) throw missingParam('product');
  return makeProduct(world, data).id;
}

/** A lookup key belongs to one price; `transfer` takes it from the one that has it. */
function freeLookupKey(world: World, key: string, transfer: boolean): void {
  for (const holder of [...world.tables.price.newest('lookup_key', key)]) {
    if (!transfer) {
      throw invalidRequest(`A price (\`${holder.id}\`) already uses that lookup key.`, { param: 'lookup_key' });
    }
    world.store.put(world.tables.price, { ...holder, lookup_key: null });
  }
}

const retrieve = operation<Stripe.PriceRetrieveParams>({
  method: 'GET',
  path: '/v1/prices/:price',
  run: ({ world, path }) => inPath(world, path['price']),
});

const update = operation<Stripe.PriceUpdateParams>({
  method: 'POST',
  path: '/v1/prices/:price',
  run({ world, path, params }) {
    const before = inPath(world, path['price']);
    const { lookup_key: key, tax_behavior: tax } = params;
    if (key !== undefined && key !== before.lookup_key) freeLookupKey(world, key, params.transfer_lookup_key === true);
    if (tax !== undefined && before.tax_behavior !== 'unspecified' && tax !== before.tax_behavior) {
      throw invalidRequest('You cannot change the tax_behavior of a price once it is set.', { param: 'tax_behavior' });
    }
    const price = world.store.put(world.tables.price, {
      ...before,
      active: params.active ?? before.active,
      lookup_key: key ?? before.lookup_key,
      metadata: mergeMetadata(before.metadata, params.metadata),
      nickname: params.nickname ?? before.nickname,
      tax_behavior: tax ?? before.tax_behavior,
    });
    emit(world, 'price.updated', price, before);
    return price;
  },
});

const listAll = operation<Stripe.PriceListParams>({
  method: 'GET',
  path: '/v1/prices',
  run({ world, params }) {
    const { active, currency, lookup_keys: keys, product, recurring, type } = params;
    return list(
      {
        table: world.tables.price,
        what: 'price',
        url: '/v1/prices',
        index: product === undefined ? undefined : ['product', product],
        keep: (price) =>
          (active === undefined || price.active === active) &&
          (currency === undefined || price.currency === currency) &&
          (keys === undefined || (price.lookup_key !== null && keys.includes(price.lookup_key))) &&
          (type === undefined || price.type === type) &&
          (recurring === undefined || matches(price, recurring)),
      },
      params,
    );
  },
});

function matches(price: Price, wanted: NonNullable<Read<Stripe.PriceListParams>['recurring']>): boolean {
  if (price.recurring === null || wanted.meter !== undefined) return false;
  const { interval = price.recurring.interval, usage_type: usage = 'licensed' } = wanted;
  return price.recurring.interval === interval && usage === 'licensed';
}

export const priceOperations = [create, retrieve, update, listAll];
