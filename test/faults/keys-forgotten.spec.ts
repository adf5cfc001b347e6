import { PaymentSweeper } from '../../src/modules/payment/upkeep/payment-sweeper.js';
import type { Payment } from '../../src/modules/payment/record/payment.types.js';
import type { TestApp } from '../support/app.js';
import { eventually, HOUR, newCuid, payer, payments, resolve, secret } from '../support/payments.js';
import { appPool } from '../support/pool.js';
import { struck } from '../support/proxied-app.js';
import type { FaultAction } from '../support/simulator.js';

const CREATE = { method: 'POST', path: '/v1/payment_intents' };
const CONFIRM = { method: 'POST', path: '/v1/payment_intents/*/confirm', keyIncludes: ':confirm:' };
const DECLINED = 'pm_card_visa_chargeDeclined';

// Most of the time they wait, so they run at once, each with an app to itself.
const it = globalThis.it.concurrent;

/** T-24: Stripe keeps a key for a day. What was asked under one that it has forgotten is not executed twice all the same. */
describe('T-24 a day later, with the keys forgotten', () => {
  const apps = appPool(4, {
    webhooks: false,
    // An abandoned payment would be canceled by then.
    env: { STRIPE_TIMEOUT: '1s', RESOLVER_TICK: '1h', STOREFRONT_JWT_TTL: '90d', PAYMENT_ABANDON_AFTER: '30h' },
  });
  afterAll(() => apps.stop());

  const bothTries = (app: TestApp, match: object, action: FaultAction) =>
    app.simulator.fault({ ...match, times: 2 }, action);
  const statusesAtStripe = async (app: TestApp, cuid: string): Promise<string[]> => {
    const { data } = await secret(app).paymentIntents.list({ limit: 100 });
    return data.filter(({ metadata }) => metadata['cuid'] === cuid).map(({ id, status }) => `${id} ${status}`);
  };

  it('stuck at NEW: a second PaymentIntent, which is paid; the first one is canceled by the sweep', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const { token } = await app.register();
    await app.http.post('/payment', { cuid: newCuid() }, { token }); // the Customer is there
    const cuid = newCuid();
    const create = () => app.http.post('/payment', { cuid }, { token });
    await bothTries(app, CREATE, { type: 'drop_after_effect' });
    expect((await create()).status).toBe(502);
    const [first = ''] = (await statusesAtStripe(app, cuid)).map((one) => one.split(' ')[0]);
    await app.advance(25 * HOUR);
    const again = await create();
    expect(again.status).toBe(201);
    expect(again.body['id']).not.toBe(first);
    const record = await payments(app).findOne({ cuid }).lean<Payment>().exec();
    expect(record).toMatchObject({ createGeneration: 0, providerPaymentId: again.body['id'] });
    const confirm = { cuid, paymentId: again.body['id'], paymentMethodId: 'pm_card_visa' };
    expect((await app.http.post('/payment/confirm', confirm, { token })).body['status']).toBe('succeeded');
    await app.app.get(PaymentSweeper, { strict: false }).pass();
    expect((await statusesAtStripe(app, cuid)).toSorted()).toEqual(
      [`${first} canceled`, `${String(again.body['id'])} succeeded`].toSorted(),
    );
    const { charges } = await app.simulator.ledger();
    expect(charges.filter(({ metadata }) => metadata['cuid'] === cuid)).toHaveLength(1);
  });

  it.each<[string, FaultAction]>([
    ['had run', { type: 'drop_after_effect' }],
    ['had not', { type: 'drop_before' }],
  ])('stuck at CONFIRMING, and the attempt %s: paid once, by that attempt', async (_what, action) => {
    await using lent = await apps.lend();
    const { app } = lent;
    const buyer = await payer(app);
    await bothTries(app, CONFIRM, action);
    expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('processing');
    await app.advance(25 * HOUR);
    // Another card than the one that is on its way, which is settled first.
    const told = await buyer.confirm('pm_card_mastercard');
    expect([told.status, told.body['status']]).toEqual([201, 'succeeded']);
    expect((await buyer.record()).attempt).toMatchObject({ n: 1, paymentMethodId: 'pm_card_visa' });
    expect(await buyer.charges()).toHaveLength(1);
  });

  it('stuck at CONFIRMING, and the attempt was declined: declined once more, then another card pays', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const buyer = await payer(app);
    await bothTries(app, CONFIRM, { type: 'drop_after_effect' });
    expect((await buyer.confirm(DECLINED)).body['status']).toBe('processing');
    await app.advance(25 * HOUR);
    expect((await buyer.confirm(DECLINED)).status).toBe(402);
    expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
    expect((await buyer.record()).settled.map(({ n, result }) => [n, result])).toEqual([
      [1, 'declined'],
      [2, 'succeeded'],
    ]);
    expect(await buyer.charges()).toHaveLength(1);
  });

  it.each<[string, FaultAction, string, number]>([
    ['had run: found', { type: 'drop_after_effect' }, 'SUCCEEDED', 1],
    ['had not: fenced', { type: 'drop_before' }, 'CANCELED', 0],
  ])('stuck at CONFIRMING, nobody comes back, and the attempt %s', async (_what, action, state, charges) => {
    await using lent = await apps.lend();
    const { app } = lent;
    const buyer = await payer(app);
    await bothTries(app, CONFIRM, action);
    await buyer.confirm('pm_card_visa');
    await app.advance(25 * HOUR);
    await resolve(app);
    expect((await buyer.record()).state).toBe(state);
    expect(await buyer.charges()).toHaveLength(charges);
  });

  it('the day passes while Stripe holds the confirm: both tries run at last, and charge once', async () => {
    await using lent = await apps.lend();
    const { app } = lent;
    const buyer = await payer(app);
    await bothTries(app, CONFIRM, { type: 'hold' });
    const first = buyer.confirm('pm_card_visa');
    await eventually(async () => expect(await struck(app)).toBeGreaterThan(0));
    await app.advance(25 * HOUR);
    expect((await first).body['status']).toBe('processing');
    await app.simulator.release();
    await app.simulator.clearFaults();
    const told = await buyer.confirm('pm_card_visa');
    expect([told.status, told.body['status']]).toEqual([201, 'succeeded']);
    expect((await buyer.record()).attempt?.n).toBe(1);
    expect(await buyer.charges()).toHaveLength(1);
  });
});
