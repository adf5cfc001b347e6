import { armFailpoints } from '../../src/platform/common/failpoints.js';
import { DisputeSweeper } from '../../src/modules/payment/upkeep/dispute-sweeper.js';
import { PaymentSweeper } from '../../src/modules/payment/upkeep/payment-sweeper.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { cardholder } from '../support/charges.js';
import { eventually, HOUR, MINUTE, payments, resolve, secret } from '../support/payments.js';

const CONFIRM = { method: 'POST', path: '/v1/payment_intents/*/confirm' };
const REFUND = { method: 'POST', path: '/v1/refunds' };

jest.setTimeout(60_000);

/** What a process that stood still, an answer that comes late, or a restored backup must not make of a charge. */
describe('late answers and lost records', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({
      webhooks: false,
      env: { ROLE: 'api', STRIPE_TIMEOUT: '1s', PAYMENT_REPEAT_WAIT: '100ms' },
    });
  });
  afterEach(() => void armFailpoints(undefined));
  afterAll(() => app.stop());

  it('a second try that may have been paid is pending, also when the first was refused and a cancel is under way', async () => {
    const holder = await cardholder(app);
    const order = holder.order();
    await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'status', status: 429, when: 'before' });
    await expect(holder.charge(order)).rejects.toMatchObject({ code: 'provider_refused' });
    await app.simulator.fault({ ...CONFIRM, times: 2 }, { type: 'drop_after_effect' });
    const { payment, outcome } = await holder.charge(order);
    expect([outcome, payment.state]).toEqual(['pending', 'CONFIRMING']);
    // The resolver's cancel is on its way, and nobody has answered it.
    await payments(app).updateOne({ _id: payment._id }, { $set: { cancelRequested: true } });
    expect((await holder.charge(order)).outcome).toBe('pending');
    await app.advance(20 * MINUTE);
    await resolve(app);
    expect((await holder.charge(order)).outcome).toBe('succeeded');
  });

  it('trouble with the store over an attempt that another request has sent is no refusal', async () => {
    const holder = await cardholder(app);
    const order = holder.order();
    await app.simulator.fault({ ...CONFIRM, times: 2 }, { type: 'drop_after_effect' });
    expect((await holder.charge(order)).outcome).toBe('pending');
    armFailpoints('confirm.resend.before=throw');
    expect((await holder.charge(order)).outcome).toBe('pending');
    armFailpoints(undefined);
    expect((await holder.charge(order)).outcome).toBe('succeeded');
  });

  it('a refund that a restored backup does not know is not made again when Stripe has forgotten its key', async () => {
    const holder = await cardholder(app);
    const { payment } = await holder.charge(holder.order());
    await holder.refund(payment._id, 'a', 600);
    await payments(app).updateOne({ _id: payment._id }, { $unset: { refunds: 1, refundRequests: 1 } });
    await app.advance(25 * HOUR);
    const again = await holder.refund(payment._id, 'a', 600);
    expect(again.refund.state).toBe('succeeded');
    expect((await holder.ledger(payment)).refunds.map(({ amount }) => amount)).toEqual([600]);
  });

  it('nor is it told as one of another amount', async () => {
    const holder = await cardholder(app);
    const { payment } = await holder.charge(holder.order());
    await holder.refund(payment._id, 'a', 600);
    await payments(app).updateOne({ _id: payment._id }, { $unset: { refunds: 1, refundRequests: 1 } });
    await expect(holder.refund(payment._id, 'a', 700)).rejects.toMatchObject({ code: 'refund_mismatch' });
    expect((await holder.ledger(payment)).refunds.map(({ amount }) => amount)).toEqual([600]);
    expect((await holder.refund(payment._id, 'a', 600)).refund).toMatchObject({ state: 'succeeded', amountMinor: 600 });
  });

  it('an old list of refunds does not lead to another key', async () => {
    const holder = await cardholder(app);
    const { payment } = await holder.charge(holder.order());
    await app.simulator.fault({ ...REFUND, times: 2 }, { type: 'drop_before' });
    await holder.refund(payment._id, 'a', 600);
    await app.advance(25 * HOUR);
    // One process has read the list and stands still; another makes the refund and does not hear of it.
    const reached = armFailpoints('refund.listed.before=sleep:4000');
    const still = holder.refund(payment._id, 'a', 600);
    await eventually(async () => expect(reached()).toBe(true));
    await app.simulator.fault({ ...REFUND, times: 2 }, { type: 'drop_after_effect' });
    await holder.refund(payment._id, 'a', 600);
    await still;
    expect((await holder.ledger(payment)).refunds.map(({ amount }) => amount)).toEqual([600]);
    expect((await holder.record(payment._id)).refundRequests).toMatchObject([{ state: 'succeeded', generation: 1 }]);
  });

  it('a refund that has failed meanwhile stays failed, whatever an earlier answer said', async () => {
    const holder = await cardholder(app, 'pm_card_refundFail');
    const { payment } = await holder.charge(holder.order());
    const reached = armFailpoints('refund.done.before=sleep:3000');
    const late = holder.refund(payment._id, 'a', 600);
    await eventually(async () => expect(reached()).toBe(true));
    await app.advance(HOUR);
    await eventually(async () => {
      await resolve(app);
      expect((await holder.record(payment._id)).refundRequests).toMatchObject([{ state: 'failed' }]);
      await app.advance(HOUR);
    });
    expect((await late).refund.state).toBe('failed');
    expect(await holder.record(payment._id)).toMatchObject({ refunds: [], nextCheckAt: null });
  });

  it('a refusal of a later try does not free the amount of a refund that may still arrive', async () => {
    const holder = await cardholder(app);
    const { payment } = await holder.charge(holder.order());
    await app.simulator.fault({ ...REFUND, times: 2 }, { type: 'delay_effect', ms: 6_000 });
    await holder.refund(payment._id, 'a', 1500);
    await app.simulator.fault({ ...REFUND, times: 1 }, { type: 'status', status: 400, when: 'before' });
    expect((await holder.refund(payment._id, 'a', 1500)).refund.state).toBe('asked');
    await expect(holder.refund(payment._id, 'b', 501)).rejects.toMatchObject({ code: 'payment_not_refundable' });
    await eventually(async () => expect((await holder.ledger(payment)).refunds).toHaveLength(1));
    await app.advance(3 * MINUTE);
    await resolve(app);
    expect((await holder.record(payment._id)).refundRequests).toMatchObject([{ state: 'succeeded' }]);
  });

  it('a capture of an amount that somebody else has taken otherwise is refused', async () => {
    const holder = await cardholder(app);
    const { payment } = await holder.authorize();
    await secret(app).paymentIntents.capture(payment.providerPaymentId ?? '');
    for (let time = 0; time < 2; time++)
      await expect(holder.capture(payment._id, 500)).rejects.toMatchObject({ code: 'payment_not_capturable' });
    expect(await holder.record(payment._id)).toMatchObject({ state: 'SUCCEEDED' });
  });

  it('an amount that is held is not released because its record was lost', async () => {
    const holder = await cardholder(app);
    const { payment } = await holder.authorize();
    await payments(app).deleteOne({ _id: payment._id });
    await app.advance(2 * HOUR);
    await app.app.get(PaymentSweeper, { strict: false }).pass();
    expect(await holder.record(payment._id)).toMatchObject({ state: 'REQUIRES_CAPTURE' });
    for (let day = 0; day < 2; day++) {
      await app.advance(25 * HOUR);
      await resolve(app);
    }
    expect((await holder.record(payment._id)).state).toBe('REQUIRES_CAPTURE');
    expect((await holder.capture(payment._id, 2000)).outcome).toBe('succeeded');
  });

  it('a dispute of a payment that a restored backup does not have is read once the payment is back', async () => {
    const [disputes, intents] = [DisputeSweeper, PaymentSweeper].map((one) => app.app.get(one, { strict: false }));
    await intents?.pass();
    await disputes?.pass();
    const holder = await cardholder(app, 'pm_card_createDispute');
    const { payment } = await holder.charge(holder.order());
    await payments(app).deleteOne({ _id: payment._id });
    // The backup is restored three days later, and the disputes are read first.
    await app.advance(72 * HOUR);
    await disputes?.pass();
    await intents?.pass();
    expect((await holder.record(payment._id)).disputes).toBeUndefined();
    await app.advance(2 * HOUR);
    await disputes?.pass();
    expect((await holder.record(payment._id)).disputes).toMatchObject([{ status: 'needs_response' }]);
  });
});
