import type { ProcessorChanges } from '../../../src/modules/merchant/processor.service.js';
import { AMOUNT_EXAMPLES } from '../../../src/surfaces/gateway/amount/amount.examples.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller, success, unauthorized } from '../../support/gateway.js';
import { madeProcessor } from '../../support/processors.js';

/** Contract gateway 5.4. */
let app: TestApp;
let caller: GatewayCaller;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  caller = await gatewayCaller(app, { role: 'standard' });
});
afterAll(() => app.stop());

const processor = async (terms: ProcessorChanges = {}) => (await madeProcessor(app, caller.accountId, terms)).id;
const SAMPLE_TERMS: ProcessorChanges = {
  serviceFee: { type: 'flat', value: 350 },
  defaultTax: { type: 'percentage', value: 18_000, include: true },
};
const SURCHARGE: ProcessorChanges = {
  surcharge: { type: 'percentage', value: 3_000, bannedStates: ['CT', 'MA'], exemptBins: ['400005'] },
};
const SAMPLE = {
  amount: 1000,
  subtotal: 1000,
  currency: 'USD',
  payment_method: 'card',
  transaction_type: 'sale',
};
const LINE = { id: '1', status: 'pending', type: 'flat', name: 'Mug', unit_price: 1999, quantity: 2 };
/** Case 3. */
const LINES = [
  { ...LINE, taxable: true, tax_rate: '10.25' },
  { ...LINE, id: '2', unit_price: 500, quantity: 1, freight_amount: 120 },
  { ...LINE, id: '3', unit_price: 9000, quantity: 1, status: 'paid' },
];

const calculate = (processor_id: string, change: object = {}) =>
  caller.call('POST', '/api/calculate/amounts', { processor_id, ...SAMPLE, ...change });
const computed = async (processor_id: string, change: object = {}) => {
  const { status, body, text } = await calculate(processor_id, change);
  if (status !== 200) throw new Error(text);
  return body['data'] as Record<string, unknown>;
};
const refusal = (msg: string) => ({ status: 400, body: failed(`bad request error: ${msg}`) });

it('answers the contract’s sample', async () => {
  const id = await processor(SAMPLE_TERMS);
  const { status, body } = await calculate(id);
  const hidden = { value: 0, display: false };
  expect([status, body]).toEqual([
    200,
    success({
      line_items: null,
      shipping_amount: null,
      discount_amount: null,
      freight_amount: null,
      addon_amount: null,
      duty_amount: null,
      tip_amount: null,
      additional_amounts: null,
      tax_amount: 180,
      national_tax_amount: null,
      local_tax_amount: null,
      service_fee: 350,
      surcharge: null,
      processor_id: id,
      payment_method: 'card',
      included_amounts: {
        shipping_amount: null,
        discount_amount: null,
        duty_amount: null,
        tip_amount: null,
        tax_amount: 180,
        national_tax_amount: null,
        local_tax_amount: null,
        service_fee: 350,
        surcharge: null,
      },
      subtotal: 1000,
      amount: 1000,
      additional_total: 0,
      total: 1530,
      features: { surcharge: false, cash_discount: false, dual_pricing: false, dual_pricing_v2: false },
      display: {
        subtotal: { value: 1000, display: true },
        amount: { value: 1000, display: true },
        shipping: hidden,
        freight: hidden,
        duty: hidden,
        discount: hidden,
        service_fee: { value: 350, display: true },
        surcharge: hidden,
        tax: { value: 180, display: true },
        national_tax: hidden,
        local_tax: hidden,
        tip: hidden,
        total: { value: 1530, display: true },
        consumer_choice: { card: 0, ach: 0, display: false },
      },
      disclaimer: { text: '', html: '', display: false },
    }),
  ]);
});

it('case 2: what is included and what is only told', async () => {
  const { processor_id: _sample, ...adjusters } = AMOUNT_EXAMPLES.adjusters.value;
  expect(await computed(await processor(), adjusters)).toMatchObject({
    total: 11_700,
    discount_amount: 550,
    duty_amount: 700,
    tip_amount: 1500,
    included_amounts: { discount_amount: 300, duty_amount: null, shipping_amount: 500, tip_amount: 1500 },
    display: { duty: { value: 700, display: true }, discount: { value: 550, display: true } },
  });
});

