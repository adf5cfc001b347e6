import { randomUUID } from 'node:crypto';
import { EffectDrain } from '../../../src/modules/payment/effects/effect-drain.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { CASES_SEED, drawnOf } from '../../support/drawn-cases.js';
import { type GatewayCaller, gatewayCaller } from '../../support/gateway.js';
import { HOUR, MINUTE, payments, resolve, secret } from '../../support/payments.js';
import {
  act,
  type Body,
  cardOf,
  finish,
  ledgerOf,
  process,
  read,
  rowOf,
  rows,
  saleOf,
} from '../../support/transactions.js';
import { vaultCustomers } from '../../support/vault.js';

jest.setTimeout(90_000);

let app: TestApp;
let merchant: GatewayCaller;
let other: GatewayCaller;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false, env: { RESOLVER_TICK: '1h', CARD_MAX_DECLINES: '0' } });
  merchant = await gatewayCaller(app);
  other = await gatewayCaller(app, { account: 'other' });
});
afterAll(() => app.stop());
afterEach(() => app.simulator.clearFaults());

async function recordOfRow(id: unknown) {
  const { paymentId } = await rowOf(app, id);
  return payments(app).findById(paymentId).lean().exec();
}
const intentOf = async (id: unknown) => String((await recordOfRow(id))?.providerPaymentId);
const settle = (id: unknown, over: object = {}) =>
  rows(app).collection.updateOne({ _id: id } as never, {
    $set: { status: 'settled', settledMinor: 1112, settledAt: new Date(), ...over },
  });
const saved = async (of: GatewayCaller, number = '4242424242424242') => {
  const made = await of.call('POST', '/api/vault/customer', {
    default_payment: { card: { number, expiration_date: '12/38', cvc: '123' } },
  });
  if (made.status !== 200) throw new Error(made.text);
  const id = (made.body['data'] as { id: string }).id;
  const record = await vaultCustomers(app).findOne({ customerId: id }).lean().exec();
  return { id, record: record!, pm: record!.methods[0]!.providerMethodId, cus: record!.providerCustomerId! };
};

describe('a token that is a saved method', () => {
  it('of another account is not charged', async () => {
    const { pm } = await saved(other);
    const answer = await merchant.call('POST', '/api/transaction', saleOf({ payment_method: { token: pm } }));
    expect([answer.status, (answer.body['data'] as Body | undefined)?.['status']]).toEqual([400, undefined]);
  });

  it('a decline with create_vault_record does not delete the Customer that has it', async () => {
    const { pm, cus } = await saved(other, '4000000000000341');
    const sale = await process(merchant, saleOf({ create_vault_record: true, payment_method: { token: pm } })).catch(
      () => null,
    );
    const found = (await secret(app).customers.retrieve(cus)) as { deleted?: boolean };
    expect([sale?.['status'], found.deleted]).toEqual([sale?.['status'], undefined]);
  });

  it('an approval with create_vault_record does not make two customers of one Customer', async () => {
    const { pm, id, cus } = await saved(merchant);
    const refusedSale = saleOf({ create_vault_record: true, payment_method: { token: pm } });
    expect((await merchant.call('POST', '/api/transaction', refusedSale)).status).toBe(400);
    const sharing = await vaultCustomers(app).find({ providerCustomerId: cus }).lean().exec();
    const again = await merchant.call('POST', '/api/transaction', saleOf({ payment_method: { customer: { id } } }));
    expect([sharing.length, (again.body['data'] as Body | undefined)?.['status']]).toEqual([1, 'pending_settlement']);
  });

  it('that is locked is declined as by its customer', async () => {
    const { pm, record } = await saved(merchant);
    await vaultCustomers(app).collection.updateOne({ _id: record._id } as never, {
      $set: { 'methods.0.flags': ['locked_security'] },
    });
    const byCustomer = await process(merchant, saleOf({ payment_method: { customer: { id: record.customerId } } }));
    expect(byCustomer['response_code']).toBe(300);
    const answer = await merchant.call('POST', '/api/transaction', saleOf({ payment_method: { token: pm } }));
    expect((answer.body['data'] as Body | undefined)?.['response_code']).not.toBe(100);
  });
});

