import { setTimeout as sleep } from 'node:timers/promises';
import type { TestApp } from '../support/app.js';
import type { HttpAnswer } from '../support/http-client.js';
import { eventually, MINUTE, newCuid, payer, payments, recordOf, resolve, secret } from '../support/payments.js';
import { appPool } from '../support/pool.js';
import { struck } from '../support/proxied-app.js';
import type { FaultAction, FaultMatch } from '../support/simulator.js';

const CREATE: FaultMatch = { method: 'POST', path: '/v1/payment_intents' };
const CONFIRM: FaultMatch = { method: 'POST', path: '/v1/payment_intents/*/confirm' };
const CUSTOMER: FaultMatch = { method: 'POST', path: '/v1/customers' };

// Most of the time they wait, so they run at once, each with an app to itself.
const it = globalThis.it.concurrent;

const apps = appPool(4, {
  webhooks: false,
  env: { STRIPE_TIMEOUT: '700ms', PAYMENT_REPEAT_WAIT: '1s', RESOLVER_TICK: '1h', STOREFRONT_JWT_TTL: '90d' },
});
afterAll(() => apps.stop());

/** The request has reached Stripe when the app goes down; it comes up again while Stripe still has it. */
async function restartDuring(app: TestApp, match: FaultMatch, action: FaultAction, ask: () => Promise<HttpAnswer>) {
  await app.simulator.fault({ ...match, times: 2 }, action);
  const asked = ask().catch(() => null);
  await eventually(async () => expect(await struck(app)).toBeGreaterThan(0));
  const restarted = app.restart();
  await sleep(50);
  const answer = await asked;
  await restarted;
  await app.simulator.release();
  await app.simulator.clearFaults();
  return answer;
}

const atStripe = async (app: TestApp, cuid: string) =>
  (await secret(app).paymentIntents.list({ limit: 100 })).data.filter(({ metadata }) => metadata['cuid'] === cuid);

const WAYS: [string, FaultAction][] = [
  ['Stripe holds it', { type: 'hold' }],
  ['its answer is lost', { type: 'drop_after_effect' }],
  ['it never arrived', { type: 'drop_before' }],
];

describe('the app goes down', () => {
  it.each(WAYS)('during a create (%s): the same cuid gets the one PaymentIntent', async (_what, action) => {
    await using lent = await apps.lend();
    const { app } = lent;
    const { token } = await app.register();
    await app.http.post('/payment', { cuid: newCuid() }, { token });
    const cuid = newCuid();
    const create = () => app.http.post('/payment', { cuid }, { token });
    const first = await restartDuring(app, CREATE, action, create);
    expect([201, 502, 503, undefined]).toContain(first?.status);
    await app.advance(2 * MINUTE); // a lease that nobody gave back is over
    const again = await create();
    expect(again.status).toBe(201);
    if (first?.status === 201) expect(again.text).toBe(first.text);
    expect((await atStripe(app, cuid)).map(({ id }) => id)).toEqual([again.body['id']]);
    const confirm = { cuid, paymentId: again.body['id'], paymentMethodId: 'pm_card_visa' };
    expect((await app.http.post('/payment/confirm', confirm, { token })).body['status']).toBe('succeeded');
    expect((await app.simulator.ledger({ paymentIntent: String(again.body['id']) })).count).toBe(1);
  });

  it('while the Customer is made: one Customer', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const { token, userId } = await app.register();
    const cuid = newCuid();
    const create = () => app.http.post('/payment', { cuid }, { token });
    await restartDuring(app, CUSTOMER, { type: 'drop_after_effect' }, create);
    expect((await create()).status).toBe(201);
    const { requests } = await app.simulator.requests({ key: `user:${userId}:customer:0` });
    expect(requests.filter(({ executed }) => executed)).toHaveLength(1);
  });

  it.each(WAYS)('during a confirm (%s): the same card again is one charge', async (_what, action) => {
    await using lent = await apps.lend();
    const { app } = lent;
    const buyer = await payer(app);
    const first = await restartDuring(app, CONFIRM, action, () => buyer.confirm('pm_card_visa'));
    if (first !== null)
      expect([first.status, ['succeeded', 'processing']]).toEqual([
        201,
        expect.arrayContaining([first.body['status']]),
      ]);
    const again = await buyer.confirm('pm_card_visa');
    expect([again.status, again.body['status']]).toEqual([201, 'succeeded']);
    expect(await buyer.charges()).toHaveLength(1);
    expect(await buyer.record()).toMatchObject({ state: 'SUCCEEDED', attempt: { n: 1 } });
    expect((await buyer.record()).effects).toHaveLength(1);
  });

  it('during a confirm, and nobody comes back: the resolver finds the charge', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const buyer = await payer(app);
    await restartDuring(app, CONFIRM, { type: 'drop_after_effect' }, () => buyer.confirm('pm_card_visa'));
    await app.advance(3 * MINUTE);
    await resolve(app);
    expect((await buyer.record()).state).toBe('SUCCEEDED');
    expect(await buyer.charges()).toHaveLength(1);
  });

  it('during a confirm that never arrived, and nobody comes back: canceled, no charge', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const buyer = await payer(app);
    await restartDuring(app, CONFIRM, { type: 'drop_before' }, () => buyer.confirm('pm_card_visa'));
    await app.advance(11 * MINUTE);
    await resolve(app);
    expect((await buyer.record()).state).toBe('CANCELED');
    expect(await buyer.charges()).toHaveLength(0);
    expect((await buyer.confirm('pm_card_visa')).status).toBe(409);
  });

  it('during a confirm that declines, and comes back with another card: two attempts, one charge', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const buyer = await payer(app);
    await restartDuring(app, CONFIRM, { type: 'drop_after_effect' }, () =>
      buyer.confirm('pm_card_visa_chargeDeclined'),
    );
    expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
    expect((await buyer.record()).settled.map(({ n, result }) => [n, result])).toEqual([
      [1, 'declined'],
      [2, 'succeeded'],
    ]);
    expect(await buyer.charges()).toHaveLength(1);
  });

  it('in an orderly way: the answer under way is given first, and what it says is true', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const buyer = await payer(app);
    const answer = await restartDuring(app, CONFIRM, { type: 'latency', ms: 200 }, () => buyer.confirm('pm_card_visa'));
    expect([answer?.status, answer?.body['status']]).toEqual([201, 'succeeded']);
    expect(await buyer.charges()).toHaveLength(1);
  });

  it('and the records survive it as they were', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const buyer = await payer(app);
    await buyer.confirm('pm_card_visa_chargeDeclined');
    const before = await buyer.record();
    await app.restart();
    expect(await recordOf(app, buyer.id)).toEqual(before);
    expect(await payments(app).countDocuments({ cuid: buyer.cuid })).toBe(1);
    expect((await buyer.create()).body).toMatchObject({ id: buyer.id, clientSecret: buyer.clientSecret });
    expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
  });
});
