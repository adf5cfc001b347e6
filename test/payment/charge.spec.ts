import { ACCOUNT, cardholder } from '../support/charges.js';
import { eventually, MINUTE, payments, resolve } from '../support/payments.js';
import { appPool } from '../support/pool.js';
import type { FaultAction } from '../support/simulator.js';

const CONFIRM = { method: 'POST', path: '/v1/payment_intents/*/confirm', keyIncludes: ':confirm:' };
const CREATE = { method: 'POST', path: '/v1/payment_intents' };
const DECLINES = 'pm_card_chargeCustomerFail';

// Most of the time they wait for a time-out, so they run at once, each with an app to itself.
const it = globalThis.it.concurrent;

/** A charge in one call (docs/payment-protocol.md): what its owner is told, and what is true at Stripe. */
describe('a charge in one call', () => {
  const apps = appPool(3, {
    webhooks: false,
    env: { STRIPE_TIMEOUT: '1s', PAYMENT_REPEAT_WAIT: '1s', RESOLVER_TICK: '1h' },
  });
  afterAll(() => apps.stop());

  it('takes the money once, and says the same under its key for ever', async () => {
    await using lent = await apps.lend();
    const holder = await cardholder(lent.app);
    const order = holder.order({ description: 'Order 1001' });
    const first = await holder.charge(order);
    expect(first.outcome).toBe('succeeded');
    const record = await holder.record(first.payment._id);
    expect(record).toMatchObject({ state: 'SUCCEEDED', terms: order.terms, description: 'Order 1001', effects: [] });
    expect(record.settled).toMatchObject([{ n: 1, ref: '1', result: 'succeeded' }]);
    const again = await holder.charge(order);
    expect([again.outcome, again.payment._id]).toEqual(['succeeded', first.payment._id]);
    expect((await holder.ledger(record)).charges.map(({ amount }) => amount)).toEqual([2000]);
    // Unconfirmed first, stored, then confirmed: the payer is not there, and no redirect is possible.
    const [intent] = await holder.intents();
    expect(intent?.allowed_payment_method_types).toEqual(['card']);
    const sent = (await lent.app.simulator.requests()).requests.filter(({ path }) => path.includes('/confirm'));
    expect(sent.at(-1)?.params).toMatchObject({ off_session: 'true', payment_method: holder.methodId });
    expect(sent.at(-1)?.idempotency_key).toBe(`${record._id}:confirm:1:0`);
  });

  it('another request under the same key is refused, another key is another charge, as is the same key of another owner', async () => {
    await using lent = await apps.lend();
    const holder = await cardholder(lent.app);
    const order = holder.order();
    await holder.charge(order);
    await expect(holder.charge({ ...order, fingerprint: 'g' })).rejects.toMatchObject({
      code: 'payment_fingerprint_mismatch',
    });
    const other = await holder.charge({ ...order, owner: { surface: 'gateway', accountId: 'a1' } });
    expect(other.outcome).toBe('succeeded');
    await holder.charge(holder.order());
    expect(await holder.intents()).toHaveLength(3);
  });

  it('ten at once under one key are one charge', async () => {
    await using lent = await apps.lend();
    const holder = await cardholder(lent.app);
    const order = holder.order();
    const told = await Promise.all(Array.from({ length: 10 }, () => holder.charge(order).catch(({ code }) => code)));
    const outcomes = told.map((one) => (typeof one === 'string' ? one : one.outcome));
    expect(outcomes.filter((outcome) => !['succeeded', 'pending', 'payment_in_progress'].includes(outcome))).toEqual(
      [],
    );
    expect(outcomes).toContain('succeeded');
    const intents = await holder.intents();
    expect(intents.map(({ status }) => status)).toEqual(['succeeded']);
  });

  it('a decline is an end: told with its reason, counted, its PaymentIntent canceled', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const holder = await cardholder(app, DECLINES);
    const order = holder.order();
    const declined = await holder.charge(order);
    expect(declined.outcome).toBe('declined');
    expect(declined.payment).toMatchObject({ state: 'DECLINED', cancelRequested: true });
    expect(declined.payment.settled.at(-1)).toMatchObject({
      result: 'declined',
      decline: { reason: 'generic_decline' },
    });
    await resolve(app);
    expect((await holder.intents()).map(({ status }) => status)).toEqual(['canceled']);
    expect(await holder.record(declined.payment._id)).toMatchObject({ state: 'CANCELED', nextCheckAt: null });
    // The same answer before and after the cancel, and nothing is tried again.
    expect((await holder.charge(order)).outcome).toBe('declined');
    expect(await holder.intents()).toHaveLength(1);
  });

  it('a card that wants its holder there is declined, whatever Stripe calls it', async () => {
    await using lent = await apps.lend();
    const holder = await cardholder(lent.app, 'pm_card_authenticationRequired');
    const offSession = await holder.charge(holder.order());
    const onSession = await holder.charge(holder.order({}, { offSession: false }));
    for (const { outcome, payment } of [offSession, onSession]) {
      expect(outcome).toBe('declined');
      expect(payment.settled.at(-1)?.decline?.reason).toBe('authentication_required');
    }
    await resolve(lent.app);
    expect((await holder.intents()).map(({ status }) => status)).toEqual(['canceled', 'canceled']);
  });

  it.each<[string, FaultAction]>([
    ['is lost after the effect', { type: 'drop_after_effect' }],
    ['is reset after the effect', { type: 'reset_after' }],
    ['arrives truncated', { type: 'truncate_body' }],
  ])('an answer that %s is pending, then succeeded by the resolver, with one charge', async (_what, action) => {
    await using lent = await apps.lend();
    const { app } = lent;
    const holder = await cardholder(app);
    await app.simulator.fault({ ...CONFIRM, times: 2 }, action);
    const told = await holder.charge(holder.order());
    expect(told.outcome).toBe('pending');
    await app.advance(3 * MINUTE);
    await resolve(app);
    const record = await holder.record(told.payment._id);
    expect(record.state).toBe('SUCCEEDED');
    expect(record.settled).toMatchObject([{ n: 1, ref: '1', result: 'succeeded' }]);
    expect((await holder.ledger(record)).charges).toHaveLength(1);
  });

  it('a confirm that never arrives is pending, and fenced when nobody comes back: not charged', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const holder = await cardholder(app);
    const order = holder.order();
    await app.simulator.fault({ ...CONFIRM, times: 2 }, { type: 'drop_before' });
    expect((await holder.charge(order)).outcome).toBe('pending');
    await app.advance(11 * MINUTE);
    await resolve(app);
    const after = await holder.charge(order);
    expect([after.outcome, after.payment.state]).toEqual(['canceled', 'CANCELED']);
    expect((await holder.ledger(after.payment)).charges).toEqual([]);
  });

  it('the same key again after an unknown outcome sends the same attempt, and pays once', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const holder = await cardholder(app);
    const order = holder.order();
    await app.simulator.fault({ ...CONFIRM, times: 2 }, { type: 'drop_before' });
    expect((await holder.charge(order)).outcome).toBe('pending');
    const again = await holder.charge(order);
    expect(again.outcome).toBe('succeeded');
    expect(again.payment.attempt).toMatchObject({ n: 1, generation: 0 });
    expect((await holder.ledger(again.payment)).charges).toHaveLength(1);
  });

  it('a decline whose answer was lost is a decline once the PaymentIntent is canceled, with the bank’s reason', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const holder = await cardholder(app, DECLINES);
    const order = holder.order();
    await app.simulator.fault({ ...CONFIRM, times: 2 }, { type: 'drop_after_effect' });
    expect((await holder.charge(order)).outcome).toBe('pending');
    await app.advance(11 * MINUTE);
    await resolve(app);
    const told = await holder.charge(order);
    expect(told.outcome).toBe('declined');
    expect(told.payment.settled.at(-1)).toMatchObject({ ref: '1', decline: { reason: 'generic_decline' } });
  });

  it('a 500 that Stripe keeps under the key moves the attempt to the next key, and pays once', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const holder = await cardholder(app);
    await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'status', status: 500, when: 'before', cached: true });
    const told = await holder.charge(holder.order());
    expect(told.outcome).toBe('succeeded');
    expect(told.payment.attempt).toMatchObject({ n: 1, generation: 1 });
    expect((await holder.ledger(told.payment)).charges).toHaveLength(1);
  });

  describe('when no confirm went out', () => {
    it('one that nobody can ask for again is ended', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const holder = await cardholder(app);
      await app.simulator.fault({ ...CREATE, times: 2 }, { type: 'drop_before' });
      const order = holder.order({ isRepeatable: false });
      await expect(holder.charge(order)).rejects.toMatchObject({ code: 'provider_unreachable' });
      const [record] = await payments(app).find({ cuid: order.key }).lean();
      expect(record).toMatchObject({ state: 'CANCELED', attempt: null });
    });

    it('one that can be asked for again goes on under its key', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const holder = await cardholder(app);
      await app.simulator.fault({ ...CREATE, times: 2 }, { type: 'drop_before' });
      const order = holder.order();
      await expect(holder.charge(order)).rejects.toMatchObject({ code: 'provider_unreachable' });
      expect((await holder.charge(order)).outcome).toBe('succeeded');
      expect((await holder.intents()).map(({ status }) => status)).toEqual(['succeeded']);
    });

    it('a method that is not there is rejected, and its PaymentIntent canceled', async () => {
      await using lent = await apps.lend();
      const holder = await cardholder(lent.app);
      const order = holder.order({}, { paymentMethodId: 'pm_0123456789abcdefghijklmn' });
      const told = await holder.charge(order);
      expect([told.outcome, told.payment.state]).toEqual(['rejected', 'CANCELED']);
      expect((await holder.intents()).map(({ status }) => status)).toEqual(['canceled']);
      expect((await holder.charge(order)).outcome).toBe('rejected');
    });

    it('a price that Stripe does not take is rejected', async () => {
      await using lent = await apps.lend();
      const holder = await cardholder(lent.app);
      const told = await holder.charge(holder.order({ amountMinor: 1 }));
      expect([told.outcome, told.payment.state]).toEqual(['rejected', 'REJECTED']);
    });

    it.each([401, 429])('Stripe’s %i to the confirm is told as such, and the key can be used again', async (status) => {
      await using lent = await apps.lend();
      const { app } = lent;
      const holder = await cardholder(app);
      const order = holder.order();
      await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'status', status, when: 'before' });
      await expect(holder.charge(order)).rejects.toMatchObject({ code: 'provider_refused' });
      // After a 401 nothing is sent until Stripe takes the key again, which is tried every five seconds.
      await eventually(async () => expect((await holder.charge(order)).outcome).toBe('succeeded'));
      expect((await holder.intents()).map(({ status: each }) => each)).toEqual(['succeeded']);
    });
  });

  it('a card that was declined too often by its network’s rule is not tried any more by its account, and another one may', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const holder = await cardholder(app, DECLINES);
    const instrument = `fp_${holder.methodId}`;
    // Another Customer each time: it is the card that counts. Six a payer, of which ten minutes may have ten.
    for (let n = 0; n < 15; n++) {
      const other = await cardholder(app, DECLINES);
      expect((await other.charge(other.order({}, { instrument }))).outcome).toBe('declined');
    }
    const before = (await app.simulator.requests()).requests.length;
    const order = holder.order({}, { instrument });
    await expect(holder.charge(order)).rejects.toMatchObject({ code: 'too_many_declines' });
    const bySurface = holder.order({ owner: { surface: 'gateway', accountId: ACCOUNT } }, { instrument });
    await expect(holder.charge(bySurface)).rejects.toMatchObject({ code: 'too_many_declines' });
    const asked = (await app.simulator.requests()).requests
      .slice(before)
      .filter(({ path }) => path.endsWith('/confirm'));
    expect(asked).toEqual([]);
    const ofAnother = holder.order({ owner: { surface: 'ghost', accountId: 'another' } }, { instrument });
    expect((await holder.charge(ofAnother)).outcome).toBe('declined');
  });
});
