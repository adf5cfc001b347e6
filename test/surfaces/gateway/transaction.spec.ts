import { defaultProcessorId } from '../../../src/modules/merchant/processor.service.js';
import { NO_TERMS } from '../../../src/modules/merchant/processor.types.js';
import { EffectDrain } from '../../../src/modules/payment/effects/effect-drain.js';
import { showTransaction } from '../../../src/commands/admin/transaction-command.js';
import { commandLineActor } from '../../../src/modules/audit/actors.js';
import { ParkedReceiptsService } from '../../../src/modules/payment/effects/parked-receipts.service.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller, notFound } from '../../support/gateway.js';
import { eventually, payments } from '../../support/payments.js';
import { setDefaultFees } from '../../support/processors.js';
import { outbox } from '../../support/webhooks.js';
import { ACCOUNT, act, CARD, cardOf, ledgerOf, process, read, rowOf, saleOf } from '../../support/transactions.js';

let app: TestApp;
let merchant: GatewayCaller;
beforeAll(async () => {
  app = await startTestApp({ env: { RESOLVER_TICK: '1h', CARD_MAX_DECLINES: '0' } });
  merchant = await gatewayCaller(app);
});
afterAll(() => app.stop());

const ADDRESS = {
  first_name: 'John',
  last_name: 'Smith',
  address_line_1: '123 Some St',
  city: 'Wheaton',
  state: 'IL',
  postal_code: '60187',
};
const refused = async (body: object, message: RegExp | string) => {
  const before = await asked();
  const answer = await merchant.call('POST', '/api/transaction', body);
  expect([answer.status, answer.body]).toEqual([
    400,
    failed(typeof message === 'string' ? `bad request error: ${message}` : expect.stringMatching(message)),
  ]);
  expect(await asked()).toBe(before);
};
/** Number of things that were made at Stripe for a request. */
const asked = async () =>
  (await app.simulator.requests()).requests.filter(
    ({ method, path }) =>
      method === 'POST' && /^\/v1\/(payment_intents|payment_methods|setup_intents|customers)$/.test(path),
  ).length;

