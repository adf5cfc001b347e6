import { PaymentObserver } from '../../src/modules/payment/provider/payment-observer.js';
import { PaymentFence } from '../../src/modules/payment/provider/payment-fence.js';
import { StripeCalls } from '../../src/platform/stripe/stripe-calls.js';
import type { TestApp } from '../support/app.js';
import { eventually, HOUR, MINUTE, payer, payments, recordOf, resolve, secret } from '../support/payments.js';
import { appPool } from '../support/pool.js';
import { struck } from '../support/proxied-app.js';
import type { FaultAction } from '../support/simulator.js';

// Ours, not the browser's, which has no key.
const CONFIRM = { method: 'POST', path: '/v1/payment_intents/*/confirm', keyIncludes: ':confirm:' };
const DECLINED = 'pm_card_visa_chargeDeclined';

// Most of the time they wait for a time-out, so they run at once, each with an app to itself.
const it = globalThis.it.concurrent;

/**
 * Each row of docs/payment-protocol.md 2.6, read through the rulings: what Stripe answers, what the payer is told, what is
 * true at the end.
 */
describe('what a confirm may be answered', () => {
  const apps = appPool(4, {
    webhooks: false,
    env: { STRIPE_TIMEOUT: '1s', PAYMENT_REPEAT_WAIT: '1s', RESOLVER_TICK: '1h', STOREFRONT_JWT_TTL: '90d' },
  });
  afterAll(() => apps.stop());

  /** Both tries of one SDK call go wrong. */
  const bothTries = (app: TestApp, action: FaultAction) => app.simulator.fault({ ...CONFIRM, times: 2 }, action);

  describe('no answer, or an effect that comes late', () => {
    it.each<[string, string, FaultAction]>([
      ['T-13', 'never arrives', { type: 'drop_before' }],
      ['T-20', 'is reset before it takes effect', { type: 'reset_before' }],
    ])('%s a confirm that %s is processing; the same card again pays, once', async (_t, _what, action) => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await bothTries(app, action);
      const unknown = await buyer.confirm('pm_card_visa');
      expect([unknown.status, unknown.body['status']]).toEqual([201, 'processing']);
      expect((await buyer.record()).state).toBe('CONFIRMING');
      expect((await buyer.read()).body['status']).toBe('processing');
      const paid = await buyer.confirm('pm_card_visa');
      expect([paid.status, paid.body['status']]).toEqual([201, 'succeeded']);
      expect((await buyer.record()).attempt?.n).toBe(1);
      expect(await buyer.charges()).toHaveLength(1);
    });

    it('T-13 a confirm that never arrives and nobody comes back for: processing, then fenced', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await bothTries(app, { type: 'drop_before' });
      expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('processing');
      await app.advance(9 * MINUTE);
      await resolve(app);
      expect((await buyer.record()).state).toBe('CONFIRMING');
      expect((await buyer.read()).body['status']).toBe('processing');
      // Its age is what operators see: unknown since its first try.
      expect((await app.http.get('/metrics')).text).toMatch(/^payments_unknown\{age="under_10m"\} [1-9]/m);
      await app.advance(2 * MINUTE);
      await resolve(app);
      expect((await buyer.read()).body['status']).toBe('canceled');
      expect((await buyer.record()).state).toBe('CANCELED');
      expect((await secret(app).paymentIntents.retrieve(buyer.id)).status).toBe('canceled');
      expect(await buyer.charges()).toHaveLength(0);
    });

    it('T-14 an answer that never comes after the effect: a read finds it, with its receipt', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await bothTries(app, { type: 'drop_after_effect' });
      const told = await buyer.confirm('pm_card_visa');
      expect([told.status, told.body['status']]).toEqual([201, 'processing']);
      await app.advance(6_000); // a read of what is younger asks nobody
      expect((await buyer.read()).body['status']).toBe('succeeded');
      const record = await buyer.record();
      expect([record.state, record.effects.map(({ id }) => id)]).toEqual(['SUCCEEDED', [`${record._id}:succeeded`]]);
      expect(await buyer.charges()).toHaveLength(1);
    });

    it.each<[string, FaultAction]>([
      ['reset before the effect', { type: 'reset_before' }],
      ['reset after it', { type: 'reset_after' }],
      ['truncated', { type: 'truncate_body' }],
      ['no JSON', { type: 'bad_json' }],
    ])('T-20 one try that is %s: succeeded or processing, never a failure, and one charge', async (_what, action) => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await app.simulator.fault({ ...CONFIRM, times: 1 }, action);
      const told = await buyer.confirm('pm_card_visa');
      expect(told.status).toBe(201);
      expect(['processing', 'succeeded']).toContain(told.body['status']);
      await app.advance(6_000);
      expect((await buyer.read()).body['status']).toBe('succeeded');
      expect(await buyer.charges()).toHaveLength(1);
    });

    it.each<[string, string, FaultAction]>([
      ['T-14', 'is lost', { type: 'drop_after_effect' }],
      ['T-20', 'is cut by a reset', { type: 'reset_after' }],
      ['T-20', 'arrives truncated', { type: 'truncate_body' }],
    ])(
      '%s an answer that %s after the effect is found by the resolver, without a webhook or a read',
      async (_t, _what, action) => {
        await using lent = await apps.lend();
        const { app } = lent;
        const buyer = await payer(app);
        await app.simulator.fault({ ...CONFIRM, times: 1 }, action);
        await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'drop_before' });
        const told = await buyer.confirm('pm_card_visa');
        expect(told.status).toBe(201);
        expect(['processing', 'succeeded']).toContain(told.body['status']);
        await app.advance(3 * MINUTE);
        await resolve(app);
        expect((await buyer.record()).state).toBe('SUCCEEDED');
        expect((await buyer.list()).body).toMatchObject([{ status: 'succeeded' }]);
        expect(await buyer.charges()).toHaveLength(1);
      },
    );

    it('T-15 a confirm nobody comes back for is fenced after ten quiet minutes, and its late effect refused', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await bothTries(app, { type: 'delay_effect', ms: 20 * MINUTE });
      expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('processing');
      await app.advance(9 * MINUTE);
      await resolve(app);
      expect((await buyer.record()).state).toBe('CONFIRMING');
      await app.advance(2 * MINUTE);
      await resolve(app);
      expect((await buyer.record()).state).toBe('CANCELED');
      // Now the late confirms arrive, at a PaymentIntent that is canceled; and a last look changes nothing.
      await app.advance(15 * MINUTE);
      await app.app.get(PaymentObserver, { strict: false }).observe(await buyer.record());
      expect(await buyer.charges()).toHaveLength(0);
      expect((await secret(app).paymentIntents.retrieve(buyer.id)).status).toBe('canceled');
      expect((await buyer.read()).body['status']).toBe('canceled');
      expect((await buyer.record()).state).toBe('CANCELED');
      expect((await buyer.confirm('pm_card_visa')).status).toBe(409);
      expect((await buyer.create()).status).toBe(409);
    });

    it('an open 3-D Secure page under an unsettled attempt is given thirty minutes', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'drop_after_effect' });
      await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'drop_before' });
      await buyer.confirm('pm_card_threeDSecure2Required');
      await app.advance(12 * MINUTE);
      await resolve(app);
      expect((await buyer.record()).state).toBe('CONFIRMING');
      await app.advance(20 * MINUTE);
      await resolve(app);
      expect((await buyer.record()).state).toBe('CANCELED');
    });
    it('takes effect after the shopper tried another card: one charge, and both are told the truth', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await bothTries(app, { type: 'delay_effect', ms: 5 * MINUTE });
      expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('processing');
      // The other card first settles attempt 1 under its own key, which runs it now.
      const other = await buyer.confirm('pm_card_mastercard');
      expect([other.status, other.body['status']]).toEqual([201, 'succeeded']);
      await app.advance(10 * MINUTE);
      await resolve(app);
      expect(await buyer.charges()).toHaveLength(1);
      expect((await buyer.record()).attempt).toMatchObject({ n: 1, paymentMethodId: 'pm_card_visa' });
    });

    it('a declined first card is settled first, then the second card is attempt 2', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await bothTries(app, { type: 'drop_before' });
      expect((await buyer.confirm(DECLINED)).body['status']).toBe('processing');
      const paid = await buyer.confirm('pm_card_visa');
      expect([paid.status, paid.body['status']]).toEqual([201, 'succeeded']);
      expect((await buyer.record()).settled.map(({ n, result }) => [n, result])).toEqual([
        [1, 'declined'],
        [2, 'succeeded'],
      ]);
    });
  });

  describe('an error or a refusal', () => {
    it('T-16 kept under the key, without effect: the repeat moves to the next key and pays', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await app.simulator.fault(
        { ...CONFIRM, times: 1 },
        { type: 'status', status: 500, when: 'before', cached: true },
      );
      const told = await buyer.confirm('pm_card_visa');
      expect([told.status, told.body['status']]).toEqual([201, 'succeeded']);
      expect((await buyer.record()).attempt).toMatchObject({ n: 1, generation: 1 });
      expect(await buyer.charges()).toHaveLength(1);
    });

    it.each([
      ['the payer comes back: the next key pays', true],
      ['nobody comes back: fenced', false],
    ])('T-16 kept under the key, without effect, and not heard either; %s', async (_what, comesBack) => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      const first = { type: 'status', status: 500, when: 'before', cached: true } as const;
      await app.simulator.fault({ ...CONFIRM, times: 1 }, first);
      await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'drop_before' });
      expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('processing');
      if (comesBack) {
        const told = await buyer.confirm('pm_card_visa');
        expect([told.status, told.body['status']]).toEqual([201, 'succeeded']);
        expect((await buyer.record()).attempt).toMatchObject({ n: 1, generation: 1 });
      } else {
        await app.advance(11 * MINUTE);
        await resolve(app);
        expect((await buyer.record()).state).toBe('CANCELED');
      }
      expect(await buyer.charges()).toHaveLength(comesBack ? 1 : 0);
    });

    it('T-17 after the effect, and not heard: processing, then found', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'status', status: 500, when: 'after' });
      await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'drop_before' });
      expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('processing');
      await app.advance(3 * MINUTE);
      await resolve(app);
      expect((await buyer.record()).state).toBe('SUCCEEDED');
      expect(await buyer.charges()).toHaveLength(1);
    });

    it('T-17 kept under the key, after the effect: succeeded, under the first key', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'status', status: 500, when: 'after' });
      const told = await buyer.confirm('pm_card_visa');
      expect([told.status, told.body['status']]).toEqual([201, 'succeeded']);
      expect(await buyer.charges()).toHaveLength(1);
      expect((await buyer.record()).attempt?.generation).toBe(0);
    });

    it.each([500, 503])('%i from the edge, not kept: unsettled, and the generation does not move', async (status) => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await bothTries(app, { type: 'status', status, when: 'before', cached: false });
      expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('processing');
      expect((await buyer.record()).attempt?.generation).toBe(0);
      expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
    });
    it.each([401, 403, 429])(
      '%i as the answer to the only try: 503 with Retry-After, nothing started, then payable',
      async (status) => {
        await using lent = await apps.lend();
        const { app } = lent;
        const buyer = await payer(app);
        await app.simulator.fault(
          { ...CONFIRM, times: 1 },
          { type: 'status', status, when: 'before', headers: { 'retry-after': '3' } },
        );
        const refused = await buyer.confirm('pm_card_visa');
        expect(refused.status).toBe(503);
        expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
        expect((await buyer.record()).settled).toMatchObject([{ n: 1, result: 'not_sent' }]);
        // While Stripe refuses the key nothing is started; a probe finds out every five seconds, or now.
        if (status === 401) await app.app.get(StripeCalls, { strict: false }).tryKey();
        const paid = await buyer.confirm('pm_card_visa');
        expect(paid.body['status']).toBe('succeeded');
        expect((await buyer.record()).attempt?.n).toBe(2);
        expect(await buyer.charges()).toHaveLength(1);
      },
    );

    it('a timeout, then a 429: the first may have run, so it is processing and stays unsettled', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'delay_effect', ms: 60 * MINUTE });
      await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'status', status: 429, when: 'before' });
      const told = await buyer.confirm('pm_card_visa');
      expect([told.status, told.body['status']]).toEqual([201, 'processing']);
      expect((await buyer.record()).state).toBe('CONFIRMING');
      const other = await buyer.confirm(DECLINED);
      expect([other.status, other.body['status']]).toEqual([201, 'succeeded']);
      await app.advance(2 * HOUR);
      expect(await buyer.charges()).toHaveLength(1);
    });

    it.each([500, 503])(
      'a %i after the effect, then a 429: the SDK hides the first, which has charged',
      async (status) => {
        await using lent = await apps.lend();
        const { app } = lent;
        const buyer = await payer(app);
        await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'status', status, when: 'after' });
        await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'status', status: 429, when: 'before' });
        const told = await buyer.confirm('pm_card_visa');
        expect([told.status, told.body['status']]).toEqual([201, 'processing']);
        expect((await buyer.record()).state).toBe('CONFIRMING');
        await app.advance(3 * MINUTE);
        await resolve(app);
        expect((await buyer.record()).state).toBe('SUCCEEDED');
        expect(await buyer.charges()).toHaveLength(1);
      },
    );

    it('400 for the method: told so, and still payable', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      expect((await buyer.confirm('pm_nosuchmethod')).status).toBe(400);
      expect((await buyer.record()).settled).toMatchObject([{ n: 1, result: 'not_sent' }]);
      expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
    });

    it('an idempotency_error is our bug: never a new key, never a failure, in the end a fence', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const [buyer, other] = [await payer(app), await payer(app)];
      const key = `${(await buyer.record())._id}:confirm:1:0`;
      await secret(app).paymentIntents.confirm(
        other.id,
        { payment_method: 'pm_card_visa', return_url: 'https://example.com' },
        { idempotencyKey: key },
      );
      expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('processing');
      expect((await buyer.record()).attempt).toMatchObject({ n: 1, generation: 0 });
      await app.advance(11 * MINUTE);
      await resolve(app);
      expect((await buyer.record()).state).toBe('CANCELED');
      expect(await buyer.charges()).toHaveLength(0);
    });
  });

  describe('somebody else at the same time', () => {
    it('two confirms with different cards at once: one charge', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      for (let round = 0; round < 5; round++) {
        const buyer = await payer(app);
        const [a, b] = await Promise.all([buyer.confirm('pm_card_visa'), buyer.confirm('pm_card_mastercard')]);
        expect([a.status, b.status]).toEqual([201, 201]);
        expect([a.body['status'], b.body['status']]).toEqual(['succeeded', 'succeeded']);
        expect(await buyer.charges()).toHaveLength(1);
      }
    });

    it('two at once, one of them declined: whoever wins, nobody is told a falsehood', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      for (let round = 0; round < 5; round++) {
        const buyer = await payer(app);
        const [bad, good] = await Promise.all([buyer.confirm(DECLINED), buyer.confirm('pm_card_visa')]);
        expect(good.body['status']).toBe('succeeded');
        expect(['402 undefined', '201 succeeded']).toContain(`${bad.status} ${String(bad.body['status'])}`);
        expect(await buyer.charges()).toHaveLength(1);
      }
    });

    it('T-18 while Stripe still runs the first (409), the second is processing and starts nothing', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'hold' });
      const first = buyer.confirm('pm_card_visa');
      await new Promise((done) => setTimeout(done, 200));
      const second = await buyer.confirm('pm_card_mastercard');
      expect([second.status, second.body['status']]).toEqual([201, 'processing']);
      expect((await first).body['status']).toBe('processing');
      await app.simulator.release();
      expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
      expect((await buyer.record()).attempt?.n).toBe(1);
      expect(await buyer.charges()).toHaveLength(1);
      const { requests } = await app.simulator.requests({ key: `${(await buyer.record())._id}:confirm:` });
      expect(requests.map(({ status }) => status)).toEqual(expect.arrayContaining([409, 200]));
      expect(requests.filter(({ executed }) => executed)).toHaveLength(1);
    });

    it('the browser pays while our confirm is unanswered', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await bothTries(app, { type: 'delay_effect', ms: 60 * MINUTE });
      const ours = buyer.confirm('pm_card_visa');
      await eventually(async () => expect(await struck(app)).toBeGreaterThan(0));
      expect((await buyer.browserConfirm('pm_card_mastercard')).status).toBe('succeeded');
      expect((await ours).body['status']).toBe('processing');
      const again = await buyer.confirm('pm_card_visa');
      expect([again.status, again.body['status']]).toEqual([201, 'succeeded']);
      await app.advance(2 * HOUR);
      expect(await buyer.charges()).toHaveLength(1);
    });

    it('a decline of ours is not told to a payer whose browser has paid (a replayed 402 is checked)', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'drop_after_effect' });
      await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'drop_before' });
      expect((await buyer.confirm(DECLINED)).body['status']).toBe('processing');
      await buyer.browserConfirm('pm_card_visa');
      const told = await buyer.confirm(DECLINED);
      expect([told.status, told.body['status']]).toEqual([201, 'succeeded']);
    });

    it('paid in the browser first: our confirm is told succeeded and charges nothing more', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await buyer.browserConfirm('pm_card_visa');
      const told = await buyer.confirm('pm_card_mastercard');
      expect([told.status, told.body['status']]).toEqual([201, 'succeeded']);
      expect(await buyer.charges()).toHaveLength(1);
    });

    it('a cancel racing the browser: canceled and no charge, or paid and recorded; never both', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      for (let round = 0; round < 6; round++) {
        const buyer = await payer(app);
        const fence = app.app.get(PaymentFence, { strict: false });
        await Promise.all([
          fence.raise(await buyer.record()),
          buyer.browserConfirm('pm_card_visa').catch(() => undefined),
        ]);
        await app.advance(3 * MINUTE);
        await resolve(app);
        const charged = (await buyer.charges()).length;
        expect((await buyer.record()).state).toBe(charged === 1 ? 'SUCCEEDED' : 'CANCELED');
      }
    });
  });

  describe('nobody in sight, and the fence', () => {
    const CANCEL = { method: 'POST', path: '/v1/payment_intents/*/cancel' };

    it('stores its intent before the call; until Stripe has answered no attempt starts, and the cancel is repeated', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await app.simulator.fault({ ...CANCEL, times: 4 }, { type: 'drop_before' });
      await app.app.get(PaymentFence, { strict: false }).raise(await buyer.record());
      expect(await buyer.record()).toMatchObject({ state: 'PI_CREATED', cancelRequested: true });
      const refused = await buyer.confirm('pm_card_visa');
      expect(refused.status).toBe(503);
      expect((await buyer.record()).attempt).toBeNull();
      expect((await buyer.read()).body['status']).toBe('processing');
      await app.advance(3 * MINUTE);
      await resolve(app);
      expect((await buyer.record()).state).toBe('CANCELED');
      expect(await buyer.charges()).toHaveLength(0);
    });

    it('is not blocked for a day by a 500 kept under its key', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await app.simulator.fault({ ...CANCEL, times: 1 }, { type: 'status', status: 500, when: 'before', cached: true });
      await app.app.get(PaymentFence, { strict: false }).raise(await buyer.record());
      await app.advance(3 * MINUTE);
      await resolve(app);
      expect(await buyer.record()).toMatchObject({ state: 'CANCELED', cancelGeneration: 1 });
    });

    it('a success that comes after all overrides our CANCELED, with an alarm', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await buyer.browserConfirm('pm_card_visa');
      const { PAYMENT_MODEL } = await import('../../src/modules/payment/record/payment.schema.js');
      const { getModelToken } = await import('@nestjs/mongoose');
      await app.app
        .get(getModelToken(PAYMENT_MODEL), { strict: false })
        .updateOne({ providerPaymentId: buyer.id }, { $set: { state: 'CANCELED', nextCheckAt: null } });
      await app.app.get(PaymentObserver, { strict: false }).observe(await buyer.record());
      expect((await buyer.record()).state).toBe('SUCCEEDED');
      expect((await app.http.get('/metrics', { check: false })).text).toMatch(/^late_success_total 1$/m);
    });
    it('paid in the browser, no webhook, no read: the poller finds it', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await buyer.browserConfirm('pm_card_visa');
      await app.advance(2 * MINUTE);
      await resolve(app);
      expect((await buyer.list()).body).toMatchObject([{ status: 'succeeded' }]);
    });

    it('an unpaid payment is canceled a day after its last activity, and not before', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      for (let hour = 0; hour < 23; hour++) {
        await app.advance(HOUR);
        await resolve(app);
      }
      expect((await buyer.record()).state).toBe('PI_CREATED');
      await app.advance(2 * HOUR);
      await resolve(app);
      expect((await buyer.record()).state).toBe('CANCELED');
      await expect(buyer.browserConfirm('pm_card_visa')).rejects.toThrow('payment_intent_unexpected_state');
      expect((await buyer.create()).status).toBe(409);
    });

    it('abandoned while Stripe does not answer: asked again two minutes later, however far it had backed off', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await backOff(app);
      await app.simulator.fault(
        { method: 'GET', path: `/v1/payment_intents/${buyer.id}`, times: 2 },
        { type: 'reset_before' },
      );
      await app.advance(25 * HOUR);
      await resolve(app);
      expect((await buyer.record()).state).toBe('PI_CREATED');
      await app.advance(3 * MINUTE);
      await resolve(app);
      expect((await buyer.record()).state).toBe('CANCELED');
    });

    it('a PaymentIntent that Stripe does not have is asked for on backoff: that is an answer', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await backOff(app);
      const { _id } = await buyer.record();
      await payments(app).updateOne({ _id }, { $set: { providerPaymentId: `pi_gone${buyer.cuid}` } });
      await app.advance(25 * HOUR);
      await resolve(app);
      const { nextCheckAt, state } = await recordOf(app, `pi_gone${buyer.cuid}`);
      expect(state).toBe('PI_CREATED');
      expect(Number(nextCheckAt) - app.clock.now()).toBeGreaterThan(10 * MINUTE);
    });

    async function backOff(app: TestApp): Promise<void> {
      for (let pass = 0; pass < 6; pass++) {
        await app.advance(31 * MINUTE);
        await resolve(app);
      }
    }

    it('a decline and an open 3-D Secure page are abandoned the same way', async () => {
      await using lent = await apps.lend();
      const { app } = lent;
      const [declined, open] = [await payer(app), await payer(app)];
      await declined.confirm(DECLINED);
      await open.confirm('pm_card_threeDSecure2Required');
      await app.advance(25 * HOUR);
      await resolve(app);
      expect([(await declined.record()).state, (await open.record()).state]).toEqual(['CANCELED', 'CANCELED']);
    });
  });
});
