import { setTimeout as sleep } from 'node:timers/promises';
import { mongo } from 'mongoose';
import { PaymentRepository } from '../../src/modules/payment/record/payment.repository.js';
import { UserService } from '../../src/modules/user/user.service.js';
import { startTestApp, type TestApp, type TestAppOptions } from '../support/app.js';
import { freshDatabase, through } from '../support/database.js';
import { isCommand } from '../support/mongo-frames.js';
import { newCuid, type Payer, payer, payments, secret } from '../support/payments.js';
import { appPool } from '../support/pool.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import type { Payment } from '../../src/modules/payment/record/payment.types.js';

const CONFIRM = { method: 'POST', path: '/v1/payment_intents/*/confirm', keyIncludes: ':confirm:' };
const ENV = { RESOLVER_TICK: '1h', STRIPE_TIMEOUT: '2s', PAYMENT_REPEAT_WAIT: '300ms' };
const STARTS_ATTEMPT = isCommand('update', 'CONFIRMING');

// Most of the time they wait, so they run at once, each with an app to itself.
const it = globalThis.it.concurrent;

/** What one test starts; all of it ends with the test. */
class Scene implements AsyncDisposable {
  private readonly running: TestApp[] = [];
  private proxy: TcpProxy | undefined;

  async start(options: TestAppOptions = {}): Promise<TestApp> {
    const app = await startTestApp({ webhooks: false, ...options, env: { ...ENV, ...options.env } });
    this.running.push(app);
    return app;
  }

  /** The same database twice: directly, and through a proxy that the test breaks. */
  async behindProxy(): Promise<{ direct: string; via: string; proxy: TcpProxy }> {
    const direct = freshDatabase();
    const proxy = (this.proxy = await TcpProxy.start({ target: { port: Number(new URL(direct).port) } }));
    return { direct, via: through(direct, proxy.port), proxy };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy?.restore();
    for (const app of this.running.toReversed()) await app.stop();
    await this.proxy?.close();
  }
}