describe('void', () => {
  it('of what was refunded in the dashboard, and is known, comes to an end', async () => {
    const sale = await process(merchant, saleOf());
    await secret(app).refunds.create({ payment_intent: await intentOf(sale['id']) });
    const { PaymentRefunder } = await import('../../../src/modules/payment/provider/payment-refunder.js');
    await app.app.get(PaymentRefunder, { strict: false }).list((await recordOfRow(sale['id'])) as never);
    const answer = await act(merchant, sale['id'], 'void');
    for (let n = 0; n < 3; n++) {
      await app.advance(HOUR);
      await resolve(app);
      await finish(app);
    }
    const { status, asked, nextCheckAt } = await rowOf(app, sale['id']);
    expect([answer.status, status, asked, nextCheckAt]).toEqual([200, 'voided', null, null]);
  });

  it.each([0, 500])('of what was refunded (%i, 0 is all) in the dashboard, and is not known', async (amount) => {
    const sale = await process(merchant, saleOf());
    await secret(app).refunds.create({ payment_intent: await intentOf(sale['id']), ...(amount ? { amount } : {}) });
    const answer = await act(merchant, sale['id'], 'void');
    const { status } = await rowOf(app, sale['id']);
    const sum = (await ledgerOf(app, sale['id'])).refunds.reduce((all, one) => all + Number(one['amount']), 0);
    expect([answer.status, status, sum]).toEqual([200, 'voided', 1112]);
  });

  it('of what was refunded in part, and is known, gives back the rest', async () => {
    const sale = await process(merchant, saleOf());
    await secret(app).refunds.create({ payment_intent: await intentOf(sale['id']), amount: 500 });
    const { PaymentRefunder } = await import('../../../src/modules/payment/provider/payment-refunder.js');
    await app.app.get(PaymentRefunder, { strict: false }).list((await recordOfRow(sale['id'])) as never);
    const answer = await act(merchant, sale['id'], 'void');
    const { status, asked } = await rowOf(app, sale['id']);
    const sum = (await ledgerOf(app, sale['id'])).refunds.reduce((all, one) => all + Number(one['amount']), 0);
    expect([answer.status, status, asked, sum]).toEqual([200, 'voided', null, 1112]);
  });

  it('that Stripe refused once may be tried again', async () => {
    const sale = await process(merchant, saleOf());
    await app.simulator.fault({ method: 'POST', path: '/v1/refunds', nth: 1 }, {
      type: 'status',
      status: 400,
      code: 'balance_insufficient',
    } as never);
    const first = await act(merchant, sale['id'], 'void');
    await app.simulator.clearFaults();
    const second = await act(merchant, sale['id'], 'void');
    expect([first.status, second.status, (await rowOf(app, sale['id'])).status]).toEqual([400, 200, 'voided']);
  });

  it('of a hold that was captured in the dashboard, before its news came, tells the truth', async () => {
    const held = await process(merchant, saleOf({ type: 'authorize' }));
    await secret(app).paymentIntents.capture(await intentOf(held['id']));
    await app.advance(HOUR);
    await resolve(app);
    const before = (await rowOf(app, held['id'])).status;
    const answer = await act(merchant, held['id'], 'void');
    await app.app.get(EffectDrain, { strict: false }).pass();
    await finish(app);
    const { status, capturedMinor, refundedMinor } = await rowOf(app, held['id']);
    const { refunds } = await ledgerOf(app, held['id']);
    // Either the sale stands, and nothing is given back, or it is voided.
    expect({
      before,
      answer: answer.status,
      status,
      capturedMinor,
      refundedMinor,
      refunds: refunds.length,
    }).not.toMatchObject({
      status: 'pending_settlement',
      refunds: 1,
    });
  });
});

describe('refund', () => {
  it('of a refund is refused', async () => {
    const sale = await process(merchant, saleOf());
    await settle(sale['id']);
    const refund = (await act(merchant, sale['id'], 'refund', { amount: 400 })).body['data'] as Body;
    await settle(refund['id'], { settledMinor: 400 });
    const answer = await act(merchant, refund['id'], 'refund');
    expect([answer.status, (await ledgerOf(app, sale['id'])).refunds.length]).toEqual([400, 1]);
  });
});

it('a verification of a saved method changes nothing at Stripe', async () => {
  const { id, cus } = await saved(merchant);
  const before = (await secret(app).paymentMethods.list({ customer: cus })).data.map((one) => one.id);
  const verified = await process(
    merchant,
    saleOf({ type: 'verification', amount: 0, payment_method: { customer: { id } } }),
  );
  const after = (await secret(app).paymentMethods.list({ customer: cus })).data.map((one) => one.id);
  const sale = await process(merchant, saleOf({ payment_method: { customer: { id } } }));
  expect([verified['response_code'], sale['response_code'], after]).toEqual([100, 100, before]);
});

