import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { formatted } from '../src/cards/currency.js';
import { refused, RETURN_URL, type Running, start } from './support.js';

const ROOT = join(__dirname, '../../..');
const TABLE = 'currencies.json';

let running: Running;
let stripe: Stripe;
beforeAll(async () => {
  running = await start();
  stripe = running.stripe;
});
afterAll(() => running.close());

const pay = (amount: number, currency: string) =>
  stripe.paymentIntents.create({
    amount,
    currency,
    confirm: true,
    payment_method: 'pm_card_visa',
    return_url: RETURN_URL,
  });

it('has the same table as the product, byte for byte: neither imports the other', () => {
  const product = readFileSync(join(ROOT, 'src/platform/common', TABLE), 'utf8');
  expect(readFileSync(join(ROOT, 'packages/stripe-simulator/src/cards', TABLE), 'utf8')).toBe(product);
});

it.each([
  [200, 'ugx'],
  [500, 'isk'],
  [1230, 'kwd'],
  [100_000_000, 'idr'],
  [999_999_999_999, 'idr'],
  [100, 'xcg'],
  [17_550, 'huf'],
])('charges %i %s', async (amount, currency) => {
  expect(await pay(amount, currency)).toMatchObject({ status: 'succeeded', amount, currency });
});

it.each([
  [150, 'ugx'],
  [150, 'isk'],
  [1234, 'kwd'],
  [100_000_000, 'usd'],
  [1_000_000_000_000, 'idr'],
  [49, 'usd'],
])('refuses %i %s', async (amount, currency) => {
  expect(await refused(pay(amount, currency))).toMatchObject({ statusCode: 400, param: 'amount' });
});

it('refunds and captures no fraction of a currency that has none', async () => {
  const { id } = await pay(1000, 'ugx');
  expect(await refused(stripe.refunds.create({ payment_intent: id, amount: 150 }))).toMatchObject({
    statusCode: 400,
    param: 'amount',
  });
  expect(await stripe.refunds.create({ payment_intent: id, amount: 200 })).toMatchObject({ amount: 200 });
  const held = await stripe.paymentIntents.create({
    amount: 1000,
    currency: 'isk',
    capture_method: 'manual',
    confirm: true,
    payment_method: 'pm_card_visa',
    return_url: RETURN_URL,
  });
  expect(await refused(stripe.paymentIntents.capture(held.id, { amount_to_capture: 950 }))).toMatchObject({
    statusCode: 400,
    param: 'amount_to_capture',
  });
  expect(await stripe.paymentIntents.capture(held.id, { amount_to_capture: 900 })).toMatchObject({
    amount_received: 900,
  });
});

it('pays forints out whole', async () => {
  expect(await refused(stripe.payouts.create({ amount: 1045, currency: 'huf' }))).toMatchObject({
    statusCode: 400,
    param: 'amount',
  });
});

it.each([
  [500_000, 'huf', 'HUF 5,000.00'],
  [500_000, 'idr', 'IDR 5,000.00'],
  [500, 'jpy', '¥500'],
  [1230, 'kwd', 'KWD 1.230'],
  [2000, 'usd', '$20.00'],
])('shows %i %s as %s', (amount, currency, text) => {
  expect(
    formatted(amount, currency)
      .replace(/\u00A0/g, ' ')
      .replace('Ft', 'HUF ')
      .replace('Rp', 'IDR ')
      .replace(/ +/g, ' '),
  ).toBe(text);
});