describe('POST /api/transaction, sale', () => {
  it('charges a card, and answers as the contract shows', async () => {
    const sale = await process(
      merchant,
      saleOf({
        tax_amount: 100,
        shipping_amount: 100,
        currency: 'USD',
        description: 'Order 1001',
        order_id: 'someOrderID',
        po_number: 'somePONumber',
        ip_address: '4.2.2.2',
        email_receipt: false,
        email_address: 'buyer@example.com',
        billing_address: ADDRESS,
      }),
    );
    expect(sale).toEqual({
      id: expect.stringMatching(/^[0-9a-v]{20}$/),
      user_id: merchant.userId,
      type: 'sale',
      amount: 1112,
      base_amount: 0,
      amount_authorized: 1112,
      amount_captured: 1112,
      amount_settled: 0,
      amount_refunded: 0,
      payment_adjustment: 0,
      surcharge: 0,
      service_fee: 0,
      tax_amount: 100,
      tax_exempt: false,
      shipping_amount: 100,
      discount_amount: 0,
      tip_amount: 0,
      currency: 'usd',
      description: 'Order 1001',
      order_id: 'someOrderID',
      po_number: 'somePONumber',
      ip_address: '4.2.2.2',
      email_receipt: false,
      email_address: 'buyer@example.com',
      idempotency_key: '',
      processor_id: expect.stringMatching(/^[0-9a-v]{20}$/),
      processor_type: 'stripe',
      payment_method: 'card',
      payment_type: 'card',
      response: {
        card: {
          id: expect.stringMatching(/^[0-9a-v]{20}$/),
          card_type: 'visa',
          first_six: '424242',
          last_four: '4242',
          masked_card: '424242******4242',
          expiration_date: '12/38',
          status: 'approved',
          response_code: 100,
          auth_code: expect.stringMatching(/^[A-Z0-9]{6}$/),
          processor_response_code: '00',
          processor_response_text: expect.stringMatching(/^APPROVAL [A-Z0-9]{6}$/),
          processor_type: 'stripe',
          processor_id: sale['processor_id'],
          avs_response_code: 'Y',
          cvv_response_code: 'M',
          processor_specific: {},
          created_at: expect.any(String),
          updated_at: expect.any(String),
        },
      },
      response_body: sale['response'],
      response_code: 100,
      status: 'pending_settlement',
      settlement_batch_id: '',
      customer_id: '',
      subscription_id: '',
      referenced_transaction_id: '',
      billing_method: 'straight',
      card_on_file_indicator: '',
      initiated_by: '',
      initial_transaction_id: '',
      stored_credential_indicator: '',
      custom_fields: null,
      line_items: null,
      billing_address: { ...ADDRESS, company: '', address_line_2: '', country: 'US', phone: '', fax: '', email: '' },
      shipping_address: expect.objectContaining({ first_name: '', country: '' }),
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
      captured_at: expect.stringMatching(/Z$/),
      settled_at: null,
    });
    expect((await ledgerOf(app, sale['id'])).charges).toMatchObject([{ amount: 1112, currency: 'usd' }]);
  });

  it('is read as it was answered, in a list of one', async () => {
    const sale = await process(merchant, saleOf());
    const answer = await merchant.call('GET', `/api/transaction/${String(sale['id'])}`);
    expect([answer.status, answer.body]).toEqual([
      200,
      { status: 'success', msg: 'success', total_count: 1, data: [sale] },
    ]);
  });

  it.each([
    ['4000000000000002', 200, 'generic_decline'],
    ['4000000000009995', 202, 'insufficient_funds'],
    ['4000000000009987', 251, 'lost_card'],
    ['4000000000009979', 252, 'stolen_card'],
    ['4000000000000069', 223, 'expired_card'],
    ['4000000000000127', 225, 'incorrect_cvc'],
    ['4000000000000119', 400, 'processing_error'],
    ['4000000000006975', 203, 'card_velocity_exceeded'],
    ['4100000000000019', 310, 'fraudulent'],
    ['4000002760003184', 205, 'authentication_required'],
  ])('%s is declined with %i', async (number, code, reason) => {
    const sale = await process(merchant, saleOf({ payment_method: cardOf(number) }));
    expect(sale).toMatchObject({
      status: 'declined',
      response_code: code,
      amount: 1112,
      amount_authorized: 0,
      amount_captured: 0,
      captured_at: null,
      response: { card: { status: 'declined', response_code: code, processor_response_code: reason, auth_code: '' } },
    });
    expect((await ledgerOf(app, sale['id'])).charges).toEqual([]);
    expect(await read(merchant, sale['id'])).toEqual(sale);
  });

  it('an expiry in the past is a decline, not a refusal', async () => {
    const sale = await process(
      merchant,
      saleOf({ payment_method: cardOf('4242424242424242', { expiration_date: '1220' }) }),
    );
    expect(sale).toMatchObject({ status: 'declined', response_code: 223 });
  });

  it.each([
    ['4000000000000010', 'N', 'M'],
    ['4000000000000028', 'Z', 'M'],
    ['4000000000000036', 'A', 'M'],
    ['4000000000000044', 'U', 'M'],
  ])('%s is approved with AVS %s and CVV %s', async (number, avs, cvv) => {
    const sale = await process(merchant, saleOf({ payment_method: cardOf(number), billing_address: ADDRESS }));
    expect(sale).toMatchObject({
      response_code: 100,
      response: { card: { avs_response_code: avs, cvv_response_code: cvv } },
    });
  });

  it('charges a bank account', async () => {
    const sale = await process(merchant, saleOf({ payment_method: ACCOUNT }));
    expect(sale).toMatchObject({
      status: 'pending_settlement',
      response_code: 100,
      payment_method: 'ach',
      payment_type: 'echeck',
      response: {
        ach: {
          account_type: 'checking',
          masked_account_number: '****6789',
          routing_number: '110000000',
          sec_code: 'web',
        },
      },
    });
  });

  it('charges a token', async () => {
    const sale = await process(merchant, saleOf({ payment_method: { token: 'pm_card_mastercard' } }));
    expect(sale).toMatchObject({
      response_code: 100,
      payment_method: 'token',
      payment_type: 'card',
      response: { card: { card_type: 'mastercard', masked_card: '************4444', first_six: '' } },
    });
    const once = await process(merchant, saleOf({ payment_method: { token: 'tok_visa' } }));
    expect(once).toMatchObject({ response_code: 100, response: { card: { card_type: 'visa', last_four: '4242' } } });
    await refused(saleOf({ payment_method: { token: 'pm_unknown' } }), 'payment_method.token is unknown');
  });

  it('makes a customer of the vault with an approval, and charges them', async () => {
    const first = await process(merchant, saleOf({ create_vault_record: true, billing_address: ADDRESS }));
    expect(first['customer_id']).toMatch(/^[0-9a-f-]{36}$/);
    const customer = await merchant.call('GET', `/api/vault/${String(first['customer_id'])}`);
    expect(customer.body['data']).toMatchObject({ id: first['customer_id'] });
    const again = await process(merchant, saleOf({ payment_method: { customer: { id: first['customer_id'] } } }));
    expect(again).toMatchObject({
      response_code: 100,
      payment_method: 'customer',
      payment_type: 'card',
      customer_id: first['customer_id'],
      billing_address: { first_name: 'John', address_line_1: '123 Some St', city: 'Wheaton' },
      response: { card: { masked_card: '424242******4242' } },
    });
    const declined = await process(
      merchant,
      saleOf({ create_vault_record: true, payment_method: cardOf('4000000000000002') }),
    );
    expect(declined).toMatchObject({ status: 'declined', customer_id: '' });
  });

  it.each([
    [{ amount: undefined }, 'one of amount and base_amount is required'],
    [{ base_amount: 5 }, 'only one of amount and base_amount may be sent'],
    [{ amount: 0 }, 'amount must not be less than 1'],
    [{ amount: 10.5 }, /amount must be an integer/],
    [{ amount: '1000' }, /amount must be an integer/],
    [{ type: undefined }, /type is required/],
    [{ type: 'refund' }, /type must be one of/],
    [{ payment_method: undefined }, /payment_method must have exactly one of/],
    [{ payment_method: { ...CARD, token: 'pm_card_visa' } }, /payment_method must have exactly one of/],
    [{ payment_method: cardOf('4242424242424241') }, /payment_method.card.number must be a card number/],
    [{ idempotency_key: 'not-a-uuid' }, /idempotency_key must be a UUID/],
    [{ order_id: 'x'.repeat(16) }, /order_id/],
    [{ order_id: 'a-b' }, /order_id must consist of letters and digits/],
    [{ email_receipt: true }, 'email_address is required with email_receipt'],
    [{ card_on_file_indicator: 'C' }, 'initiated_by is required'],
    [{ initiated_by: 'merchant', stored_credential_indicator: 'stored' }, /stored_credential_indicator must be used/],
    [{ subscriptions: [{ plan: 'x' }] }, /subscriptions/],
    [{ processor_id: 'unknown' }, 'processor_id is unknown'],
    [{ billing_address: { postal_code: '6018' } }, 'invalid Postal Code'],
    [{ currency: 'xyz' }, /currency/],
    [{ payment_method: { customer: { id: 'nobody' } } }, 'payment_method.customer.id is unknown'],
  ])('%j is refused, and nothing changes', async (over, message) => {
    await refused(saleOf(over), message);
  });
});

