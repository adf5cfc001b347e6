import type { Stripe } from 'stripe';
import { mergeMetadata } from '../../api/common-params.js';
import type { Read } from '../../api/read-types.js';
import type { Product } from '../../objects/product.js';
import type { World } from '../../world.js';
import { emit } from '../events/events.js';

/** What a product is made of, also when it comes inside of a price. */
type Described = Omit<Read<Stripe.ProductCreateParams>, 'default_price_data' | 'expand'>;

/** Stores a new product. */
export function makeProduct(world: World, params: Described): Product {
  const now = world.clock.seconds();
  const product = world.store.put(world.tables.product, {
    id: params.id ?? world.ids.next('prod', 14),
    object: 'product',
    active: params.active ?? true,
    created: now,
    default_price: null,
    description: params.description ?? null,
    images: params.images ?? [],
    livemode: false,
    marketing_features: params.marketing_features ?? [],
    metadata: mergeMetadata({}, params.metadata),
    name: params.name ?? '',
    package_dimensions: params.package_dimensions ?? null,
    shippable: params.shippable ?? null,
    statement_descriptor: params.statement_descriptor ?? null,
    tax_code: params.tax_code ?? null,
    tax_details: null,
    type: params.type ?? 'service',
    unit_label: params.unit_label ?? null,
    updated: now,
    url: params.url ?? null,
  });
  emit(world, 'product.created', product);
  return product;
}
