import { cardholder } from '../support/charges.js';
import { HOUR, MINUTE, resolve, secret } from '../support/payments.js';
import { appPool } from '../support/pool.js';
import type { FaultAction } from '../support/simulator.js';

const REFUND = { method: 'POST', path: '/v1/refunds' };

const it = globalThis.it.concurrent;

/** docs/payment-protocol.md 2.8: reserved here first, one refund a name, never more than was taken. */
describe('refunds', () => {
  const apps = appPool(3, { webhooks: false, env: { STRIPE_TIMEOUT: '1s', RESOLVER_TICK: '1h' } });
  afterAll(() => apps.stop());

  it('parts, until nothing is left; the same name is the same refund', async () => {
    await using lent = await apps.lend();
    const holder = await cardholder(lent.app);
    const { payment } = await holder.charge(holder.order());
    const first = await holder.refund(payment._id, 'a', 700);
    expect(first.refund).toMatchObject({ state: 'succeeded', amountMinor: 700 });
    expect((await holder.refund(payment._id, 'a', 700)).refund).toEqual(first.refund);
    await expect(holder.refund(payment._id, 'a', 701)).rejects.toMatchObject({ code: 'refund_mismatch' });
    await expect(holder.refund(payment._id, 'b', 1301)).rejects.toMatchObject({ code: 'payment_not_refundable' });
    // Equal in every way but the name, and two refunds.
    await holder.refund(payment._id, 'c', 650);
    await holder.refund(payment._id, 'd', 650);
    await expect(holder.refund(payment._id, 'e', 1)).rejects.toMatchObject({ message: 'Nothing is left to refund' });
    const { refunds, net } = await holder.ledger(payment);
    expect([refunds.map(({ amount }) => amount).toSorted((a, b) => a - b), net]).toEqual([[650, 650, 700], 0]);
    expect((await holder.record(payment._id)).refunds).toHaveLength(3);
  });

  it('twenty at once never give back more than was taken', async () => {
    await using lent = await apps.lend();
    const holder = await cardholder(lent.app);
    const { payment } = await holder.charge(holder.order());
    await Promise.allSettled(Array.from({ length: 20 }, (_, n) => holder.refund(payment._id, `r${n}`, 300)));
    const { refunds } = await holder.ledger(payment);
    expect(refunds.map(({ amount }) => amount)).toEqual([300, 300, 300, 300, 300, 300]);
    expect((await holder.record(payment._id)).refundRequests).toHaveLength(6);
  });

  it.each<[string, FaultAction, number]>([
    ['is lost after the effect', { type: 'drop_after_effect' }, 2],
    ['never arrives', { type: 'drop_before' }, 2],
    ['is a 429', { type: 'status', status: 429, when: 'before' }, 1],
  ])(
    'a refund whose answer %s keeps its reservation and is finished by the resolver, once',
    async (_w, action, times) => {
      await using lent = await apps.lend();
      const { app } = lent;
      const holder = await cardholder(app);
      const { payment } = await holder.charge(holder.order());
      await app.simulator.fault({ ...REFUND, times }, action);
      expect((await holder.refund(payment._id, 'a', 1500)).refund.state).toBe('asked');
      await expect(holder.refund(payment._id, 'b', 501)).rejects.toMatchObject({ code: 'payment_not_refundable' });
      await app.advance(3 * MINUTE);
      await resolve(app);
      const record = await holder.record(payment._id);
      expect(record.refundRequests).toMatchObject([{ rid: 'a', state: 'succeeded' }]);
      expect(record.nextCheckAt).toBeNull();
      expect((await holder.ledger(payment)).refunds.map(({ amount }) => amount)).toEqual([1500]);
    },
  );

  it('a refund that nobody could settle for a day is looked for in Stripe’s list before another key is used', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const holder = await cardholder(app);
    const { payment } = await holder.charge(holder.order());
    await app.simulator.fault({ ...REFUND, times: 2 }, { type: 'drop_after_effect' });
    await holder.refund(payment._id, 'a', 600);
    // Nobody was at work for longer than Stripe remembers the key.
    await app.advance(25 * HOUR);
    await resolve(app);
    const record = await holder.record(payment._id);
    expect(record.refundRequests).toMatchObject([{ rid: 'a', state: 'succeeded', generation: 0 }]);
    expect((await holder.ledger(payment)).refunds).toHaveLength(1);
  });

  it('one that is not in the list after a day is made under the next key', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const holder = await cardholder(app);
    const { payment } = await holder.charge(holder.order());
    await app.simulator.fault({ ...REFUND, times: 2 }, { type: 'drop_before' });
    await holder.refund(payment._id, 'a', 600);
    await app.advance(25 * HOUR);
    await resolve(app);
    const record = await holder.record(payment._id);
    expect(record.refundRequests).toMatchObject([{ rid: 'a', state: 'succeeded', generation: 1 }]);
    expect((await holder.ledger(payment)).refunds).toHaveLength(1);
  });

  it('a 500 that Stripe keeps never leads to another key within the day', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const holder = await cardholder(app);
    const { payment } = await holder.charge(holder.order());
    await app.simulator.fault({ ...REFUND, times: 1 }, { type: 'status', status: 500, when: 'before', cached: true });
    await holder.refund(payment._id, 'a', 600);
    for (let hour = 0; hour < 3; hour++) {
      await app.advance(HOUR);
      await resolve(app);
    }
    expect((await holder.record(payment._id)).refundRequests).toMatchObject([{ state: 'asked', generation: 0 }]);
    await app.advance(24 * HOUR);
    await resolve(app);
    expect((await holder.record(payment._id)).refundRequests).toMatchObject([{ state: 'succeeded', generation: 1 }]);
    expect((await holder.ledger(payment)).refunds).toHaveLength(1);
  });

  it('a refund behind a 500 is found in Stripe’s list', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const holder = await cardholder(app);
    const { payment } = await holder.charge(holder.order());
    await app.simulator.fault({ ...REFUND, times: 1 }, { type: 'status', status: 500, when: 'after', cached: true });
    expect((await holder.refund(payment._id, 'a', 600)).refund.state).toBe('asked');
    expect((await holder.refund(payment._id, 'a', 600)).refund).toMatchObject({ state: 'succeeded', generation: 0 });
    expect((await holder.ledger(payment)).refunds).toHaveLength(1);
  });

  it('the hundred-and-first refund is known as well', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const holder = await cardholder(app);
    const { payment } = await holder.charge(holder.order());
    await app.simulator.fault({ ...REFUND, times: 2 }, { type: 'drop_after_effect' });
    await holder.refund(payment._id, 'a', 600);
    const one = { payment_intent: payment.providerPaymentId ?? '', amount: 1 };
    for (let n = 0; n < 100; n++) await secret(app).refunds.create(one);
    await app.advance(25 * HOUR);
    expect((await holder.refund(payment._id, 'a', 600)).refund).toMatchObject({ state: 'succeeded', generation: 0 });
    expect((await holder.record(payment._id)).refunds).toHaveLength(101);
  });

  it('Stripe’s refusal frees the amount, after what the dashboard refunded is known', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const holder = await cardholder(app);
    const { payment } = await holder.charge(holder.order());
    await secret(app).refunds.create({ payment_intent: payment.providerPaymentId ?? '', amount: 1800 });
    const told = await holder.refund(payment._id, 'a', 500);
    expect(told.refund.state).toBe('refused');
    expect(told.payment.refunds).toMatchObject([{ amountMinor: 1800 }]);
    await expect(holder.refund(payment._id, 'b', 201)).rejects.toMatchObject({
      message: 'At most 200 can be refunded',
    });
    expect((await holder.refund(payment._id, 'c', 200)).refund.state).toBe('succeeded');
  });

  it('what is not paid cannot be refunded', async () => {
    await using lent = await apps.lend();
    const holder = await cardholder(lent.app, 'pm_card_chargeCustomerFail');
    const { payment } = await holder.charge(holder.order());
    await expect(holder.refund(payment._id, 'a', 1)).rejects.toMatchObject({ code: 'payment_not_refundable' });
  });
});
