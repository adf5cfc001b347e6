import { DisputeSweeper } from '../../../src/modules/payment/upkeep/dispute-sweeper.js';
import { PaymentSweeper } from '../../../src/modules/payment/upkeep/payment-sweeper.js';
import { PaymentRepository } from '../../../src/modules/payment/record/payment.repository.js';
import { TransactionBook } from '../../../src/modules/transaction/record/transaction-book.service.js';
import { EffectDrain } from '../../../src/modules/payment/effects/effect-drain.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { type GatewayCaller, gatewayCaller } from '../../support/gateway.js';
import { eventually, HOUR, resolve, secret } from '../../support/payments.js';
import { act, cardOf, finish, ledgerOf, process, read, rowOf, rows, saleOf } from '../../support/transactions.js';

const DAY = 24 * HOUR;
/** https://docs.stripe.com/testing#test-debit-accounts: the debit comes back for want of money. */
const accountOf = (account_number: string) => ({
  ach: { routing_number: '110000000', account_number, sec_code: 'web', account_type: 'checking' },
});

describe.each([
  ['with webhooks', true],
  ['with webhooks off', false],
])('news of transactions, %s', (_name, webhooks) => {
  let app: TestApp;
  let merchant: GatewayCaller;
  beforeAll(async () => {
    app = await startTestApp({ webhooks, env: { RESOLVER_TICK: '1h', CARD_MAX_DECLINES: '0' } });
    merchant = await gatewayCaller(app);
  });
  afterAll(() => app.stop());

  /** Some time goes by, and everything that looks by itself has looked. */
  const later = async (ms: number) => {
    await app.advance(ms);
    for (let pass = 0; pass < 2; pass++) {
      await resolve(app);
      await app.app.get(DisputeSweeper, { strict: false }).pass();
      await finish(app);
      await app.app.get(EffectDrain, { strict: false }).pass();
    }
  };
  const becomes = (id: unknown, wanted: object) =>
    eventually(async () => {
      await later(HOUR);
      expect(await read(merchant, id)).toMatchObject(wanted);
    }, 20_000);
  const intentOf = async (id: unknown) => {
    const { paymentId } = await rowOf(app, id);
    const found = await rows(app)
      .db.collection('payments')
      .findOne({ _id: paymentId as never });
    return String((found as unknown as { providerPaymentId: string }).providerPaymentId);
  };

  it('a debit that comes back days later declines it', async () => {
    const sale = await process(merchant, saleOf({ payment_method: accountOf('000222222227') }));
    expect(sale).toMatchObject({ status: 'pending_settlement', response_code: 100 });
    expect((await rowOf(app, sale['id'])).fundsPending).toBe(true);
    await becomes(sale['id'], { status: 'declined', response_code: 202, amount_captured: 0, captured_at: null });
    expect((await ledgerOf(app, sale['id'])).charges).toEqual([]);
  });

  it('a debit that comes through may be settled', async () => {
    const sale = await process(merchant, saleOf({ payment_method: accountOf('000123456789') }));
    const old = await rowOf(app, sale['id']);
    const oldPayment = await app.app.get(PaymentRepository, { strict: false }).load(old.paymentId ?? '');
    if (oldPayment === null) throw new Error('the sale has no payment');
    await eventually(async () => {
      await later(HOUR);
      expect((await rowOf(app, sale['id'])).fundsPending).toBe(false);
    }, 20_000);
    // Somebody who stood still with an old look at both writes nothing over what is known since.
    await app.app.get(TransactionBook, { strict: false }).book(old, oldPayment, { leaseUntil: null });
    expect((await rowOf(app, sale['id'])).fundsPending).toBe(false);
    expect(await read(merchant, sale['id'])).toMatchObject({ status: 'pending_settlement', amount_captured: 1112 });
  });

  it('a voided debit is given back once it has come', async () => {
    const sale = await process(merchant, saleOf({ payment_method: accountOf('000123456789') }));
    expect((await act(merchant, sale['id'], 'void')).status).toBe(200);
    expect(await read(merchant, sale['id'])).toMatchObject({ status: 'voided' });
    await eventually(async () => {
      await later(HOUR);
      expect((await rowOf(app, sale['id'])).asked).toBeNull();
    }, 20_000);
    const { charges, refunds } = await ledgerOf(app, sale['id']);
    expect([charges.length, refunds.map(({ amount }) => amount)]).toEqual([1, [1112]]);
  });

  it('a hold that nobody captures is reversed after seven days', async () => {
    const held = await process(merchant, saleOf({ type: 'authorize' }));
    await later(6 * DAY);
    expect(await read(merchant, held['id'])).toMatchObject({ status: 'authorized' });
    await later(25 * HOUR);
    await becomes(held['id'], { status: 'reversed' });
    expect((await act(merchant, held['id'], 'capture')).status).toBe(400);
  });

  it('a capture in Stripe’s dashboard counts', async () => {
    const held = await process(merchant, saleOf({ type: 'authorize' }));
    await secret(app).paymentIntents.capture(await intentOf(held['id']), { amount_to_capture: 1000 });
    await becomes(held['id'], { status: 'pending_settlement', amount_captured: 1000 });
    expect((await ledgerOf(app, held['id'])).charges).toMatchObject([{ amount: 1000 }]);
  });

  it('a dispute is among its events, and so is its end', async () => {
    const sale = await process(merchant, saleOf({ payment_method: cardOf('4000000000000259') }));
    await eventually(async () => {
      await later(HOUR);
      const { events } = await rowOf(app, sale['id']);
      expect(events.map(({ type, amountMinor, detail }) => [type, amountMinor, detail])).toContainEqual([
        'dispute',
        1112,
        'needs_response: fraudulent',
      ]);
    }, 20_000);
    expect(await read(merchant, sale['id'])).toMatchObject({ status: 'pending_settlement' });
    const [dispute] = (await secret(app).disputes.list({ payment_intent: await intentOf(sale['id']) })).data;
    await secret(app).disputes.close(dispute?.id ?? '');
    await eventually(async () => {
      await later(HOUR);
      expect((await rowOf(app, sale['id'])).events.map(({ detail }) => detail)).toContain('lost: fraudulent');
    }, 20_000);
  });

  it('a sale whose records were lost with a restored backup comes back by the sweep', async () => {
    const sale = await process(merchant, saleOf({ order_id: 'A7', description: 'lost and found' }));
    const { paymentId } = await rowOf(app, sale['id']);
    await rows(app).collection.deleteOne({ _id: sale['id'] } as never);
    await rows(app)
      .db.collection('payments')
      .deleteOne({ _id: paymentId as never });
    await app.advance(2 * HOUR);
    await app.app.get(PaymentSweeper, { strict: false }).pass();
    await eventually(async () => {
      await later(HOUR);
      expect(await read(merchant, sale['id'])).toMatchObject({
        status: 'pending_settlement',
        amount: 1112,
        amount_captured: 1112,
        order_id: 'A7',
        description: 'lost and found',
      });
    }, 20_000);
  });

  it('a refund that fails gives the money back to us', async () => {
    const sale = await process(merchant, saleOf({ payment_method: cardOf('4000000000005126') }));
    await rows(app).collection.updateOne({ _id: sale['id'] } as never, {
      $set: { status: 'settled', settledMinor: 1112, settledAt: new Date() },
    });
    const refund = (await act(merchant, sale['id'], 'refund')).body['data'] as Record<string, unknown>;
    expect(refund).toMatchObject({ type: 'refund', amount: 1112, referenced_transaction_id: sale['id'] });
    if (!webhooks) return; // found by the daily reconciliation only
    await becomes(sale['id'], { status: 'settled', amount_refunded: 0 });
    await becomes(refund['id'], { status: 'declined' });
  });
});
