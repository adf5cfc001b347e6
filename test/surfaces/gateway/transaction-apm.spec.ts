import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller } from '../../support/gateway.js';
import { eventually, HOUR, MINUTE, resolve } from '../../support/payments.js';
import { EffectDrain } from '../../../src/modules/payment/effects/effect-drain.js';
import { act, type Body, finish, ledgerOf, process, read, rowOf, rows } from '../../support/transactions.js';

let app: TestApp;
let merchant: GatewayCaller;
beforeAll(async () => {
  app = await startTestApp({ env: { RESOLVER_TICK: '1h' } });
  merchant = await gatewayCaller(app);
});
afterAll(() => app.stop());

const ADDRESS = { first_name: 'Ada', last_name: 'Lovelace', email: 'ada@example.com', country: 'US' };
const saleBy = (type: string, over: object = {}) => ({
  type: 'sale',
  amount: 1112,
  payment_method: {
    apm: { type, merchant_redirect_url: 'https://shop.example.com/back', locale: 'en-US', mobile_view: false },
  },
  billing_address: ADDRESS,
  ...over,
});
const page = (sale: Body) =>
  String(((sale['response_body'] as { apm: { redirect_url: string } }).apm ?? {}).redirect_url);
async function intentOf(id: unknown): Promise<string> {
  const { paymentId } = await rowOf(app, id);
  const found = await rows(app)
    .db.collection('payments')
    .findOne({ _id: paymentId as never });
  return String((found as unknown as { providerPaymentId: string }).providerPaymentId);
}
const becomes = (id: unknown, wanted: object) =>
  eventually(async () => {
    await resolve(app);
    await app.app.get(EffectDrain, { strict: false }).pass();
    expect(await read(merchant, id)).toMatchObject(wanted);
  }, 10_000);

it.each(['alipay', 'wechatpay', 'klarna'])(
  '%s: pending, with the page to open; paid once the payer has',
  async (type) => {
    const sale = await process(merchant, saleBy(type));
    expect(sale).toMatchObject({
      status: 'pending',
      response_code: 99,
      payment_method: 'apm',
      payment_type: 'apm',
      amount_captured: 0,
      response: { apm: { type, status: 'pending', redirect_url: expect.stringMatching(/^http/) } },
    });
    expect((await fetch(page(sale))).status).toBe(200);
    await app.simulator.finish3ds(await intentOf(sale['id']), 'complete');
    await becomes(sale['id'], { status: 'pending_settlement', response_code: 100, amount_captured: 1112 });
    expect((await ledgerOf(app, sale['id'])).charges).toMatchObject([{ amount: 1112 }]);
  },
);

it('a payer who says no is a decline', async () => {
  const sale = await process(merchant, saleBy('alipay'));
  await app.simulator.finish3ds(await intentOf(sale['id']), 'fail');
  await becomes(sale['id'], { status: 'declined', response_code: 200, amount_captured: 0 });
  expect((await ledgerOf(app, sale['id'])).charges).toEqual([]);
});

it('a void cancels what nobody has paid', async () => {
  const sale = await process(merchant, saleBy('alipay'));
  expect((await act(merchant, sale['id'], 'void')).status).toBe(200);
  expect(await read(merchant, sale['id'])).toMatchObject({ status: 'voided' });
  await app.simulator.finish3ds(await intentOf(sale['id']), 'complete').catch(() => undefined);
  await app.advance(HOUR);
  await resolve(app);
  await finish(app);
  expect((await ledgerOf(app, sale['id'])).charges).toEqual([]);
  expect((await rowOf(app, sale['id'])).asked).toBeNull();
});

it('a page that nobody opens is closed after a day', async () => {
  const sale = await process(merchant, saleBy('klarna'));
  await app.advance(25 * HOUR);
  await becomes(sale['id'], { status: 'declined' });
  expect((await ledgerOf(app, sale['id'])).charges).toEqual([]);
});

it('a voucher is paid in the shop later, and cannot be voided before', async () => {
  const sale = await process(merchant, saleBy('oxxo', { currency: 'MXN' }));
  expect(sale).toMatchObject({ status: 'pending', response_code: 99 });
  const answer = await act(merchant, sale['id'], 'void');
  expect([answer.status, answer.body]).toEqual([400, failed('bad request error: invalid transaction status')]);
  await app.advance(4 * MINUTE);
  await becomes(sale['id'], { status: 'pending_settlement', amount_captured: 1112 });
});

it.each([
  [saleBy('sepa'), /payment_method.apm.type is not taken/],
  [saleBy('paypal'), /payment_method.apm.type must be one of/],
  [
    saleBy('klarna', { billing_address: { ...ADDRESS, email: undefined } }),
    /billing_address.email is required for klarna/,
  ],
  [
    saleBy('oxxo', { billing_address: { ...ADDRESS, last_name: '' } }),
    /first_name and last_name are required for oxxo/,
  ],
  [saleBy('alipay', { type: 'authorize' }), /type authorize is not made by redirect/],
])('%j is refused', async (body, message) => {
  const answer = await merchant.call('POST', '/api/transaction', body);
  expect([answer.status, answer.body]).toEqual([400, failed(expect.stringMatching(message))]);
});
