import mongoose from 'mongoose';
import type { TestApp } from '../support/app.js';
import type { HttpAnswer } from '../support/http-client.js';
import { isCommand } from '../support/mongo-frames.js';
import { eventually, MINUTE, newCuid, payer, payments, recordOf, resolve, secret } from '../support/payments.js';
import { heldConfirm, proxiedPool, storeIsBack, struck, timed } from '../support/proxied-app.js';
import type { MessagePredicate, TcpProxy } from '../support/tcp-proxy.js';
import { storedUsers } from '../support/users.js';
import { deliverEvent, eventBody, inbox } from '../support/webhooks.js';

const ADMIN = { ADMIN_EMAIL: 'boss@example.com', ADMIN_PASSWORD: 'the first password' };
/** Half a minute is what the driver would wait by itself; the product waits a second here. The rest is a busy machine. */
const SOON_MS = 10_000;
const CREATE = { method: 'POST', path: '/v1/payment_intents' };

// Most of the time they wait, so they run at once, each with an app and a way to the store to itself.
const it = globalThis.it.concurrent;

const apps = proxiedPool(3, {
  webhooks: false,
  env: {
    ...ADMIN,
    RESOLVER_TICK: '1h',
    STOREFRONT_JWT_TTL: '90d',
    STRIPE_TIMEOUT: '1s',
    PAYMENT_REPEAT_WAIT: '1s',
    MONGODB_SERVER_SELECTION_TIMEOUT: '1s',
  },
});
afterAll(() => apps.stop());

describe('the store is down', () => {
  it('before anything was started (T-25): 503 soon, with Retry-After, and Stripe is not asked', async () => {
    await using lent = await apps.lend();
    const { app, store } = lent;
    const buyer = await payer(app);
    const before = (await app.simulator.requests()).requests.length;
    await store.cut();
    const cuid = newCuid();
    const asked = [
      () => app.http.post('/payment', { cuid }, { token: buyer.token }),
      () => buyer.create(),
      () => buyer.confirm('pm_card_visa'),
      () => buyer.read(),
      () => buyer.list(),
      () => app.http.post('/user/register', { userName: 'A', email: 'down@example.com', password: 'password' }),
      () => app.http.delete(`/user/${buyer.userId}`, { token: buyer.token }),
    ];
    for (const { answer, ms } of await Promise.all(asked.map(timed))) {
      expect(answer.body).toMatchObject({ statusCode: 503, error: 'Service Unavailable' });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(ms).toBeLessThan(SOON_MS);
    }
    expect((await app.http.get('/health/ready')).status).toBe(503);
    expect((await app.http.get('/health/live')).status).toBe(200);
    await storeIsBack(lent);
    expect((await app.simulator.requests()).requests).toHaveLength(before);
    expect(await payments(app).countDocuments({ cuid })).toBe(0);
    expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
    expect((await app.register('down@example.com')).token).toBeTruthy();
  });

  it('and goes in the middle of many requests: each is answered 200 or 503, never 500', async () => {
    await using lent = await apps.lend();
    const { app, store } = lent;
    const buyer = await payer(app);
    for (let round = 0; round < 3; round++) {
      const asked = Array.from({ length: 20 }, () => buyer.list());
      await store.cut();
      for (const { status } of await Promise.all(asked)) expect([200, 503]).toContain(status);
      await storeIsBack(lent);
    }
  });

  it('between Stripe’s yes and our writing it down (T-26): processing, later found succeeded', async () => {
    await using lent = await apps.lend();
    const { app, store } = lent;
    const buyer = await payer(app);
    const confirming = timed(await heldConfirm(app, buyer, 'pm_card_visa'));
    await store.cut();
    await app.simulator.release();
    const { answer, ms } = await confirming;
    expect([answer.status, answer.body['status']]).toEqual([201, 'processing']);
    expect(ms).toBeLessThan(SOON_MS);
    await storeIsBack(lent);
    expect((await buyer.record()).state).toBe('CONFIRMING');
    await app.advance(3 * MINUTE);
    await resolve(app);
    expect((await buyer.record()).state).toBe('SUCCEEDED');
    expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
    expect(await buyer.charges()).toHaveLength(1);
  });

  it('between Stripe’s no and our writing it down: processing, then the decline is told and another card pays', async () => {
    await using lent = await apps.lend();
    const { app, store } = lent;
    const buyer = await payer(app);
    const confirming = await heldConfirm(app, buyer, 'pm_card_visa_chargeDeclined');
    await store.cut();
    await app.simulator.release();
    const told = await confirming();
    expect([told.status, told.body['status']]).toEqual([201, 'processing']);
    await storeIsBack(lent);
    expect((await buyer.confirm('pm_card_visa_chargeDeclined')).status).toBe(402);
    expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
    expect((await buyer.record()).settled.map(({ n }) => n)).toEqual([1, 2]);
    expect(await buyer.charges()).toHaveLength(1);
  });

  it('between the PaymentIntent and our storing it: 503, and the same cuid gets the one PaymentIntent', async () => {
    await using lent = await apps.lend();
    const { app, store } = lent;
    const { token } = await app.register();
    await app.http.post('/payment', { cuid: newCuid() }, { token });
    const cuid = newCuid();
    await app.simulator.fault({ ...CREATE, times: 1 }, { type: 'hold' });
    const creating = app.http.post('/payment', { cuid }, { token });
    await eventually(async () => expect(await payments(app).findOne({ cuid }).lean()).toMatchObject({ state: 'NEW' }));
    await eventually(async () => expect(await struck(app)).toBe(1));
    await store.cut();
    await app.simulator.release();
    expect((await creating).status).toBe(503);
    await storeIsBack(lent);
    await app.advance(2 * MINUTE); // the lease of the request that failed is over
    const again = await app.http.post('/payment', { cuid }, { token });
    expect(again.status).toBe(201);
    expect(await intents(app, cuid)).toEqual([again.body['id']]);
  });
});