describe('authorize, capture, void', () => {
  const authorize = (over: object = {}) => process(merchant, saleOf({ type: 'authorize', amount: 10_000, ...over }));

  it('holds the money, takes a part of it, and releases the rest', async () => {
    const held = await authorize();
    expect(held).toMatchObject({
      status: 'authorized',
      response_code: 100,
      amount_authorized: 10_000,
      amount_captured: 0,
      captured_at: null,
    });
    const captured = await act(merchant, held['id'], 'capture', { amount: 7500, tax_amount: 500 });
    expect(captured.body['data']).toMatchObject({
      id: held['id'],
      type: 'authorize',
      amount: 10_000,
      amount_authorized: 10_000,
      amount_captured: 7500,
      tax_amount: 500,
      status: 'pending_settlement',
      response_code: 100,
      captured_at: expect.any(String),
    });
    const twice = await act(merchant, held['id'], 'capture', {});
    expect([twice.status, twice.body]).toEqual([400, failed('bad request error: invalid transaction status')]);
    expect((await ledgerOf(app, held['id'])).charges).toMatchObject([{ amount: 7500 }]);
  });

  it('captures all with an empty body, or none', async () => {
    const held = await authorize();
    expect((await act(merchant, held['id'], 'capture')).body['data']).toMatchObject({ amount_captured: 10_000 });
  });

  it('does not capture more than is held', async () => {
    const held = await authorize();
    const answer = await act(merchant, held['id'], 'capture', { amount: 10_001 });
    expect([answer.status, answer.body]).toEqual([400, failed('bad request error: amount must be from 1 to 10000')]);
  });

  it('a void of what is held reverses it', async () => {
    const held = await authorize();
    const answer = await act(merchant, held['id'], 'void');
    expect([answer.status, answer.body]).toEqual([200, { status: 'success', msg: 'success', data: null }]);
    expect(await read(merchant, held['id'])).toMatchObject({ status: 'reversed', amount_captured: 0 });
    expect((await act(merchant, held['id'], 'void')).status).toBe(400);
    expect((await rowOf(app, held['id'])).asked).toBeNull();
  });

  it('a void of a sale gives the money back', async () => {
    const sale = await process(merchant, saleOf());
    expect((await act(merchant, sale['id'], 'void')).status).toBe(200);
    expect(await read(merchant, sale['id'])).toMatchObject({ status: 'voided' });
    expect((await ledgerOf(app, sale['id'])).refunds).toMatchObject([{ amount: 1112 }]);
    expect((await act(merchant, sale['id'], 'void')).status).toBe(400);
    expect((await act(merchant, sale['id'], 'refund')).status).toBe(400);
  });
});

