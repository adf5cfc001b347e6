import { startTestApp, type TestApp } from '../support/app.js';
import { MINUTE, newCuid, payer, payments, resolve } from '../support/payments.js';

const DECLINED = 'pm_card_visa_chargeDeclined';
const ENV = {
  TRUST_PROXY: 'loopback',
  USER_MAX_DECLINES: '3',
  PAYMENT_MAX_DECLINES: '100',
  ADDRESS_MAX_DECLINES: '8',
  ADDRESS_MAX_CREATES: '12',
  RESOLVER_TICK: '1h',
  PAYMENT_REPEAT_WAIT: '300ms',
};

/** T-47: what is counted is counted in the store, so that two instances are one. */
describe('T-47 card testing, on two instances', () => {
  let one: TestApp;
  let other: TestApp;
  let addresses = 0;

  beforeAll(async () => {
    one = await startTestApp({ env: ENV });
    other = await startTestApp({ env: ENV, simulator: one.simulator, mongoUri: one.config.mongo.uri, webhooks: false });
  }, 120_000);
  afterAll(async () => {
    await other.stop();
    await one.stop();
  });

  const newAddress = () => `203.0.113.${++addresses}`;
  const create = (app: TestApp, token: string, from: string, cuid = newCuid()) =>
    app.http.request('POST', '/payment', { cuid }, { token, headers: { 'x-forwarded-for': from } });
  const confirm = (app: TestApp, token: string, from: string, cuid: string, paymentId: unknown, method = DECLINED) =>
    app.http.request(
      'POST',
      '/payment/confirm',
      { cuid, paymentId, paymentMethodId: method },
      { token, headers: { 'x-forwarded-for': from } },
    );
  const intentsMade = async () => (await one.simulator.requests({ path: '/v1/payment_intents' })).requests.length;

  async function refused(app: TestApp, token: string, from: string, cuid = newCuid()): Promise<void> {
    const [made, kept] = [await intentsMade(), await payments(one).countDocuments({})];
    const answer = await create(app, token, from, cuid);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.text).not.toContain('_secret_');
    expect([await intentsMade(), await payments(one).countDocuments({})]).toEqual([made, kept]);
  }

  it('a user with too many declines gets no new PaymentIntent and no secret, from any address', async () => {
    const { token } = await one.register();
    const cuid = newCuid();
    const made = await create(one, token, newAddress(), cuid);
    // Three cards: the same one again within 30 s is told its stored decline.
    for (const [i, card] of [DECLINED, `${DECLINED}InsufficientFunds`, `${DECLINED}LostCard`].entries()) {
      const app = i % 2 === 0 ? one : other;
      expect((await confirm(app, token, newAddress(), cuid, made.body['id'], card)).status).toBe(402);
    }
    for (const app of [one, other]) {
      await refused(app, token, newAddress());
      await refused(app, token, newAddress(), cuid);
    }
    await one.advance(11 * MINUTE);
    await other.clock.refresh();
    expect((await create(other, token, newAddress())).status).toBe(201);
  });

  it('many users of one address: so many declines, however many ask at once', async () => {
    const from = newAddress();
    const tries = await Promise.all(
      Array.from({ length: 10 }, async (_, i) => {
        const { token } = await one.register();
        const cuid = newCuid();
        const made = await create(one, token, from, cuid);
        return () => confirm(i % 2 === 0 ? one : other, token, from, cuid, made.body['id']);
      }),
    );
    const answers = await Promise.all(tries.map((again) => again()));
    expect(answers.filter(({ status }) => status === 402)).toHaveLength(8);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(2);
    const { token } = await one.register();
    await refused(other, token, from);
    expect((await create(other, token, newAddress())).status).toBe(201);
  });

  it('so many new payments an address; a repeat is none', async () => {
    const from = newAddress();
    const { token } = await one.register();
    const cuid = newCuid();
    for (let i = 0; i < 20; i++) expect((await create(other, token, from, cuid)).status).toBe(201);
    for (let i = 0; i < 11; i++) expect((await create(i % 2 === 0 ? one : other, token, from)).status).toBe(201);
    await refused(one, token, from);
  });

  it.each([
    ['by event', true],
    ['by a look at Stripe', false],
  ])('tries in the browser count, %s, once by charge', async (_how, byEvent) => {
    const buyer = await payer(byEvent ? one : other);
    const before = await one.simulator.requests({ path: '/v1/payment_intents' });
    expect(before.requests.length).toBeGreaterThan(0);
    for (let i = 0; i < 3; i++) {
      await expect(buyer.browserConfirm(DECLINED)).rejects.toThrow('card_declined');
      if (!byEvent) {
        await one.advance(MINUTE);
        for (const app of [one, other]) await resolve(app);
        await buyer.read();
      }
      if (i === 1) expect((await buyer.create()).status).toBe(201);
    }
    const until = performance.now() + 45_000;
    while ((await buyer.create()).status !== 429) expect(performance.now()).toBeLessThan(until);
    await refused(other, buyer.token, newAddress());
  });
});

describe('an address that nobody vouches for', () => {
  it('X-Forwarded-For without TRUST_PROXY neither evades the limit nor moves it to another', async () => {
    const app = await startTestApp({ webhooks: false, env: { ADDRESS_MAX_CREATES: '2' } });
    try {
      const { token } = await app.register();
      const from = (address: string) =>
        app.http.request('POST', '/payment', { cuid: newCuid() }, { token, headers: { 'x-forwarded-for': address } });
      expect((await from('203.0.113.1')).status).toBe(201);
      expect((await from('203.0.113.2')).status).toBe(201);
      expect((await from('203.0.113.3')).status).toBe(429);
    } finally {
      await app.stop();
    }
  }, 120_000);

  it('0 is off', async () => {
    const env = { ADDRESS_MAX_CREATES: '0', ADDRESS_MAX_DECLINES: '0', USER_MAX_DECLINES: '100' };
    const app = await startTestApp({ webhooks: false, env });
    try {
      for (let i = 0; i < 3; i++) {
        const buyer = await payer(app);
        expect((await buyer.confirm(DECLINED)).status).toBe(402);
      }
      expect((await payer(app)).id).toMatch(/^pi_/);
    } finally {
      await app.stop();
    }
  }, 120_000);
});