/** Outcomes that something between us and the truth hides: found in review, each once a wrong answer to a payer. */
describe('an outcome that something hides', () => {
  const apps = appPool(2, { webhooks: false, env: ENV });
  afterAll(() => apps.stop());

  const confirmAt = (app: TestApp, buyer: Payer, paymentMethodId: string) =>
    app.http.post(
      '/payment/confirm',
      { cuid: buyer.cuid, paymentId: buyer.id, paymentMethodId },
      { token: buyer.token },
    );

  it('the start of an attempt is applied, its answer lost and the store gone: processing, not "could not be started"', async () => {
    await using scene = new Scene();
    const { via, proxy: store } = await scene.behindProxy();
    // As on a replica set, where the driver itself would try again.
    const app = await scene.start({ mongoUri: via.replace('retryWrites=false', 'retryWrites=true') });
    const buyer = await payer(app);
    const sprung = store.cutAfterNextRequest(STARTS_ATTEMPT);
    const first = buyer.confirm('pm_card_visa');
    await sprung;
    await store.cut();
    const told = await first;
    expect([told.status, told.body['status']]).toEqual([201, 'processing']);
    await store.restore();
    await sleep(2_500);
    expect(await buyer.record()).toMatchObject({
      state: 'CONFIRMING',
      attempt: { n: 1, paymentMethodId: 'pm_card_visa' },
    });
  });

  it('an attempt whose start took longer than the request may live is taken back, not sent', async () => {
    await using scene = new Scene();
    const { via, proxy: store } = await scene.behindProxy();
    const app = await scene.start({ mongoUri: via, env: { PAYMENT_REQUEST_DEADLINE: '1500ms' } });
    const buyer = await payer(app);
    const sprung = store.cutBeforeNextRequest(STARTS_ATTEMPT);
    const confirming = buyer.confirm('pm_card_visa');
    await sprung;
    store.stall();
    await sleep(1_600);
    await store.restore();
    const told = await confirming;
    expect(told.status).toBe(503);
    expect(await buyer.charges()).toHaveLength(0);
    expect((await buyer.record()).settled).toMatchObject([{ n: 1, result: 'not_sent' }]);
  });

  it.each([
    ['declined', 'pm_card_chargeDeclinedExpiredCard', 402, '30s'],
    ['in 3-D Secure, and this request too old', 'pm_card_threeDSecure2Required', 201, '1500ms'],
  ])(
    'our start was applied and hidden below another instance’s work (%s): processing, and no second attempt',
    async (_what, otherCard, otherStatus, deadline) => {
      await using scene = new Scene();
      const { direct, via, proxy: store } = await scene.behindProxy();
      const app = await scene.start({ mongoUri: via, env: { PAYMENT_REQUEST_DEADLINE: deadline } });
      const other = await scene.start({ mongoUri: direct, simulator: app.simulator });
      const buyer = await payer(app);
      const sprung = store.cutAfterNextRequest(STARTS_ATTEMPT);
      const ours = buyer.confirm('pm_card_visa_chargeDeclined');
      await sprung;
      store.stall();
      // The other instance settles attempt 1 and makes attempt 2 while our store does not answer.
      expect((await confirmAt(other, buyer, otherCard)).status).toBe(otherStatus);
      await sleep(1_600);
      await store.restore();
      const told = await ours;
      expect([told.status, told.body['status']]).toEqual([201, 'processing']);
      const record = await payments(other).findOne({ providerPaymentId: buyer.id }).lean<Payment>().exec();
      expect(record?.attempt?.n).toBe(2);
    },
  );

  it('the store refuses the write that settles a charge: processing, never a 500', async () => {
    await using scene = new Scene(); // not lent: it is spied upon
    const app = await scene.start();
    const buyer = await payer(app);
    const repository = app.app.get(PaymentRepository, { strict: false });
    const change = repository.change.bind(repository);
    let writes = 0;
    jest.spyOn(repository, 'change').mockImplementation((...given) => {
      writes += 1;
      if (writes === 2) throw new mongo.MongoServerError({ code: 14_031, errmsg: 'out of disk space' });
      return change(...given);
    });
    const told = await buyer.confirm('pm_card_visa');
    expect([told.status, told.body['status']]).toEqual([201, 'processing']);
    expect(await buyer.charges()).toHaveLength(1);
    expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
    expect(await buyer.charges()).toHaveLength(1);
  });

  it('a 402 of another error type than card_error settles its attempt too', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const buyer = await payer(app);
    const code = 'payment_intent_payment_attempt_failed';
    await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'status', status: 402, when: 'before', code });
    expect((await buyer.confirm('pm_card_visa')).status).toBe(402);
    expect((await buyer.record()).state).toBe('DECLINED');
    expect((await buyer.confirm('pm_card_mastercard')).body['status']).toBe('succeeded');
  });

  it('an event that is faster than our own answer costs no waiting for ourselves', async () => {
    await using scene = new Scene();
    const app = await scene.start({ webhooks: true, env: { PAYMENT_REPEAT_WAIT: '20s' } });
    const buyer = await payer(app);
    await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'slow_body', ms: 60, bytes: 500 });
    const started = performance.now();
    expect((await buyer.confirm('pm_card_threeDSecure2Required')).body['status']).toBe('requires_action');
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it('a Customer deleted in Stripe’s dashboard is made anew', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const buyer = await payer(app);
    const { customerId } = await buyer.record();
    await secret(app).customers.del(customerId);
    const again = await app.http.post('/payment', { cuid: newCuid() }, { token: buyer.token });
    expect(again.status).toBe(201);
    const user = await app.http.get(`/user/${buyer.userId}`, { token: buyer.token });
    expect(user.body['customerId']).toMatch(/^cus_/);
    expect(user.body['customerId']).not.toBe(customerId);
  });

  it.each([
    ['nobody answers', { type: 'drop_before' }, 502],
    ['too many ask', { type: 'status', status: 429, when: 'before' }, 503],
  ] as const)(
    'a deleted Customer that cannot be looked at, %s: the payment is not refused for good',
    async (_, fault, told) => {
      await using lent = await apps.lend();
      const { app } = lent;
      const buyer = await payer(app);
      await secret(app).customers.del((await buyer.record()).customerId);
      const cuid = newCuid();
      const create = () => app.http.post('/payment', { cuid }, { token: buyer.token });
      await app.simulator.fault({ method: 'GET', path: '/v1/customers/*', times: 2 }, fault);
      expect((await create()).status).toBe(told);
      expect(await payments(app).findOne({ cuid }).lean<Payment>().exec()).toMatchObject({ state: 'NEW' });
      await app.simulator.clearFaults();
      expect((await create()).status).toBe(201);
    },
  );

  it('a payment created while its user is being deleted is not left payable', async () => {
    await using scene = new Scene(); // not lent: it is spied upon
    const app = await scene.start();
    const buyer = await payer(app);
    const cuid = newCuid();
    const users = app.app.get(UserService, { strict: false });
    const remove = users.delete.bind(users);
    jest.spyOn(users, 'delete').mockImplementation(async (...given) => {
      expect((await app.http.post('/payment', { cuid }, { token: buyer.token })).status).toBe(201);
      return remove(...given);
    });
    expect((await app.http.delete(`/user/${buyer.userId}`, { token: buyer.token })).status).toBe(200);
    expect(await payments(app).findOne({ cuid }).lean<Payment>().exec()).toMatchObject({ state: 'CANCELED' });
  });

  it('what Stripe refused to be sent does not use up the tries of a payment, nor grow its record', async () => {
    await using scene = new Scene();
    const app = await scene.start({ env: { PAYMENT_MAX_ATTEMPTS: '3' } });
    const buyer = await payer(app);
    for (let i = 0; i < 24; i++) expect((await buyer.confirm(`pm_bogus${i}`)).status).toBe(400);
    expect((await buyer.record()).settled).toHaveLength(20);
    expect((await buyer.confirm('pm_card_visa')).status).toBe(201);
  });

  it('tries of a payment have an end, whatever they were answered', async () => {
    await using scene = new Scene();
    const app = await scene.start({ env: { PAYMENT_MAX_ATTEMPTS: '3' } });
    const buyer = await payer(app);
    const cards = ['', 'LostCard', 'StolenCard'].map((why) => `pm_card_visa_chargeDeclined${why}`);
    for (const card of cards) expect((await buyer.confirm(card)).status).toBe(402);
    expect((await buyer.confirm('pm_card_visa')).status).toBe(429);
  });
});