describe('verification and credit', () => {
  it('verifies a card without money', async () => {
    const good = await process(merchant, { type: 'verification', payment_method: CARD, billing_address: ADDRESS });
    expect(good).toMatchObject({
      type: 'verification',
      status: 'settled',
      response_code: 100,
      amount: 0,
      amount_settled: 0,
      response: { card: { avs_response_code: 'Y', cvv_response_code: 'M' } },
    });
    const bad = await process(merchant, { type: 'verification', payment_method: cardOf('4000000000000002') });
    expect(bad).toMatchObject({ status: 'declined', response_code: 200 });
    await refused({ type: 'verification', amount: 5, payment_method: CARD }, 'amount must be 0 in a verification');
  });

  it('declines a credit with 410', async () => {
    const credit = await process(merchant, saleOf({ type: 'credit' }));
    expect(credit).toMatchObject({ status: 'declined', response_code: 410, amount: 1112, amount_captured: 0 });
  });
});

describe('who may', () => {
  it('needs the permission of the type', async () => {
    const cashier = await gatewayCaller(app, { role: 'standard', permissions: { process_sale: true } });
    expect((await cashier.call('POST', '/api/transaction', saleOf())).status).toBe(200);
    const held = await cashier.call('POST', '/api/transaction', saleOf({ type: 'authorize' }));
    expect([held.status, held.body]).toEqual([403, failed('forbidden: missing permission process_authorization')]);
  });

  it('sees its own, or all with the permission; another account sees nothing', async () => {
    const sale = await process(merchant, saleOf());
    const path = `/api/transaction/${String(sale['id'])}`;
    const stranger = await gatewayCaller(app, { account: 'other' });
    const colleague = await gatewayCaller(app, { role: 'standard', permissions: {} });
    const reader = await gatewayCaller(app, { role: 'standard', permissions: { view_others_transactions: true } });
    expect(await stranger.call('GET', path)).toMatchObject(notFound);
    expect(await colleague.call('GET', path)).toMatchObject(notFound);
    expect((await reader.call('GET', path)).status).toBe(200);
    expect(await stranger.call('POST', `${path}/void`)).toMatchObject(notFound);
  });
});

