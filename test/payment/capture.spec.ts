import { cardholder } from '../support/charges.js';
import { HOUR, MINUTE, resolve, secret } from '../support/payments.js';
import { appPool } from '../support/pool.js';
import type { FaultAction } from '../support/simulator.js';

const CAPTURE = { method: 'POST', path: '/v1/payment_intents/*/capture' };
const DAY = 24 * HOUR;

const it = globalThis.it.concurrent;

/** A held amount is taken or released, once. */
describe('capture and release', () => {
  const apps = appPool(3, { webhooks: false, env: { STRIPE_TIMEOUT: '1s', RESOLVER_TICK: '1h' } });
  afterAll(() => apps.stop());

  it('a held amount stays held for days, and is then taken', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const holder = await cardholder(app);
    const held = await holder.authorize();
    expect([held.outcome, held.payment.state]).toEqual(['authorized', 'REQUIRES_CAPTURE']);
    for (let day = 0; day < 3; day++) {
      await app.advance(DAY);
      await resolve(app);
    }
    expect((await holder.record(held.payment._id)).state).toBe('REQUIRES_CAPTURE');
    const taken = await holder.capture(held.payment._id, 2000);
    expect([taken.outcome, taken.payment.state, taken.payment.capturedMinor]).toEqual([
      'succeeded',
      'SUCCEEDED',
      undefined,
    ]);
    expect((await holder.ledger(taken.payment)).charges.map(({ amount }) => amount)).toEqual([2000]);
  });

  it('a part is taken once, the rest is released, and only the part can be refunded', async () => {
    await using lent = await apps.lend();
    const holder = await cardholder(lent.app);
    const held = await holder.authorize();
    const taken = await holder.capture(held.payment._id, 1500);
    expect([taken.outcome, taken.payment.capturedMinor, taken.payment.amountMinor]).toEqual(['succeeded', 1500, 2000]);
    expect((await holder.capture(held.payment._id, 1500)).payment.v).toBe(taken.payment.v);
    await expect(holder.capture(held.payment._id, 500)).rejects.toMatchObject({ code: 'payment_not_capturable' });
    await expect(holder.release(held.payment._id)).rejects.toMatchObject({ code: 'payment_not_cancelable' });
    await expect(holder.refund(held.payment._id, 'r1', 1501)).rejects.toMatchObject({ code: 'payment_not_refundable' });
    expect((await holder.refund(held.payment._id, 'r2', 1500)).refund.state).toBe('succeeded');
    expect((await holder.ledger(taken.payment)).net).toBe(0);
  });

  it.each([0, -1, 2001, 1.5, Number.NaN])('an amount of %p is refused and changes nothing', async (amount) => {
    await using lent = await apps.lend();
    const holder = await cardholder(lent.app);
    const { payment } = await holder.authorize();
    await expect(holder.capture(payment._id, amount)).rejects.toMatchObject({ code: 'validation_failed' });
    expect((await holder.record(payment._id)).v).toBe(payment.v);
  });

  it('released is released: nothing was taken, and nothing can be', async () => {
    await using lent = await apps.lend();
    const holder = await cardholder(lent.app);
    const { payment } = await holder.authorize();
    const released = await holder.release(payment._id);
    expect([released.outcome, released.payment.state]).toEqual(['canceled', 'CANCELED']);
    expect((await holder.release(payment._id)).outcome).toBe('canceled');
    await expect(holder.capture(payment._id, 2000)).rejects.toMatchObject({ code: 'payment_not_capturable' });
    expect((await holder.ledger(payment)).charges).toEqual([]);
  });

  it('capture and release at once: one of them, on both sides', async () => {
    await using lent = await apps.lend();
    const holder = await cardholder(lent.app);
    const { payment } = await holder.authorize();
    await Promise.allSettled([holder.capture(payment._id, 2000), holder.release(payment._id)]);
    const record = await holder.record(payment._id);
    const [intent] = await holder.intents();
    expect([
      ['SUCCEEDED', 'succeeded'],
      ['CANCELED', 'canceled'],
    ]).toContainEqual([record.state, intent?.status]);
  });

  it('two captures of different amounts at once: one amount is taken, the other refused', async () => {
    await using lent = await apps.lend();
    const holder = await cardholder(lent.app);
    const { payment } = await holder.authorize();
    const told = await Promise.allSettled([holder.capture(payment._id, 500), holder.capture(payment._id, 900)]);
    expect(told.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const record = await holder.record(payment._id);
    expect((await holder.ledger(payment)).charges.map(({ amount }) => amount)).toEqual([record.capturedMinor]);
  });

  it.each<[string, FaultAction, number]>([
    ['is lost after the effect', { type: 'drop_after_effect' }, 2],
    ['never arrives', { type: 'drop_before' }, 2],
    ['is a 500 that Stripe keeps', { type: 'status', status: 500, when: 'before', cached: true }, 1],
    ['is a 429', { type: 'status', status: 429, when: 'before' }, 1],
  ])('a capture whose answer %s is finished by the resolver, once', async (_what, action, times) => {
    await using lent = await apps.lend();
    const { app } = lent;
    const holder = await cardholder(app);
    const { payment } = await holder.authorize();
    await app.simulator.fault({ ...CAPTURE, times }, action);
    const told = await holder.capture(payment._id, 1200);
    expect(['authorized', 'succeeded']).toContain(told.outcome);
    await app.advance(3 * MINUTE);
    await resolve(app);
    const record = await holder.record(payment._id);
    expect([record.state, record.capturedMinor]).toEqual(['SUCCEEDED', 1200]);
    expect((await holder.ledger(record)).charges.map(({ amount }) => amount)).toEqual([1200]);
  });

  it('what Stripe refuses to capture is still held, and another amount can be captured', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const holder = await cardholder(app);
    const { payment } = await holder.authorize();
    await app.simulator.fault(
      { ...CAPTURE, times: 1 },
      { type: 'status', status: 400, when: 'before', code: 'amount_too_large' },
    );
    await expect(holder.capture(payment._id, 2000)).rejects.toMatchObject({
      code: 'payment_not_capturable',
      reason: 'amount_too_large',
    });
    expect((await holder.record(payment._id)).state).toBe('REQUIRES_CAPTURE');
    expect((await holder.capture(payment._id, 1900)).payment.capturedMinor).toBe(1900);
  });

  it('a hold that Stripe or its dashboard ended is canceled here, also when somebody captures it', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const holder = await cardholder(app);
    const [polled, captured] = [await holder.authorize(), await holder.authorize()];
    for (const { payment } of [polled, captured])
      await secret(app).paymentIntents.cancel(payment.providerPaymentId ?? '');
    expect((await holder.capture(captured.payment._id, 2000)).outcome).toBe('canceled');
    await app.advance(DAY);
    await resolve(app);
    expect((await holder.record(polled.payment._id)).state).toBe('CANCELED');
  });
});
