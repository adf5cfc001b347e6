import type { Stripe } from 'stripe';
import { given, mergeMetadata } from '../../api/common-params.js';
import { invalidRequest, missing } from '../../api/errors.js';
import { list } from '../../api/list.js';
import { operation } from '../../api/operation.js';
import type { Read } from '../../api/read-types.js';
import type { Product } from '../../objects/product.js';
import type { World } from '../../world.js';
import { emit } from '../events/events.js';
import { makePrice } from '../prices/price.make.js';
import { makeProduct } from './product.make.js';

/** The product a parameter names, or Stripe's 400. */
export function productParam(world: World, id: string, param: string): Product {
  const product = world.tables.product.get(id);
  if (product === undefined) throw missing('product', id, param, 400);
  return product;
}

function inPath(world: World, id = ''): Product {
  const product = world.tables.product.get(id);
  if (product === undefined) throw missing('product', id, 'id');
  return product;
}

const create = operation<Stripe.ProductCreateParams>({
  method: 'POST',
  path: '/v1/products',
  run({ world, params }) {
    const { id, default_price_data: priced } = params;
    if (id !== undefined && world.tables.product.get(id) !== undefined) {
      throw invalidRequest('Product already exists.', { code: 'resource_already_exists', param: 'id' });
    }
    const made = makeProduct(world, params);
    if (priced === undefined) return made;
    const price = makePrice(world, priced, made.id, 'default_price_data');
    return world.store.put(world.tables.product, { ...made, default_price: price.id });
  },
});

const retrieve = operation<Stripe.ProductRetrieveParams>({
  method: 'GET',
  path: '/v1/products/:id',
  run: ({ world, path }) => inPath(world, path['id']),
});

const update = operation<Stripe.ProductUpdateParams>({
  method: 'POST',
  path: '/v1/products/:id',
  run({ world, path, params }) {
    const before = inPath(world, path['id']);
    const product = world.store.put(world.tables.product, changed(world, before, params));
    emit(world, 'product.updated', product, before);
    return product;
  },
});

function changed(world: World, before: Product, params: Read<Stripe.ProductUpdateParams>): Product {
  const { default_price: price } = params;
  if (price !== undefined && world.tables.price.get(price)?.product !== before.id) {
    throw missing('price', price, 'default_price', 400);
  }
  return {
    ...before,
    active: params.active ?? before.active,
    default_price: price ?? before.default_price,
    description: given(params.description, before.description),
    images: given(params.images, before.images) ?? [],
    marketing_features: given(params.marketing_features, before.marketing_features) ?? [],
    metadata: mergeMetadata(before.metadata, params.metadata),
    name: params.name ?? before.name,
    package_dimensions: given(params.package_dimensions, before.package_dimensions),
    shippable: params.shippable ?? before.shippable,
    statement_descriptor: given(params.statement_descriptor, before.statement_descriptor),
    tax_code: given(params.tax_code, before.tax_code),
    unit_label: given(params.unit_label, before.unit_label),
    updated: world.clock.seconds(),
    url: given(params.url, before.url),
  };
}

const remove = operation<Stripe.ProductDeleteParams>({
  method: 'DELETE',
  path: '/v1/products/:id',
  run({ world, path }) {
    const product = inPath(world, path['id']);
    if (!world.tables.price.newest('product', product.id).next().done) {
      throw invalidRequest(
        'This product cannot be deleted because it has one or more user-created prices. You can archive the product by updating it with `active=false`.',
      );
    }
    world.store.delete(world.tables.product, product.id);
    emit(world, 'product.deleted', product);
    return { id: product.id, object: 'product', deleted: true };
  },
});

const listAll = operation<Stripe.ProductListParams>({
  method: 'GET',
  path: '/v1/products',
  run({ world, params }) {
    const { active, ids, shippable, type, url } = params;
    return list(
      {
        table: world.tables.product,
        what: 'product',
        url: '/v1/products',
        keep: (product) =>
          (active === undefined || product.active === active) &&
          (ids === undefined || ids.includes(product.id)) &&
          (shippable === undefined || product.shippable === shippable) &&
          (type === undefined || product.type === type) &&
          (url === undefined || product.url === url),
      },
      params,
    );
  },
});

export const productOperations = [create, retrieve, update, remove, listAll];