it('case 3: line items, repeated with what each comes to; case 5: no surcharge on bank debit', async () => {
  const id = await processor(SURCHARGE);
  const card = await computed(id, { amount: undefined, line_items: LINES });
  expect(card).toMatchObject({
    amount: 5028,
    surcharge: 151,
    total: 5179,
    freight_amount: 120,
    features: { surcharge: true, cash_discount: false },
    disclaimer: {
      text: expect.stringContaining('surcharge'),
      html: expect.stringMatching(/^<p>.*<\/p>$/),
      display: true,
    },
  });
  expect(card['line_items']).toEqual([
    { ...LINES[0], discount_amount: 0, tax_amount: 410, amount: 4408 },
    { ...LINES[1], discount_amount: 0, tax_amount: 0, amount: 620 },
    { ...LINES[2], discount_amount: 0, tax_amount: 0, amount: 9000 },
  ]);
  const ach = await computed(id, { amount: undefined, line_items: LINES, payment_method: 'ach' });
  expect(ach).toMatchObject({ surcharge: null, total: 5028, disclaimer: { display: false } });
});

it('case 4: tax_exempt', async () => {
  expect(await computed(await processor(SAMPLE_TERMS), { flags: { tax_exempt: true } })).toMatchObject({
    tax_amount: 0,
    national_tax_amount: 0,
    local_tax_amount: 0,
    included_amounts: { tax_amount: null },
    total: 1350,
  });
});

it('a line is repeated with every field that was sent, and without those that were not', async () => {
  const whole = {
    ...LINE,
    description: 'A mug',
    quantity_shipped: 0.5,
    product_code: 'mug-1',
    commodity_code: '48101504',
    unit_of_measure: 'piece',
    alternate_tax_identifier: 'DE 1',
    taxable: true,
    local_tax_rate: '1.00',
    national_tax_rate: '2.5',
    tax_rate: '10.25',
    discount_rate: '10',
    freight_amount: 7,
  };
  const { line_items } = await computed(await processor(), { line_items: [whole, LINE] });
  expect(line_items).toEqual([
    { ...whole, discount_amount: 400, tax_amount: 36 + 90, amount: 3598 + 126 + 7 },
    { ...LINE, discount_amount: 0, tax_amount: 0, amount: 3998 },
  ]);
});

it('no surcharge where the state or the card forbids it', async () => {
  const id = await processor(SURCHARGE);
  for (const change of [{ state: 'MA', country: 'US' }, { cc_bin: '400005665566' }])
    expect(await computed(id, change)).toMatchObject({ surcharge: null, total: 1000 });
  expect(await computed(id, { state: 'IL', cc_bin: '517246700' })).toMatchObject({ surcharge: 30, total: 1030 });
});

it('both prices with dual pricing, and a discount that is told as such', async () => {
  const dual = { ...SURCHARGE, cashDiscount: { type: 'percentage', value: 2_000 }, dualPricing: true } as const;
  const id = await processor(dual);
  expect(await computed(id, { payment_method: 'ach' })).toMatchObject({
    discount_amount: 20,
    total: 980,
    features: { surcharge: true, cash_discount: true, dual_pricing: true, dual_pricing_v2: false },
    display: { consumer_choice: { card: 1030, ach: 980, display: true } },
    disclaimer: { text: expect.stringContaining('discount'), display: true },
  });
  expect(await computed(id, { flags: { skip_consumer_choice: true } })).toMatchObject({
    display: { consumer_choice: { card: 0, ach: 0, display: false } },
  });
});

it('products, every flag, null and empty values, any case of the currency', async () => {
  const id = await processor(SAMPLE_TERMS);
  const products = [
    { id: 'a', name: 'A', price: '1999', local_tax: '10.25', fixed_amount: true, fixed_qty: false },
    { id: 'b', name: 'B', price: '1', description: '', unit_of_measure: null },
  ];
  const flags = {
    skip_cash_discount: true,
    skip_surcharge: true,
    skip_service_fee: true,
    include_default_tax_to_total: false,
    processor_surcharge_fallback: true,
    add_tax_to_total: null,
    tax_exempt: null,
  };
  const change = { amount: null, line_items: null, tip_amount: null, source: '', products, flags, currency: 'jpy' };
  expect(await computed(id, change)).toMatchObject({ amount: 2000, tax_amount: 180 * 2, total: 2000 });
});

it.each(['verification', 'auth', 'authorize', 'sale', 'void', 'refund', 'credit'])(
  'transaction type %s',
  async (type) => {
    expect(await computed(await processor(), { transaction_type: type })).toMatchObject({ total: 1000 });
  },
);