describe('the processor', () => {
  const surcharge = { type: 'percentage', value: 3_000, bannedStates: ['CT', 'MA'], exemptBins: [] } as const;
  afterEach(() => setDefaultFees(app, merchant.accountId, { ...NO_TERMS }));

  /** Contract 5.1.2, worked. */
  it.each([
    [
      { amount: 1112, tax_amount: 100, shipping_amount: 100 },
      { amount: 1112, surcharge: 0 },
    ],
    [{ base_amount: 1000 }, { amount: 1030, base_amount: 1000, surcharge: 30 }],
    [
      { base_amount: 1299, payment_adjustment: { type: 'percentage', value: 3500 } },
      { amount: 1344, payment_adjustment: 45, surcharge: 0 },
    ],
    [
      { amount: 1500, payment_adjustment: { type: 'flat', value: 199 } },
      { amount: 1500, payment_adjustment: 199 },
    ],
    [
      { base_amount: 1000, billing_address: { state: 'CT' } },
      { amount: 1000, surcharge: 0 },
    ],
  ])('%j is charged as %j', async (sent, told) => {
    await setDefaultFees(app, merchant.accountId, { surcharge });
    const sale = await process(merchant, { type: 'sale', payment_method: CARD, ...sent });
    expect(sale).toMatchObject({ ...told, response_code: 100 });
    expect((await ledgerOf(app, sale['id'])).charges).toMatchObject([{ amount: told.amount }]);
  });

  it('a flat surcharge of 350 on 1000 is 1350', async () => {
    await setDefaultFees(app, merchant.accountId, { surcharge: { ...surcharge, type: 'flat', value: 350 } });
    expect(await process(merchant, { type: 'sale', base_amount: 1000, payment_method: CARD })).toMatchObject({
      amount: 1350,
      surcharge: 350,
    });
  });

  it('charges the answer of an amount calculation', async () => {
    const terms = {
      defaultTax: { type: 'percentage', value: 18_000, include: true },
      serviceFee: { type: 'flat', value: 350 },
    } as const;
    await setDefaultFees(app, merchant.accountId, terms);
    const { data: amounts } = (
      await merchant.call('POST', '/api/calculate/amounts', {
        ...{ processor_id: defaultProcessorId(merchant.accountId), amount: 1000, subtotal: 1000, currency: 'USD' },
        ...{ payment_method: 'card', transaction_type: 'sale' },
      })
    ).body as { data: Record<string, unknown> };
    const sale = await process(merchant, { type: 'sale', amounts, payment_method: CARD });
    expect(sale).toMatchObject({ amount: 1530, response_code: 100 });
    await refused({ type: 'sale', amounts, amount: 1529, payment_method: CARD }, 'amount must be amounts.total');
    const wrong = { ...amounts, total: 1531 };
    await refused({ type: 'sale', amounts: wrong, payment_method: CARD }, 'amounts.total must be the sum of its parts');
  });

  it('may want a CVC, and may charge some kinds only', async () => {
    await setDefaultFees(app, merchant.accountId, { cvcRequired: true, methods: ['card'] });
    await refused(
      saleOf({ payment_method: cardOf('4242424242424242', { cvc: undefined }) }),
      'payment_method.card.cvc is required',
    );
    await refused(saleOf({ payment_method: ACCOUNT }), 'the processor charges no ach');
    expect((await process(merchant, saleOf()))['response_code']).toBe(100);
  });
});

describe('health accounts', () => {
  const health = (hsa: object, over: object = {}) =>
    saleOf({ amount: 6200, iias_status: 'verified', additional_amounts: { hsa }, ...over });

  it('are charged within the amount', async () => {
    const sale = await process(merchant, health({ total: 5000, rx_amount: 3000, vision_amount: 2000 }));
    expect(sale).toMatchObject({ amount: 6200, response_code: 100 });
  });

  it.each([
    [{ total: 5000, rx_amount: 4000, vision_amount: 2000 }, {}, /must not be less than the sum of its parts/],
    [{ total: 6201 }, {}, /must not be greater than the amount/],
    [{ total: 5000 }, { iias_status: undefined }, /iias_status is required/],
  ])('%j %j is refused', async (hsa, over, message) => {
    await refused(health(hsa, over), message);
  });
});