it('a refund that fails after its own row was settled is told', async () => {
  const sale = await process(merchant, saleOf({ payment_method: cardOf('4000000000005126') }));
  await settle(sale['id']);
  const refund = (await act(merchant, sale['id'], 'refund')).body['data'] as Body;
  await settle(refund['id'], { settledMinor: 0 });
  const { PaymentRefunder } = await import('../../../src/modules/payment/provider/payment-refunder.js');
  for (let n = 0; n < 3; n++) {
    await app.advance(48 * HOUR);
    await app.app.get(PaymentRefunder, { strict: false }).list((await recordOfRow(sale['id'])) as never);
    await resolve(app);
    await app.app.get(EffectDrain, { strict: false }).pass();
    await finish(app);
  }
  const [original, back] = [await rowOf(app, sale['id']), await rowOf(app, refund['id'])];
  expect([original.status, original.refundedMinor, back.status]).toEqual(['settled', 0, 'declined']);
});

describe('texts', () => {
  const apm = (over: object) => ({
    type: 'sale',
    amount: 1112,
    payment_method: {
      apm: {
        type: 'alipay',
        merchant_redirect_url: 'https://shop.example.com/back',
        locale: 'en-US',
        mobile_view: false,
        ...over,
      },
    },
  });
  it.each([
    ['a descriptor cut within a character', saleOf({ descriptor: { name: `${'a'.repeat(21)}😀bc` } })],
    ['a descriptor of other letters', saleOf({ descriptor: { name: 'Łódź Café A' } })],
    [
      'a short descriptor of a bank account',
      saleOf({
        descriptor: { name: 'A' },
        payment_method: {
          ach: {
            routing_number: '110000000',
            account_number: '000123456789',
            sec_code: 'web',
            account_type: 'checking',
          },
        },
      }),
    ],
    ['half a character in an address of a page', apm({ merchant_redirect_url: 'https://shop.example.com/\ud83d' })],
    ['NUL in an address of a page', apm({ merchant_redirect_url: 'https://shop.example.com/\u0000' })],
    ['a broken address of a page', apm({ merchant_redirect_url: 'http://[' })],
    [
      'names of custom fields',
      saleOf({ custom_fields: { $where: ['x'], 'a.b': ['y'], '': ['z'], constructor: ['c'] } }),
    ],
    [
      'custom fields named proto',
      JSON.parse(
        '{"type":"sale","amount":1112,"payment_method":{"token":"pm_card_visa"},"custom_fields":{"__proto__":["x"]}}',
      ),
    ],
  ])('%s: no 500, and an answer', async (_what, body) => {
    const answer = await merchant.call('POST', '/api/transaction', body);
    const data = answer.body['data'] as Body | undefined;
    expect([
      answer.status < 500,
      answer.status === 200 ? data?.['response_code'] : 'refused',
      answer.text.slice(0, 150),
    ]).toEqual([true, expect.anything(), expect.anything()]);
    expect([100, 99, undefined]).toContain(data?.['response_code']);
  });

  it.each([
    ['an address of a page', apm({ merchant_redirect_url: 'https://shop.example.com/?card=4242424242424242' })],
    ['consumer_ref', apm({ consumer_ref: '4242424242424242' })],
    ['a zone of an IP address', saleOf({ ip_address: 'fe80::1%4242424242424242' })],
    [
      'cavv',
      saleOf({
        payment_method: cardOf('4012888888881881', { cardholder_authentication: { cavv: '4242424242424242AAAA' } }),
      }),
    ],
    ['the name of a custom field', saleOf({ custom_fields: { '4242 4242 4242 4242': ['x'] } })],
    [
      'a track',
      saleOf({ payment_method: cardOf('4012888888881881', { track_2: ';4242424242424242=38121010000012300000?' }) }),
    ],
  ])('no card number is stored from %s', async (_what, body) => {
    await merchant.call('POST', '/api/transaction', body);
    const all = JSON.stringify([
      await rows(app).find().lean().exec(),
      await rows(app).db.collection('transaction_keys').find().toArray(),
      await rows(app).db.collection('payments').find().toArray(),
    ]);
    const holds = all.includes('4242424242424242');
    if (holds) {
      await rows(app).deleteMany({});
      await rows(app).db.collection('payments').deleteMany({});
    }
    expect(holds).toBe(false);
  });
});

