import { setTimeout as sleep } from 'node:timers/promises';
import { RateWindows } from '../../../src/platform/limits/rate-windows.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import type { HttpAnswer } from '../../support/http-client.js';
import { logs } from '../../support/log-capture.js';
import { MINUTE, newCuid, payer, recordOf } from '../../support/payments.js';

const DECLINED = 'pm_card_visa_chargeDeclined';
const CONFIRM = { method: 'POST', path: '/v1/payment_intents/*/confirm' };

/** Ruling 1: so many declines a payment, and so many a user and window, whoever asks how fast on however many instances. */
describe('decline limits', () => {
  let app: TestApp;
  let other: TestApp;

  beforeAll(async () => {
    const env = { PAYMENT_MAX_DECLINES: '2', USER_MAX_DECLINES: '3', PAYMENT_REPEAT_WAIT: '5s' };
    app = await startTestApp({ env });
    other = await startTestApp({ env, simulator: app.simulator, mongoUri: app.config.mongo.uri, webhooks: false });
  }, 60_000);
  afterEach(() => app.simulator.clearFaults());
  afterAll(async () => {
    await other.stop();
    await app.stop();
  });

  /** Payments of one user, each with its own confirm, on the instances in turn. */
  async function paymentsOf(
    token: string,
    many: number,
  ): Promise<((paymentMethodId: string) => Promise<HttpAnswer>)[]> {
    return Promise.all(
      Array.from({ length: many }, async (_, i) => {
        const cuid = newCuid();
        const made = await app.http.post('/payment', { cuid }, { token });
        return (paymentMethodId: string) =>
          (i % 2 === 0 ? app : other).http.post(
            '/payment/confirm',
            { cuid, paymentId: made.body['id'], paymentMethodId },
            { token },
          );
      }),
    );
  }

  const howMany = (answers: readonly HttpAnswer[], status: number) =>
    answers.filter((answer) => answer.status === status).length;

  it('starts no attempt after so many declines, one after the other, until the next window', async () => {
    const buyer = await payer(app);
    expect((await buyer.confirm(DECLINED)).status).toBe(402);
    expect((await buyer.confirm('pm_card_chargeDeclinedExpiredCard')).status).toBe(402);
    expect((await buyer.confirm('pm_card_visa')).status).toBe(429);
    const [confirm = buyer.confirm] = await paymentsOf(buyer.token, 1);
    expect((await confirm(DECLINED)).status).toBe(402);
    const blocked = await confirm('pm_card_visa');
    expect(blocked.status).toBe(429);
    expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(0);
    await app.advance(11 * MINUTE);
    await other.clock.refresh();
    expect((await confirm('pm_card_visa')).body).toMatchObject({ status: 'succeeded' });
  });

  it('asks the issuer no more often when thirty payments of a user are tried at the same moment on two instances', async () => {
    const { token } = await app.register();
    const confirms = await paymentsOf(token, 30);
    await app.simulator.fault({ ...CONFIRM, times: 30 }, { type: 'latency', ms: 300 });
    const answers = await Promise.all(confirms.map((confirm) => confirm(DECLINED)));
    expect(howMany(answers, 402)).toBe(3);
    expect(howMany(answers, 429)).toBe(27);
  });

  it('nor of one payment, whoever of many at the same moment gets to try', async () => {
    const { token } = await app.register();
    const cuid = newCuid();
    const { body } = await app.http.post('/payment', { cuid }, { token });
    const cards = ['', 'InsufficientFunds', 'LostCard', 'StolenCard'].map((why) => `pm_card_visa_chargeDeclined${why}`);
    const answers = await Promise.all(
      [...cards, ...cards].map((paymentMethodId, i) =>
        (i % 2 === 0 ? app : other).http.post(
          '/payment/confirm',
          { cuid, paymentId: body['id'], paymentMethodId },
          { token },
        ),
      ),
    );
    expect(howMany(answers, 429)).toBeGreaterThan(0);
    const { settled } = await recordOf(app, String(body['id']));
    expect(settled.filter(({ result }) => result === 'declined')).toHaveLength(2);
  });

  it('lets everybody wait for their turn who pays much at once', async () => {
    const { token } = await app.register();
    const confirms = await paymentsOf(token, 12);
    const answers = await Promise.all(confirms.map((confirm) => confirm('pm_card_visa')));
    expect(howMany(answers, 201)).toBe(12);
  });

  it('T-31 takes no places for repeats of one confirm, once it has begun', async () => {
    const env = { USER_MAX_DECLINES: '3', PAYMENT_REPEAT_WAIT: '300ms' };
    const short = await startTestApp({ env, simulator: app.simulator, webhooks: false });
    try {
      const buyer = await payer(short);
      await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'latency', ms: 1_500 });
      const answers = await Promise.all(Array.from({ length: 30 }, () => buyer.confirm('pm_card_visa')));
      expect(howMany(answers, 429)).toBe(0);
      expect(howMany(answers, 201)).toBeGreaterThan(0);
      expect(await buyer.charges()).toHaveLength(1);
    } finally {
      await short.stop();
    }
  });

  it.each([
    ['Stripe refuses the payment method', 'pm_does_not_exist', 400],
    ['the card succeeds', 'pm_card_visa', 201],
  ])('gives the place back when %s', async (_, paymentMethodId, status) => {
    const { token } = await app.register();
    for (const confirm of await paymentsOf(token, 5)) expect((await confirm(paymentMethodId)).status).toBe(status);
  });

  it('gives the place back when nothing is known of the attempt', async () => {
    const { token } = await app.register();
    const confirms = await paymentsOf(token, 5);
    await app.simulator.fault({ ...CONFIRM, times: 10 }, { type: 'reset_before' });
    for (const confirm of confirms) expect((await confirm('pm_card_visa')).body['status']).toBe('processing');
  });

  it('counts a decline that is only known from sending again what nobody had an answer to', async () => {
    const { token } = await app.register();
    const [first, second, third, fourth] = await paymentsOf(token, 4);
    for (const confirm of [first, second, third]) {
      await app.simulator.fault({ ...CONFIRM, times: 2 }, { type: 'reset_after' });
      expect((await confirm?.(DECLINED))?.body['status']).toBe('processing');
      expect((await confirm?.(DECLINED))?.status).toBe(402);
    }
    expect((await fourth?.('pm_card_visa'))?.status).toBe(429);
  });

  it('an instance that stops gives back the places of the attempts that it has answered', async () => {
    const leaving = await startTestApp({ simulator: app.simulator, mongoUri: app.config.mongo.uri, webhooks: false });
    const windows = leaving.app.get(RateWindows, { strict: false });
    const giveBack = windows.giveBack.bind(windows);
    jest.spyOn(windows, 'giveBack').mockImplementation(async (id) => sleep(300).then(() => giveBack(id)));
    const buyer = await payer(leaving);
    logs.clear();
    expect((await buyer.confirm('pm_card_visa')).status).toBe(201);
    await leaving.stop();
    expect(logs.text).not.toContain('was not given back');
    const room = await app.app.get(RateWindows, { strict: false }).peek(`decline-rooms:${buyer.userId}`, 10 * MINUTE);
    expect(room.count).toBe(0);
  });
});