it('every example of the document works', async () => {
  const id = await processor(SURCHARGE);
  for (const { value } of Object.values(AMOUNT_EXAMPLES)) {
    const answer = await caller.call('POST', '/api/calculate/amounts', { ...value, processor_id: id });
    expect(answer.status).toBe(200);
  }
});

it('500 line items are taken, one more is not', async () => {
  const id = await processor();
  const lines = (count: number) => ({
    amount: undefined,
    line_items: Array.from({ length: count }, () => ({ ...LINES[0], unknown: { dropped: true } })),
  });
  expect(await computed(id, lines(500))).toMatchObject({ amount: 4408 * 500 });
  expect(await calculate(id, lines(501))).toMatchObject(refusal('line_items must contain no more than 500 elements'));
});

describe('refused', () => {
  let id: string;
  beforeAll(async () => {
    id = await processor();
  });

  it.each<[object, string]>([
    [{ processor_id: undefined }, 'processor_id is required'],
    [{ processor_id: 'nowhere' }, 'processor_id is unknown'],
    [{ amount: undefined }, 'one of amount, line_items and products is required'],
    [{ amount: null, line_items: [], products: [] }, 'one of amount, line_items and products is required'],
    [{ subtotal: undefined }, 'subtotal is required'],
    [{ amount: '1000' }, 'amount must be an integer number'],
    [{ currency: 'XXX' }, 'currency must be an ISO 4217 code that can be charged'],
    [{ currency: undefined }, 'currency is required'],
    [
      { transaction_type: 'capture' },
      'transaction_type must be one of the following values: verification, auth, authorize, sale, void, refund, credit',
    ],
    [{ payment_method: 'apm' }, 'payment_method must be one of the following values: card, ach'],
    [{ tip_amount: 5 }, 'tip_amount must be an object'],
    [{ tip_amount: [] }, 'tip_amount must be an object'],
    [{ tip_amount: { value: 5 } }, 'tip_amount.type is required'],
    [{ tip_amount: { type: 'flat', value: 0.5 } }, 'tip_amount.value must be an integer number'],
    [{ tip_amount: { type: 'flat', value: 5, include: 'yes' } }, 'tip_amount.include must be a boolean value'],
    [{ addon_amount: { type: 'flat', value: 5 } }, 'addon_amount must be an array'],
    [{ addon_amount: [5] }, 'addon_amount.0 must be an object'],
    [{ addon_amount: [{ type: 'flat', value: 5 }, { type: 'flat' }] }, 'addon_amount.1.value is required'],
    [
      { line_items: [{ ...LINE, quantity: '2' }] },
      'line_items.0.quantity must be a number from 0 to 999999.99 of at most two decimals',
    ],
    [
      { line_items: [{ ...LINE, quantity: 1.005 }] },
      'line_items.0.quantity must be a number from 0 to 999999.99 of at most two decimals',
    ],
    [
      { line_items: [{ ...LINE, tax_rate: 10.25 }] },
      'line_items.0.tax_rate must be a percentage such as 10.25, as a string',
    ],
    [
      { line_items: [{ ...LINE, status: 'open' }] },
      'line_items.0.status must be one of the following values: paid, pending, rejected',
    ],
    [{ line_items: [{ ...LINE, name: '4111 1111 1111 1111' }] }, 'line_items.0.name must not contain a card number'],
    [{ line_items: [{ ...LINE, name: { a: 1 } }] }, 'line_items.0.name must be a string'],
    [
      { products: [{ id: 'a', name: 'A', price: '19.99' }] },
      'products.0.price must be minor units in at most 8 digits',
    ],
    [{ cc_bin: '51724' }, 'cc_bin must have 6 to 19 digits'],
    [{ flags: { tax_exempt: 1 } }, 'flags.tax_exempt must be a boolean value'],
    [
      { amount: 99_999_999, tip_amount: { type: 'flat', value: 1, include: true } },
      'total must not be greater than 99999999',
    ],
    [
      { tip_amount: { type: 'percentage', value: 99_999_999 }, amount: 99_999_999 },
      'tip_amount must not be greater than 99999999',
    ],
  ])('%j: %s', async (change, msg) => {
    expect(await calculate(id, change)).toMatchObject(refusal(msg));
  });

  it('the processor of another account, and a request without a key', async () => {
    const other = await gatewayCaller(app, { account: 'other amounts' });
    const theirs = await madeProcessor(app, other.accountId, SURCHARGE);
    expect(await calculate(theirs.id)).toMatchObject(refusal('processor_id is unknown'));
    expect(await app.http.post('/api/calculate/amounts', SAMPLE)).toMatchObject(unauthorized);
  });
});
