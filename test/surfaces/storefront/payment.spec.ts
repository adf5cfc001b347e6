import { startTestApp, type TestApp } from '../../support/app.js';
import { eventually, newCuid, payer, recordOf } from '../../support/payments.js';

describe('storefront payments', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  }, 60_000);
  afterAll(() => app.stop());

  describe('POST /payment', () => {
    it('creates a PaymentIntent at the configured price, unconfirmed', async () => {
      const { token } = await app.register();
      const answer = await app.http.post('/payment', { cuid: newCuid() }, { token });
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual({
        id: expect.stringMatching(/^pi_/),
        amount: 2000,
        currency: 'usd',
        status: 'requires_payment_method',
        paymentMethod: null,
        clientSecret: expect.stringMatching(/^pi_\w+_secret_\w+$/),
      });
    });

    it('answers a repeat with the same payment, secret and its current status', async () => {
      const buyer = await payer(app);
      const again = await buyer.create();
      expect(again.status).toBe(201);
      expect(again.body).toMatchObject({
        id: buyer.id,
        clientSecret: buyer.clientSecret,
        status: 'requires_payment_method',
      });
      await buyer.confirm('pm_card_visa');
      expect((await buyer.create()).body).toMatchObject({
        id: buyer.id,
        clientSecret: buyer.clientSecret,
        status: 'succeeded',
      });
    });

    it('makes one PaymentIntent of twenty simultaneous repeats, and all get the same answer', async () => {
      const { token } = await app.register();
      const cuid = newCuid();
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => app.http.post('/payment', { cuid }, { token })),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      const made = (
        (await app.simulator.requests({ path: '/v1/payment_intents' }))['requests'] as {
          method: string;
          idempotency_key?: string;
          executed: boolean;
        }[]
      ).filter(({ method, executed }) => method === 'POST' && executed);
      const record = await recordOf(app, String(answers[0]?.body['id']));
      expect(made.filter(({ idempotency_key }) => idempotency_key?.startsWith(record._id))).toHaveLength(1);
    });

    it('gives two users with one cuid two payments, and neither sees the other’s', async () => {
      const [first, second] = [await app.register(), await app.register()];
      const cuid = newCuid();
      const a = await app.http.post('/payment', { cuid }, { token: first.token });
      const b = await app.http.post('/payment', { cuid }, { token: second.token });
      expect([a.status, b.status]).toEqual([201, 201]);
      expect(a.body['id']).not.toBe(b.body['id']);
      const stranger = await app.http.get(`/payment/${String(a.body['id'])}`, { token: second.token });
      const nobody = await app.http.get('/payment/pi_doesnotexist0000000000', { token: second.token });
      expect([stranger.status, stranger.text]).toEqual([404, nobody.text]);
      const confirm = await app.http.post(
        '/payment/confirm',
        { cuid, paymentId: a.body['id'], paymentMethodId: 'pm_card_visa' },
        { token: second.token },
      );
      expect(confirm.status).toBe(404);
    });

    it('makes one Customer of a user’s parallel first payments, and shows it on the user', async () => {
      const { token, userId } = await app.register();
      const before = await app.http.get(`/user/${userId}`, { token });
      expect(before.body).not.toHaveProperty('customerId');
      await Promise.all(Array.from({ length: 5 }, () => app.http.post('/payment', { cuid: newCuid() }, { token })));
      const user = await app.http.get(`/user/${userId}`, { token });
      expect(user.body['customerId']).toMatch(/^cus_/);
      const records = (await app.http.get('/payment', { token })).body as unknown as { id: string }[];
      const customers = await Promise.all(records.map(async ({ id }) => (await recordOf(app, id)).customerId));
      expect(new Set(customers)).toEqual(new Set([user.body['customerId']]));
    });

    it.each([
      ['missing', {}],
      ['CUID2', { cuid: 'tz4a98xxat96iws9zmbrgj3a' }],
      ['upper case', { cuid: 'CJLD2CJXH0000QZRMN831I7RN' }],
      ['too long', { cuid: `${newCuid()}a` }],
      ['an operator', { cuid: { $ne: null } }],
      ['an array', { cuid: [newCuid()] }],
      ['a number', { cuid: 5 }],
      ['null', { cuid: null }],
      ['with a price', { cuid: newCuid(), amount: 1 }],
      ['with a line break after it', { cuid: `${newCuid()}\n` }],
    ])('refuses a cuid that is %s', async (_what, body) => {
      const { token } = await app.register();
      const answer = await app.http.post('/payment', body, { token });
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({
        statusCode: 400,
        error: 'Bad Request',
        message: expect.arrayContaining([expect.any(String)]),
      });
      expect((await app.http.get('/payment', { token })).body).toEqual([]);
    });
  });

  describe('POST /payment/confirm', () => {
    it('takes the money once, however often it is asked', async () => {
      const buyer = await payer(app);
      const paid = await buyer.confirm('pm_card_visa');
      expect(paid.status).toBe(201);
      expect(paid.body).toEqual({
        id: buyer.id,
        amount: 2000,
        currency: 'usd',
        status: 'succeeded',
        paymentMethod: expect.stringMatching(/^pm_/),
      });
      const again = await buyer.confirm('pm_card_visa');
      expect([again.status, again.body]).toEqual([201, paid.body]);
      const other = await buyer.confirm('pm_card_mastercard');
      expect([other.status, other.body]).toEqual([201, paid.body]);
      expect(await buyer.charges()).toHaveLength(1);
    });

    it('pays once when ten confirms come at once', async () => {
      const buyer = await payer(app);
      const answers = await Promise.all(Array.from({ length: 10 }, () => buyer.confirm('pm_card_visa')));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
      expect(answers.map(({ body }) => body['status'])).toEqual(answers.map(() => 'succeeded'));
      expect(await buyer.charges()).toHaveLength(1);
    });

    it.each([
      ['pm_card_visa_chargeDeclined', 'generic_decline'],
      ['pm_card_visa_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
      ['pm_card_visa_chargeDeclinedLostCard', 'lost_card'],
      ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
      ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc'],
      ['pm_card_chargeDeclinedProcessingError', 'processing_error'],
    ])('answers a decline of %s with 402 %s, and another card then pays', async (card, code) => {
      const buyer = await payer(app);
      const declined = await buyer.confirm(card);
      expect(declined.status).toBe(402);
      expect(declined.body).toEqual({ statusCode: 402, message: expect.any(String), error: 'Payment Required', code });
      expect((await buyer.read()).body).toMatchObject({ status: 'requires_payment_method' });
      const paid = await buyer.confirm('pm_card_visa');
      expect(paid.body).toMatchObject({ id: buyer.id, status: 'succeeded' });
      expect(await buyer.charges()).toHaveLength(1);
    });

    it('repeats a decline to a client that lost the answer without asking the issuer again, and tries anew later', async () => {
      const buyer = await payer(app);
      const first = await buyer.confirm('pm_card_visa_chargeDeclined');
      const second = await buyer.confirm('pm_card_visa_chargeDeclined');
      expect([second.status, second.body]).toEqual([402, first.body]);
      expect((await buyer.record()).attempt?.n).toBe(1);
      await app.advance(31_000);
      expect((await buyer.confirm('pm_card_visa_chargeDeclined')).status).toBe(402);
      expect((await buyer.record()).attempt?.n).toBe(2);
    });

    it('tells the truth to a repeated decline when the browser has paid meanwhile', async () => {
      const buyer = await payer(app);
      expect((await buyer.confirm('pm_card_visa_chargeDeclined')).status).toBe(402);
      await buyer.browserConfirm('pm_card_visa');
      const repeat = await buyer.confirm('pm_card_visa_chargeDeclined');
      expect([repeat.status, repeat.body['status']]).toEqual([201, 'succeeded']);
    });

    it('hands 3-D Secure to the browser and sees it finished', async () => {
      const buyer = await payer(app);
      const answer = await buyer.confirm('pm_card_threeDSecure2Required');
      expect([answer.status, answer.body['status']]).toEqual([201, 'requires_action']);
      const again = await buyer.confirm('pm_card_threeDSecure2Required');
      expect([again.status, again.body['status']]).toEqual([201, 'requires_action']);
      expect((await buyer.record()).attempt?.n).toBe(1);
      await app.simulator.finish3ds(buyer.id, 'complete');
      await eventually(async () => expect((await buyer.list()).body).toMatchObject([{ status: 'succeeded' }]));
      expect(await buyer.charges()).toHaveLength(1);
    });

    it('lets the payer leave an open 3-D Secure page and pay with another card', async () => {
      const buyer = await payer(app);
      await buyer.confirm('pm_card_threeDSecure2Required');
      const paid = await buyer.confirm('pm_card_visa');
      expect([paid.status, paid.body['status']]).toEqual([201, 'succeeded']);
      expect(await buyer.charges()).toHaveLength(1);
    });

    it('starts over after a failed 3-D Secure', async () => {
      const buyer = await payer(app);
      await buyer.confirm('pm_card_threeDSecure2Required');
      await app.simulator.finish3ds(buyer.id, 'fail');
      const retry = await buyer.confirm('pm_card_threeDSecure2Required');
      expect([retry.status, retry.body['status']]).toEqual([201, 'requires_action']);
      expect((await buyer.record()).attempt?.n).toBe(2);
    });

    it('refuses an unknown method with 400 and stays payable', async () => {
      const buyer = await payer(app);
      const answer = await buyer.confirm('pm_doesnotexist');
      expect(answer.status).toBe(400);
      expect((await buyer.read()).body).toMatchObject({ status: 'requires_payment_method' });
      expect((await buyer.confirm('pm_card_visa')).body).toMatchObject({ status: 'succeeded' });
    });

    it('refuses the cuid of another payment with 400', async () => {
      const buyer = await payer(app);
      const answer = await app.http.post(
        '/payment/confirm',
        { cuid: newCuid(), paymentId: buyer.id, paymentMethodId: 'pm_card_visa' },
        { token: buyer.token },
      );
      expect(answer.status).toBe(400);
      expect(await buyer.charges()).toHaveLength(0);
    });

    it.each(['cuid', 'paymentId', 'paymentMethodId'])(
      'refuses every odd %s with 400 and charges nothing',
      async (field) => {
        const buyer = await payer(app);
        const good = { cuid: buyer.cuid, paymentId: buyer.id, paymentMethodId: 'pm_card_visa' };
        const odd = [
          { $ne: null },
          { $gt: '' },
          ['a'],
          [],
          null,
          true,
          7,
          '',
          ' ',
          'x'.repeat(5_000),
          '\u0000',
          'pi_\u0000',
          '../x',
          undefined,
          { __proto__: { a: 1 } },
        ];
        for (const value of odd) {
          const answer = await app.http.post('/payment/confirm', { ...good, [field]: value }, { token: buyer.token });
          expect([value, answer.status]).toEqual([value, 400]);
        }
        expect(await buyer.charges()).toHaveLength(0);
        expect((await buyer.record()).state).toBe('PI_CREATED');
      },
    );
  });

  describe('reading', () => {
    it('lists the caller’s payments only, newest first, without secrets', async () => {
      const { token } = await app.register();
      const ids: string[] = [];
      for (let i = 0; i < 3; i++) {
        ids.push(String((await app.http.post('/payment', { cuid: newCuid() }, { token })).body['id']));
        await app.advance(10);
      }
      const list = await app.http.get('/payment', { token });
      expect((list.body as unknown as { id: string }[]).map(({ id }) => id)).toEqual(ids.toReversed());
      expect(list.text).not.toContain('secret');
    });

    it('answers [] to a user who has never paid', async () => {
      const { token } = await app.register();
      expect((await app.http.get('/payment', { token })).body).toEqual([]);
    });

    it.each(['x', 'pi_', 'pi_a b', 'pi_%00', 'ch_123456789012345678901234'])(
      'answers 400 for the id %s',
      async (id) => {
        const { token } = await app.register();
        expect((await app.http.get(`/payment/${encodeURIComponent(id)}`, { token })).status).toBe(400);
      },
    );

    it('wants a token on every route', async () => {
      const id = 'pi_123456789012345678901234';
      for (const [method, path] of [
        ['GET', '/payment'],
        ['POST', '/payment'],
        ['GET', `/payment/${id}`],
        ['POST', '/payment/confirm'],
        ['PUT', `/checkout/${newCuid()}`],
      ] as const) {
        expect((await app.http.request(method, path, method === 'GET' ? undefined : {})).status).toBe(401);
      }
    });
  });

  it('sends one receipt, under the effect’s id, and never a second one', async () => {
    const buyer = await payer(app);
    await buyer.confirm('pm_card_visa');
    await eventually(async () => {
      const [effect] = (await buyer.record()).effects;
      expect(effect).toMatchObject({ id: `${(await buyer.record())._id}:succeeded`, doneAt: expect.any(Date) });
    });
    expect((await buyer.record()).effects).toHaveLength(1);
  });
});
