import { startTestApp, type TestApp } from '../support/app.js';
import { eventually, HOUR, MINUTE, newCuid, payments, resolve, secret } from '../support/payments.js';
import { clearSky, Pool } from '../support/pool.js';
import { struck } from '../support/proxied-app.js';
import type { Payment } from '../../src/modules/payment/record/payment.types.js';

const CREATE = { method: 'POST', path: '/v1/payment_intents' };

// Most of the time they wait, so they run at once, each with an app to itself.
const it = globalThis.it.concurrent;

describe('what a create may be answered', () => {
  const apps = new Pool(4, {
    async start() {
      const app = await startTestApp({
        webhooks: false,
        env: { STRIPE_TIMEOUT: '1s', PAYMENT_REPEAT_WAIT: '1s', RESOLVER_TICK: '1h', STOREFRONT_JWT_TTL: '90d' },
      });
      const { token } = await app.register();
      // The Customer exists from here on: the faults below meet the PaymentIntent.
      await app.http.post('/payment', { cuid: newCuid() }, { token });
      return { app, token };
    },
    tidy: ({ app }) => clearSky(app),
    stop: ({ app }) => app.stop(),
  });
  afterAll(() => apps.stop());

  /** A cuid of its own, and what becomes of it. */
  function checkout({ app, token }: { readonly app: TestApp; readonly token: string }) {
    const cuid = newCuid();
    const record = async (): Promise<Payment> => {
      const found = await payments(app).findOne({ cuid }).lean<Payment>().exec();
      if (found === null) throw new Error(`no payment of ${cuid}`);
      return found;
    };
    return {
      app,
      token,
      cuid,
      record,
      create: () => app.http.post('/payment', { cuid }, { token }),
      intents: async () => {
        const { data } = await secret(app).paymentIntents.list({ limit: 100 });
        return data.filter(({ metadata }) => metadata['cuid'] === cuid);
      },
      /** The shortest time between two tries of this payment's create, by Stripe's clock. */
      leastPauseMs: async () => {
        const { requests } = await app.simulator.requests({ key: `${(await record())._id}:create:` });
        expect(requests).toHaveLength(3);
        return Math.min(...requests.slice(1).map(({ at }, i) => at - (requests[i]?.at ?? 0)));
      },
    };
  }

  it.each([
    ['never arrives', { type: 'drop_before' }],
    ['is lost after the effect', { type: 'drop_after_effect' }],
    ['is reset', { type: 'reset_after' }],
  ] as const)('a create that %s: 502, and the repeat gets the one PaymentIntent', async (_what, action) => {
    await using lent = await apps.lend();
    const { app, create, record, intents } = checkout(lent);
    await app.simulator.fault({ ...CREATE, times: 2 }, action);
    expect((await create()).status).toBe(502);
    expect((await record()).state).toBe('NEW');
    const again = await create();
    expect(again.status).toBe(201);
    expect(await intents()).toHaveLength(1);
    expect((await record()).providerPaymentId).toBe(again.body['id']);
  });

  it('T-16 a 500 kept under the key: the next key makes it, in the same request', async () => {
    await using lent = await apps.lend();
    const { app, create, record } = checkout(lent);
    await app.simulator.fault({ ...CREATE, times: 1 }, { type: 'status', status: 500, when: 'before', cached: true });
    expect((await create()).status).toBe(201);
    expect(await record()).toMatchObject({ createGeneration: 1, state: 'PI_CREATED' });
  });

  it('a 500 after the effect leaves a twin that can never be confirmed: its secret stays inside', async () => {
    await using lent = await apps.lend();
    const { app, token, cuid, create, intents } = checkout(lent);
    await app.simulator.fault({ ...CREATE, times: 1 }, { type: 'status', status: 500, when: 'after' });
    const made = await create();
    expect(made.status).toBe(201);
    const [stored, ...twins] = (await intents()).toSorted((a) => (a.id === made.body['id'] ? -1 : 1));
    expect(stored?.client_secret).toBe(made.body['clientSecret']);
    expect(twins).toHaveLength(1);
    const paid = await app.http.post(
      '/payment/confirm',
      { cuid, paymentId: twins[0]?.id, paymentMethodId: 'pm_card_visa' },
      { token },
    );
    expect(paid.status).toBe(404);
  });

  it('T-19 429 is waited out as Stripe asks, then made', async () => {
    await using lent = await apps.lend();
    const { app, token, cuid, create, leastPauseMs } = checkout(lent);
    await app.simulator.fault(
      { ...CREATE, times: 2 },
      { type: 'status', status: 429, when: 'before', headers: { 'retry-after': '1' } },
    );
    const made = await create();
    expect(made.status).toBe(201);
    expect(await leastPauseMs()).toBeGreaterThanOrEqual(1_000);
    const confirm = { cuid, paymentId: made.body['id'], paymentMethodId: 'pm_card_visa' };
    expect((await app.http.post('/payment/confirm', confirm, { token })).body['status']).toBe('succeeded');
    expect((await app.simulator.ledger({ paymentIntent: String(made.body['id']) })).count).toBe(1);
  });

  it('T-19 429 to everything is 503 with what Stripe asked for, and nothing has begun', async () => {
    await using lent = await apps.lend();
    const { app, create, record, intents, leastPauseMs } = checkout(lent);
    await app.simulator.fault(
      { path: '/v1/*', times: 0 },
      { type: 'status', status: 429, when: 'before', headers: { 'retry-after': '3' } },
    );
    const busy = await create();
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '3']);
    expect((await record()).state).toBe('NEW');
    expect(await leastPauseMs()).toBeGreaterThanOrEqual(3_000);
    await app.simulator.clearFaults();
    expect(await intents()).toEqual([]);
  });

  it('T-19 429 beyond our patience is 503 with Retry-After, and the payment resumes later', async () => {
    await using lent = await apps.lend();
    const { app, create, record } = checkout(lent);
    await app.simulator.fault(
      { ...CREATE, times: 3 },
      { type: 'status', status: 429, when: 'before', headers: { 'retry-after': '1' } },
    );
    const busy = await create();
    expect([busy.status, Number(busy.headers.get('retry-after'))]).toEqual([503, 1]);
    expect((await record()).state).toBe('NEW');
    expect((await create()).status).toBe(201);
  });

  it.each([401, 403])('%i is 503 and changes nothing', async (status) => {
    await using lent = await apps.lend();
    const { app, create, record } = checkout(lent);
    await app.simulator.fault({ ...CREATE, times: 1 }, { type: 'status', status, when: 'before' });
    expect((await create()).status).toBe(503);
    expect((await record()).state).toBe('NEW');
    expect((await create()).status).toBe(201);
  });

  it('400 is final: rejected, and a repeat says the same without asking Stripe', async () => {
    await using lent = await apps.lend();
    const { app, create, record, intents } = checkout(lent);
    await app.simulator.fault(
      { ...CREATE, times: 1 },
      { type: 'status', status: 400, code: 'amount_too_small', when: 'before' },
    );
    expect((await create()).status).toBe(400);
    expect((await record()).state).toBe('REJECTED');
    expect((await create()).status).toBe(400);
    expect(await intents()).toHaveLength(0);
  });

  it('a 400 that names no parameter of ours is 503, nothing is for good, and the next try makes it', async () => {
    await using lent = await apps.lend();
    const { app, create, record, intents } = checkout(lent);
    await app.simulator.fault({ ...CREATE, times: 1 }, { type: 'status', status: 400, when: 'before' });
    const refused = await create();
    expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([503, 5]);
    expect(await record()).toMatchObject({ state: 'NEW', leaseUntil: null, createGeneration: 1 });
    expect((await create()).status).toBe(201);
    expect(await intents()).toHaveLength(1);
  });

  it('a refusal after a try without an answer is not definite: not REJECTED', async () => {
    await using lent = await apps.lend();
    const { app, create, record } = checkout(lent);
    await app.simulator.fault({ ...CREATE, times: 1 }, { type: 'reset_after' });
    const refusal = { type: 'status', status: 400, code: 'amount_too_small', when: 'before' } as const;
    await app.simulator.fault({ ...CREATE, times: 1 }, refusal);
    expect((await create()).status).toBe(503);
    expect((await record()).state).toBe('NEW');
    expect((await create()).status).toBe(201);
  });

  it('a second request waits for the first and answers the same', async () => {
    await using lent = await apps.lend();
    const { app, create, intents } = checkout(lent);
    await app.simulator.fault({ ...CREATE, times: 1 }, { type: 'latency', ms: 400 });
    const [a, b] = await Promise.all([create(), create()]);
    expect([a.status, b.status]).toEqual([201, 201]);
    expect(a.text).toBe(b.text);
    expect(await intents()).toHaveLength(1);
  });

  it('409 only after waiting, while the first is still at work', async () => {
    await using lent = await apps.lend();
    const { app, create } = checkout(lent);
    await app.simulator.fault({ ...CREATE, times: 2 }, { type: 'drop_before' });
    const first = create();
    await eventually(async () => expect(await struck(app)).toBeGreaterThan(0));
    const second = await create();
    expect(second.status).toBe(409);
    expect((await first).status).toBe(502);
    expect((await create()).status).toBe(201);
  });

  it('the loser of a race answers the winner’s secret, never its own', async () => {
    await using lent = await apps.lend();
    const { app, cuid, create, record, intents } = checkout(lent);
    // The first create is held at Stripe; meanwhile its lease runs out and another request makes another PaymentIntent.
    const held = await app.simulator.fault({ ...CREATE, times: 1 }, { type: 'hold' });
    const slow = create();
    await eventually(async () => {
      const { faults } = (await app.simulator.faults()) as { faults: { id: string; hits: number }[] };
      expect(faults.find(({ id }) => id === held)?.hits).toBe(1);
    });
    await payments(app).updateOne({ cuid }, { $set: { leaseUntil: null, createGeneration: 7 } });
    const fast = await create();
    await app.simulator.release();
    const late = await slow;
    expect([fast.status, late.status]).toEqual([201, 201]);
    expect(late.body).toEqual(fast.body);
    const all = await intents();
    expect(all).toHaveLength(2);
    expect((await record()).providerPaymentId).toBe(fast.body['id']);
  });

  it('a payment that never got a PaymentIntent is closed after a day', async () => {
    await using lent = await apps.lend();
    const { app, create, record } = checkout(lent);
    await app.simulator.fault({ ...CREATE, times: 2 }, { type: 'drop_before' });
    expect((await create()).status).toBe(502);
    await app.advance(23 * HOUR);
    await resolve(app);
    expect((await record()).state).toBe('NEW');
    await app.advance(2 * HOUR);
    await resolve(app);
    expect((await record()).state).toBe('CANCELED');
    expect((await create()).status).toBe(409);
  });

  it('Stripe away when a Customer is needed first: 502, nothing stored, then made', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const other = await app.register();
    await app.simulator.fault({ method: 'POST', path: '/v1/customers', times: 2 }, { type: 'drop_before' });
    const mine = newCuid();
    expect((await app.http.post('/payment', { cuid: mine }, { token: other.token })).status).toBe(502);
    expect((await app.http.post('/payment', { cuid: mine }, { token: other.token })).status).toBe(201);
  });

  it('a 500 kept under the Customer’s key does not lock a user out for a day', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const other = await app.register();
    await app.simulator.fault(
      { method: 'POST', path: '/v1/customers', times: 1 },
      { type: 'status', status: 500, when: 'before', cached: true },
    );
    expect((await app.http.post('/payment', { cuid: newCuid() }, { token: other.token })).status).toBe(201);
  });

  it('a repeat while Stripe is away is 502: the secret is read from there and stored nowhere', async () => {
    await using lent = await apps.lend();
    const { app, create, record } = checkout(lent);
    expect((await create()).status).toBe(201);
    await app.simulator.fault({ method: 'GET', path: '/v1/payment_intents/*', times: 2 }, { type: 'drop_before' });
    expect((await create()).status).toBe(502);
    expect(JSON.stringify(await record())).not.toContain('_secret_');
    await app.advance(MINUTE);
  });
});
