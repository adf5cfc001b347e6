// The package's CommonJS form has only the default export; its types also name it.
// oxlint-disable-next-line import/no-named-as-default
import Stripe from 'stripe';
import { idOf, refused, type Running, start } from './support.js';

describe('Products and Prices', () => {
  let running: Running;
  let stripe: Stripe;
  beforeAll(async () => {
    running = await start();
    stripe = running.stripe;
  });
  afterAll(() => running.close());

  const newest = async (type: string) => (await stripe.events.list({ type, limit: 1 })).data[0]?.data;

  it('a product is made with its default price, changed, and told about', async () => {
    const made = await stripe.products.create({
      name: 'Tea',
      id: 'tea',
      images: ['https://shop.test/tea.png'],
      default_price_data: { currency: 'usd', unit_amount: 500 },
      metadata: { shelf: '3' },
    });
    expect(made).toMatchObject({ id: 'tea', active: true, images: ['https://shop.test/tea.png'], type: 'service' });
    const price = await stripe.prices.retrieve(idOf(made.default_price ?? null), { expand: ['product'] });
    expect(price).toMatchObject({ type: 'one_time', unit_amount: 500, product: { id: 'tea', name: 'Tea' } });
    const changed = await stripe.products.update('tea', { name: 'Green tea', images: '', metadata: { shelf: '' } });
    expect(changed).toMatchObject({ name: 'Green tea', images: [], metadata: {} });
    expect(await newest('product.updated')).toMatchObject({ previous_attributes: { name: 'Tea' } });
    expect((await refused(stripe.products.create({ name: 'Tea', id: 'tea' }))).code).toBe('resource_already_exists');
    expect((await refused(stripe.products.update('tea', { default_price: 'price_x' }))).param).toBe('default_price');
  });

  it('is deleted unless it has prices, and leaves nothing behind', async () => {
    const { id } = await stripe.products.create({ name: 'Gone' });
    expect(await stripe.products.del(id)).toEqual(expect.objectContaining({ id, deleted: true }));
    expect((await refused(stripe.products.retrieve(id))).statusCode).toBe(404);
    const sold = await stripe.products.create({
      name: 'Sold',
      default_price_data: { currency: 'eur', unit_amount: 1 },
    });
    expect((await refused(stripe.products.del(sold.id))).message).toContain('user-created prices');
    expect((await stripe.products.update(sold.id, { active: false })).active).toBe(false);
    expect((await stripe.products.list({ active: false })).data.map((product) => product.id)).toContain(sold.id);
    expect((await stripe.products.list({ ids: [sold.id] })).data).toHaveLength(1);
  });

  it.each([
    ['12', 12, '12'],
    ['12.50', null, '12.5'],
    ['0.000000000001', null, '0.000000000001'],
  ])('a price of %s units', async (unit_amount_decimal, unit_amount, kept) => {
    const { id } = await stripe.prices.create({
      currency: 'usd',
      product_data: { name: 'Screw' },
      unit_amount_decimal: Stripe.Decimal.from(unit_amount_decimal),
    });
    const told = (await running.get(`/v1/prices/${id}`)).body;
    expect([told['unit_amount'], told['unit_amount_decimal']]).toEqual([unit_amount, kept]);
  });

  it('a lookup key belongs to one price, until it is transferred', async () => {
    const { id: product } = await stripe.products.create({ name: 'Plan' });
    const price = { product, currency: 'usd', unit_amount: 100, lookup_key: 'standard' };
    const first = await stripe.prices.create(price);
    expect((await refused(stripe.prices.create(price))).param).toBe('lookup_key');
    const second = await stripe.prices.create({ ...price, transfer_lookup_key: true });
    expect((await stripe.prices.retrieve(first.id)).lookup_key).toBeNull();
    const found = await stripe.prices.list({ lookup_keys: ['standard'] });
    expect(found.data.map(({ id }) => id)).toEqual([second.id]);
    const back = await stripe.prices.update(first.id, {
      lookup_key: 'standard',
      transfer_lookup_key: true,
      active: false,
    });
    expect(back).toMatchObject({ active: false, lookup_key: 'standard' });
    expect((await stripe.prices.list({ product, active: true })).data.map(({ id }) => id)).toEqual([second.id]);
    expect(await newest('price.updated')).toMatchObject({
      object: { id: first.id },
      previous_attributes: { active: true },
    });
  });

  it('a recurring price is kept and listed as one', async () => {
    const { id } = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 900,
      product_data: { name: 'Club' },
      recurring: { interval: 'month' },
    });
    const listed = await stripe.prices.list({ type: 'recurring', recurring: { interval: 'month' } });
    expect(listed.data.map((price) => price.id)).toEqual([id]);
    expect((await stripe.prices.list({ recurring: { interval: 'year' } })).data).toEqual([]);
  });

  it.each<[Partial<Stripe.PriceCreateParams>, string]>([
    [{ unit_amount: undefined }, 'unit_amount'],
    [{ unit_amount: -1 }, 'unit_amount'],
    [{ unit_amount_decimal: Stripe.Decimal.from('1') }, 'unit_amount'],
    [{ unit_amount: undefined, unit_amount_decimal: Stripe.Decimal.from('0.0000000000001') }, 'unit_amount_decimal'],
    [{ product: undefined }, 'product'],
    [{ product: 'prod_x' }, 'product'],
    [{ product_data: { name: 'x' } }, 'product'],
    [{ currency: 'xyz' }, 'currency'],
    [{ tiers_mode: 'volume' }, 'tiers_mode'],
  ])('refuses %j, naming %s', async (more, param) => {
    await stripe.products.create({ name: 'P', id: 'prod_p' }).catch(() => undefined);
    const error = await refused(stripe.prices.create({ product: 'prod_p', currency: 'usd', unit_amount: 1, ...more }));
    expect([error.statusCode, error.param]).toEqual([400, param]);
  });
});