async function intents(app: TestApp, cuid: string): Promise<string[]> {
  const { data } = await secret(app).paymentIntents.list({ limit: 100 });
  return data.filter(({ metadata }) => metadata['cuid'] === cuid).map(({ id }) => id);
}

describe.each(['cutAfterNextRequest', 'cutBeforeNextRequest'] as const)('a write is lost (T-28, %s):', (cut) => {
  /** Springs on the next such write, and says what was answered. */
  async function losing(store: TcpProxy, write: MessagePredicate, ask: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
    let sprung = false;
    void store[cut](write).then(() => (sprung = true));
    const answer = await ask();
    expect(sprung).toBe(true);
    return answer;
  }

  it('the payment’s insert', async () => {
    await using lent = await apps.lend();
    const { app, store } = lent;
    const { token } = await app.register();
    const cuid = newCuid();
    const made = await losing(store, isCommand('insert', 'payments', cuid), () =>
      app.http.post('/payment', { cuid }, { token }),
    );
    expect(made.status).toBe(201);
    expect(await payments(app).countDocuments({ cuid })).toBe(1);
    expect(await intents(app, cuid)).toEqual([made.body['id']]);
    expect(await recordOf(app, String(made.body['id']))).toMatchObject({ v: 2, state: 'PI_CREATED' });
    expect((await app.http.post('/payment', { cuid }, { token })).text).toBe(made.text);
  });

  it('storing the PaymentIntent', async () => {
    await using lent = await apps.lend();
    const { app, store } = lent;
    const { token } = await app.register();
    const cuid = newCuid();
    const made = await losing(store, isCommand('update', 'payments', 'PI_CREATED'), () =>
      app.http.post('/payment', { cuid }, { token }),
    );
    expect(made.status).toBe(201);
    expect(await intents(app, cuid)).toEqual([made.body['id']]);
    expect(await recordOf(app, String(made.body['id']))).toMatchObject({ v: 2, state: 'PI_CREATED' });
  });

  it('storing the Customer', async () => {
    await using lent = await apps.lend();
    const { app, store } = lent;
    const me = await app.register();
    const cuid = newCuid();
    const ask = () => app.http.post('/payment', { cuid }, { token: me.token });
    const first = await losing(store, isCommand('update', 'users', 'customerId'), ask);
    expect([201, 503]).toContain(first.status);
    expect((await ask()).status).toBe(201);
    const { requests } = await app.simulator.requests({ key: `user:${me.userId}:customer:0` });
    expect(requests.filter(({ executed }) => executed)).toHaveLength(1);
  });

  it('the claim of a registered checkout', async () => {
    await using lent = await apps.lend();
    const { app, store } = lent;
    const boss = { email: ADMIN.ADMIN_EMAIL, password: ADMIN.ADMIN_PASSWORD };
    const admin = String((await app.http.post('/user/login', boss)).body['access_token']);
    const { token } = await app.register();
    const cuid = newCuid();
    const terms = { amount: 4_950, currency: 'eur' };
    const put = (amount: number) => () => app.http.put(`/checkout/${cuid}`, { ...terms, amount }, { token: admin });
    expect((await losing(store, isCommand('insert', 'checkouts', cuid), put(1_000))).status).toBe(200);
    expect((await losing(store, isCommand('update', 'checkouts', cuid), put(terms.amount))).status).toBe(200);
    const made = await losing(store, isCommand('update', 'checkouts', 'claimedBy'), () =>
      app.http.post('/payment', { cuid }, { token }),
    );
    expect([made.status, made.body['amount']]).toEqual([201, 4_950]);
    const stranger = await app.register();
    expect((await app.http.post('/payment', { cuid }, { token: stranger.token })).status).toBe(409);
  });

  it('the tombstone of the default price', async () => {
    await using lent = await apps.lend();
    const { app, store } = lent;
    const { token } = await app.register();
    const cuid = newCuid();
    const made = await losing(store, isCommand('insert', 'checkouts', cuid), () =>
      app.http.post('/payment', { cuid }, { token }),
    );
    expect([made.status, made.body['amount']]).toEqual([201, 2000]);
  });

  it('the start of an attempt', async () => {
    await using lent = await apps.lend();
    const { app, store } = lent;
    const buyer = await payer(app);
    const paid = await losing(store, isCommand('update', 'payments', 'CONFIRMING'), () =>
      buyer.confirm('pm_card_visa'),
    );
    expect([paid.status, paid.body['status']]).toEqual([201, 'succeeded']);
    expect(await buyer.record()).toMatchObject({ v: 4, attempt: { n: 1 }, settled: [{ n: 1, result: 'succeeded' }] });
    expect(await buyer.charges()).toHaveLength(1);
  });

  it('settling it', async () => {
    await using lent = await apps.lend();
    const { app, store } = lent;
    const buyer = await payer(app);
    const paid = await losing(store, isCommand('update', 'payments', 'SUCCEEDED'), () => buyer.confirm('pm_card_visa'));
    expect([paid.status, paid.body['status']]).toEqual([201, 'succeeded']);
    const record = await buyer.record();
    // No version is expected: the effects write theirs whenever they get to it.
    expect(record).toMatchObject({ state: 'SUCCEEDED', attempt: { n: 1 }, settled: [{ n: 1, result: 'succeeded' }] });
    expect(record.effects).toHaveLength(1);
    expect(await buyer.charges()).toHaveLength(1);
  });

  it('settling a decline: counted once', async () => {
    await using lent = await apps.lend();
    const { app, store } = lent;
    const buyer = await payer(app);
    const told = await losing(store, isCommand('update', 'payments', 'DECLINED'), () =>
      buyer.confirm('pm_card_visa_chargeDeclined'),
    );
    expect(told.status).toBe(402);
    expect((await buyer.record()).settled).toMatchObject([{ n: 1, result: 'declined' }]);
    expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
  });

  it('the intent to cancel, when its user goes', async () => {
    await using lent = await apps.lend();
    const { app, store } = lent;
    const buyer = await payer(app);
    const gone = await losing(store, isCommand('update', 'payments', 'cancelRequested'), () =>
      app.http.delete(`/user/${buyer.userId}`, { token: buyer.token }),
    );
    expect(gone.status).toBe(200);
    expect((await buyer.record()).state).toBe('CANCELED');
  });

  it('the inbox’ insert', async () => {
    await using lent = await apps.lend();
    const { app, store } = lent;
    const event = eventBody('capybara.spotted', { id: 'capy_1', object: 'capybara' });
    const answer = await losing(store, isCommand('insert', 'inbox', event.id), () => deliverEvent(app, event));
    expect(answer.status).toBe(200);
    expect(await inbox(app).countDocuments({ _id: event['id'] })).toBe(1);
    expect((await deliverEvent(app, event)).status).toBe(200);
    await eventually(async () =>
      expect(await inbox(app).findById(event['id']).lean()).toMatchObject({ state: 'done', tries: 1 }),
    );
  });

  it('a registration', async () => {
    await using lent = await apps.lend();
    const { app, store } = lent;
    const email = `${newCuid()}@example.com`;
    const ask = () => app.http.post('/user/register', { userName: 'A', email, password: 'password' });
    const answer = await losing(store, isCommand('insert', 'users', email), ask);
    expect(answer.status).toBe(201);
    expect(await storedUsers(app).count(email)).toBe(1);
    expect((await ask()).status).toBe(409);
  });
});

it('the answer of settling it is lost, and the effects have written since: succeeded all the same', async () => {
  await using lent = await apps.lend();
  const { app, store } = lent;
  const buyer = await payer(app);
  const settling = isCommand('update', 'payments', 'SUCCEEDED');
  // The repeat is lost too, so that there is time for somebody to write in between.
  const lost = store.cutAfterNextRequest(settling);
  void store.cutBeforeNextRequest(settling);
  const confirming = buyer.confirm('pm_card_visa');
  await lost;
  const direct = await mongoose.createConnection(lent.direct).asPromise();
  await direct
    .collection('payments')
    .updateOne({ providerPaymentId: buyer.id }, { $inc: { v: 1 }, $set: { w: 'later' } });
  await direct.close();
  const { status, body } = await confirming;
  expect([status, body['status']]).toEqual([201, 'succeeded']);
  const record = await buyer.record();
  expect(record.v).toBeGreaterThanOrEqual(5);
  expect(record.settled).toMatchObject([{ n: 1, result: 'succeeded' }]);
  expect(await buyer.charges()).toHaveLength(1);
});