describe('keys', () => {
  it('a key stays taken while its outcome is unknown, also after the store has forgotten the claim', async () => {
    const body = saleOf({ idempotency_key: randomUUID() });
    await app.simulator.fault(
      { method: 'POST', path: '/v1/payment_intents/*/confirm', times: 0 },
      { type: 'drop_after_effect' },
    );
    await app.simulator.fault({ method: 'GET', path: '/v1/payment_intents/*', times: 0 }, { type: 'drop_before' });
    const first = await process(merchant, body);
    expect(first['status']).toBe('unknown');
    await app.advance(66 * MINUTE);
    await rows(app)
      .db.collection('transaction_keys')
      .deleteMany({ expireAt: { $lt: new Date(app.clock.now()) } });
    await app.simulator.clearFaults();
    const second = await merchant.call('POST', '/api/transaction', body);
    await app.advance(11 * MINUTE);
    await resolve(app);
    await finish(app);
    const charged = [first['id'], (second.body['data'] as Body | undefined)?.['id']];
    const charges = await Promise.all(
      charged.filter(Boolean).map(async (id) => (await ledgerOf(app, id)).charges.length),
    );
    expect(charges.reduce((sum, one) => sum + one, 0)).toBe(1);
  });

  it('a repeat of what the resolver has half ended is answered', async () => {
    const { ChargeService } = await import('../../../src/modules/payment/charge/charge.service.js');
    const body = saleOf({ idempotency_key: randomUUID() });
    await app.simulator.fault({ method: 'POST', path: '/v1/payment_methods', times: 0 }, { type: 'drop_before' });
    const first = await process(merchant, body);
    await app.simulator.clearFaults();
    await rows(app).collection.updateOne({ _id: first['id'] } as never, {
      $set: { status: 'unknown', responseCode: 0 },
    });
    const { TransactionPayments } =
      await import('../../../src/modules/transaction/record/transaction-payments.service.js');
    const named = app.app.get(TransactionPayments, { strict: false }).named(await rowOf(app, first['id']));
    await app.app.get(ChargeService, { strict: false }).end({ ...named, amountMinor: 1112, currency: 'usd' });
    const again = await merchant.call('POST', '/api/transaction', body);
    expect([again.status, (again.body['data'] as Body | undefined)?.['status'], again.text.slice(0, 120)]).toEqual([
      200,
      'declined',
      expect.anything(),
    ]);
  });
});

it('a page that could not be read at first is told later', async () => {
  await app.simulator.fault({ method: 'GET', path: '/v1/payment_intents/*', times: 0 }, { type: 'drop_before' });
  const body = {
    type: 'sale',
    amount: 1112,
    idempotency_key: randomUUID(),
    payment_method: {
      apm: { type: 'alipay', merchant_redirect_url: 'https://shop.example.com/b', locale: 'en-US', mobile_view: false },
    },
  };
  const sale = await process(merchant, body);
  await app.simulator.clearFaults();
  await process(merchant, body);
  await app.advance(HOUR);
  await resolve(app);
  await app.app.get(EffectDrain, { strict: false }).pass();
  await finish(app);
  const seen = await read(merchant, sale['id']);
  expect([seen['status'], (seen['response'] as { apm: { redirect_url: string } }).apm.redirect_url]).toEqual([
    'pending',
    expect.stringMatching(/^http/),
  ]);
});

it('empty texts are as if they were not sent', async () => {
  const body = {
    ...saleOf(),
    idempotency_key: '',
    currency: '',
    description: '',
    order_id: '',
    po_number: '',
    processor_id: '',
    ip_address: '',
    email_address: '',
    vendor_id: '',
    billing_method: '',
    summary_commodity_code: '',
    ship_from_postal_code: '',
    group_name: '',
    iias_status: '',
    card_on_file_indicator: '',
    initiated_by: '',
    initial_transaction_id: '',
    stored_credential_indicator: '',
    billing_address: { first_name: '', country: '', email: '', phone: '', postal_code: '', state: '' },
    shipping_address: { country: '', email: '' },
    payment_method: {
      token: '',
      card: {
        entry_type: '',
        number: '4242424242424242',
        expiration_date: '12/38',
        cvc: '',
        track_1: '',
        ksn: '',
        cardholder_authentication: { eci: '', cavv: '', version: '', ds_transaction_id: '' },
      },
    },
    line_items: [{ name: '', quantity: '', tax_rate: '', unit_of_measure: '' }],
    descriptor: { name: '', state: '' },
  };
  const answer = await merchant.call('POST', '/api/transaction', body);
  expect([answer.status, answer.text.slice(0, 300)]).toEqual([200, expect.anything()]);
  const held = await process(merchant, saleOf({ type: 'authorize' }));
  const captured = await act(merchant, held['id'], 'capture', {
    order_id: '',
    po_number: '',
    ip_address: '',
    tax_exempt: '',
  });
  expect([captured.status, captured.text.slice(0, 200)]).toEqual([200, expect.anything()]);
});