it('takes what real clients send: explicit nulls, unknown fields, blanks around an order, texts for flags', async () => {
  const nulls = Object.fromEntries(
    `idempotency_key base_amount tax_exempt tax_amount shipping_amount discount_amount tip_amount description po_number
     processor_id ip_address allow_partial_payment email_receipt email_address create_vault_record vendor_id billing_method
     summary_commodity_code ship_from_postal_code payment_adjustment shipping_address group_name custom_fields iias_status
     additional_amounts line_items processor_specific descriptor subscriptions card_on_file_indicator initiated_by
     initial_transaction_id stored_credential_indicator amounts`
      .split(/\s+/)
      .map((name) => [name, null]),
  );
  const sale = await process(
    merchant,
    saleOf({
      ...nulls,
      order_id: '  order 1001 ',
      email_receipt: 'false',
      sandbox: true,
      billing_address: { first_name: null },
    }),
  );
  expect(sale).toMatchObject({
    response_code: 100,
    order_id: 'order 1001',
    email_receipt: false,
    ip_address: '127.0.0.1',
  });
});

it('sends a receipt where it is asked for, once', async () => {
  const sale = await process(
    merchant,
    saleOf({ email_receipt: true, email_address: 'payer@example.com', order_id: 'A1', billing_address: ADDRESS }),
  );
  await eventually(async () => {
    await app.app.get(EffectDrain, { strict: false }).pass();
    const mail = outbox(app)
      .map(({ eml }) => eml)
      .filter((eml) => eml.includes('payer@example.com'));
    expect(mail).toHaveLength(1);
    expect(mail[0]).toContain(`Transaction:  ${String(sale['id'])}`);
    expect(mail[0]).toContain('11.12 USD');
    expect(mail[0]).toContain('visa ending in 4242');
  });
});

it('npm run admin -- transaction tells the whole story, by any of its ids', async () => {
  const sale = await process(merchant, saleOf({ order_id: 'A2' }));
  await act(merchant, sale['id'], 'void');
  const { providerPaymentId = '' } = (await payments(app).findById((await rowOf(app, sale['id'])).paymentId)) ?? {};
  const receipts = app.app.get(ParkedReceiptsService, { strict: false });
  await expect(receipts.retry(commandLineActor(), providerPaymentId)).rejects.toMatchObject({
    code: 'payment_not_found',
  });
  const story = (id: unknown) => showTransaction(app.app, { id: String(id) }) as Promise<Record<string, unknown>>;
  const told = await story(sale['id']);
  expect(told).toMatchObject({ account_id: merchant.accountId, transactions: [{ id: sale['id'], status: 'voided' }] });
  expect((told['stripe_keys'] as { key: string }[]).map(({ key }) => key)).toEqual([
    `transaction:${String(sale['id'])}:method:0`,
    `${String(told['payment_id'])}:create:0`,
    `${String(told['payment_id'])}:confirm:1:0`,
    `${String(told['payment_id'])}:refund:void-${String(sale['id'])}:0`,
  ]);
  const whats = (told['story'] as { what: string }[]).map(({ what }) => what);
  expect(whats).toContain('attempt 1: succeeded');
  expect(whats).toContainEqual(
    expect.stringMatching(
      new RegExp(`^receipts.retry of ${providerPaymentId} by command_line \\S+: refused \\(payment_not_found\\)$`),
    ),
  );
  expect(whats).toContain(`${String(sale['id'])} is voided`);
  expect((await story(told['payment_intent']))['transactions']).toEqual(told['transactions']);
  expect((await story(told['payment_id']))['payment_intent']).toBe(told['payment_intent']);
  await expect(story('nothing')).rejects.toMatchObject({ code: 'transaction_not_found' });
});