const STRANGE: unknown[] = [
  [],
  {},
  [[]],
  [{}],
  true,
  0,
  -1,
  1e21,
  1.5,
  'x',
  '\ud800',
  '\u0000',
  '４２',
  '٣',
  { __x: 1 },
  { length: 1 },
  [null],
  { constructor: { a: 1 } },
  { toString: 1 },
  { then: 1 },
  'x'.repeat(5000),
  { a: { b: { c: { d: [] } } } },
];
it(`no field takes a 500 (VAULT_SEED=${CASES_SEED})`, async () => {
  const fields = [
    'idempotency_key',
    'type',
    'amount',
    'base_amount',
    'tax_exempt',
    'tax_amount',
    'currency',
    'description',
    'order_id',
    'processor_id',
    'ip_address',
    'email_receipt',
    'email_address',
    'create_vault_record',
    'billing_method',
    'payment_adjustment',
    'payment_method',
    'billing_address',
    'shipping_address',
    'custom_fields',
    'additional_amounts',
    'line_items',
    'descriptor',
    'subscriptions',
    'amounts',
    'initial_transaction_id',
    'payment_method.card',
    'payment_method.ach',
    'payment_method.customer',
    'payment_method.token',
    'payment_method.terminal',
    'payment_method.apm',
    'payment_method.customer.id',
    'payment_method.card.number',
    'payment_method.card.track_1',
    'payment_method.card.cvc',
    'payment_method.terminal.id',
    'amounts.included_amounts',
    'additional_amounts.hsa',
    'line_items.0',
    'custom_fields.a',
    'payment_adjustment.value',
    'billing_address.email',
    'billing_address.phone',
  ];
  const bad: string[] = [];
  for (const field of fields)
    for (const value of drawnOf(STRANGE, 0.3)) {
      const body: Record<string, unknown> = { type: 'sale', amount: 1112, payment_method: { token: 'pm_card_visa' } };
      const parts = field.split('.');
      if (parts[0] === 'payment_method' && parts.length > 1) body['payment_method'] = {};
      let at = body;
      parts.forEach((part, n) => {
        if (n === parts.length - 1) at[part] = value;
        else {
          const next = at[part] ?? (parts[n + 1] === '0' ? [] : {});
          at[part] = next;
          at = next as Record<string, unknown>;
        }
      });
      const answer = await merchant.call('POST', '/api/transaction', body);
      if (answer.status >= 500) bad.push(`${field} ${JSON.stringify(value)?.slice(0, 60)}: ${answer.status}`);
    }
  const held = await process(merchant, saleOf({ type: 'authorize' }));
  for (const verb of ['capture', 'void', 'refund'])
    for (const value of STRANGE) {
      for (const body of [value, { amount: value }, { order_id: value, ip_address: value }, { surcharge: value }]) {
        if (verb === 'void' && body === value && typeof value === 'object') continue;
        const answer = await merchant.call(
          'POST',
          `/api/transaction/${verb === 'void' ? 'nobody' : String(held['id'])}/${verb}`,
          body,
        );
        if (answer.status >= 500) bad.push(`${verb} ${JSON.stringify(body)?.slice(0, 60)}: ${answer.status}`);
      }
    }
  for (const id of [
    '%00',
    '%ED%A0%80',
    '$where',
    '..%2f',
    '{}',
    'a'.repeat(300),
    '%25',
    'search',
    '__proto__',
    '%F0%9F%98%80',
    '[object Object]'.replaceAll(' ', '%20'),
  ])
    for (const [method, verb] of [
      ['GET', ''],
      ['POST', '/capture'],
      ['POST', '/void'],
      ['POST', '/refund'],
    ] as const) {
      const answer = await merchant.call(method, `/api/transaction/${id}${verb}`, method === 'GET' ? undefined : {});
      if (answer.status >= 500) bad.push(`${method} ${id}${verb}: ${answer.status}`);
    }
  expect(bad).toEqual([]);
});
