import { startTestApp, type TestApp } from '../../support/app.js';
import { listPages } from '../../support/list-pages.js';
import { eventually, newCuid, payer, payments, recordOf } from '../../support/payments.js';
import { inbox } from '../../support/webhooks.js';

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

    it('T-31 makes one PaymentIntent of twenty simultaneous repeats, and all get the same answer', async () => {
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

    it('T-33 gives two users with one cuid two payments, and neither sees, pays or learns of the other’s', async () => {
      const [first, second] = [await app.register(), await app.register()];
      const cuid = newCuid();
      const post = (path: string, body: object, { token }: { token: string }) => app.http.post(path, body, { token });
      const [a, b] = [await post('/payment', { cuid }, first), await post('/payment', { cuid }, second)];
      expect([a.status, b.status]).toEqual([201, 201]);
      expect(a.body['id']).not.toBe(b.body['id']);
      // The events of the two creates have been looked into.
      const ids = [String(a.body['id']), String(b.body['id'])];
      const lookedInto = { providerPaymentId: { $in: ids }, state: 'done' } as const;
      await eventually(async () => expect(await inbox(app).countDocuments(lookedInto)).toBe(2));
      const requestsSoFar = async () => (await app.simulator.requests()).requests.length;
      const before = await requestsSoFar();
      const read = (id: unknown) => app.http.get(`/payment/${String(id)}`, { token: second.token });
      const [stranger, nobody] = [await read(a.body['id']), await read('pi_doesnotexist0000000000')];
      expect([stranger.status, stranger.text]).toEqual([404, nobody.text]);
      const confirm = (id: unknown, as: { token: string }) =>
        post('/payment/confirm', { cuid, paymentId: id, paymentMethodId: 'pm_card_visa' }, as);
      const [others, none] = [await confirm(a.body['id'], second), await confirm('pi_doesnotexist0000000000', second)];
      expect([others.status, others.text]).toEqual([404, none.text]);
      // Time tells no more than the words: Stripe is asked for neither.
      expect(await requestsSoFar()).toBe(before);
      for (const [made, as] of [[a, first] as const, [b, second] as const]) {
        expect((await confirm(made.body['id'], as)).body['status']).toBe('succeeded');
        expect((await app.simulator.ledger({ paymentIntent: String(made.body['id']) })).count).toBe(1);
      }
      expect((await app.http.get('/payment', { token: second.token })).body).toMatchObject([{ id: b.body['id'] }]);
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

    it('T-31 pays once when ten confirms come at once', async () => {
      const buyer = await payer(app);
      const answers = await Promise.all(Array.from({ length: 10 }, () => buyer.confirm('pm_card_visa')));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
      expect(answers.map(({ body }) => body['status'])).toEqual(answers.map(() => 'succeeded'));
      expect(await buyer.charges()).toHaveLength(1);
    });

    it.each([
      ['pm_card_visa_chargeDeclined', 'generic_decline'],
      ['pm_card_chargeDeclined', 'generic_decline'],
      ['pm_card_visa_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
      ['pm_card_visa_chargeDeclinedLostCard', 'lost_card'],
      ['pm_card_visa_chargeDeclinedStolenCard', 'stolen_card'],
      ['pm_card_visa_chargeDeclinedVelocityLimitExceeded', 'card_velocity_exceeded'],
      ['pm_card_chargeCustomerFail', 'generic_decline'],
      ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
      ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc'],
      ['pm_card_chargeDeclinedProcessingError', 'processing_error'],
    ])('T-21 answers a decline of %s with 402 %s and repeats it; another card then pays', async (card, code) => {
      const buyer = await payer(app);
      const declined = await buyer.confirm(card);
      expect(declined.status).toBe(402);
      expect(declined.body).toEqual({ statusCode: 402, message: expect.any(String), error: 'Payment Required', code });
      const again = await buyer.confirm(card);
      expect([again.status, again.text]).toEqual([402, declined.text]);
      const { requests } = await app.simulator.requests({ key: `${(await buyer.record())._id}:confirm:` });
      expect(requests).toHaveLength(1);
      // Ruling 1: the PaymentIntent stays open.
      expect((await buyer.record()).state).toBe('DECLINED');
      expect((await buyer.read()).body).toMatchObject({ status: 'requires_payment_method' });
      expect(await buyer.charges()).toEqual([]);
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
      expect((await buyer.record()).attempt).toMatchObject({ n: 1, returnUrl: `${app.url}/checkout/return` });
      await app.simulator.finish3ds(buyer.id, 'complete');
      await eventually(async () => expect((await buyer.list()).body).toMatchObject([{ status: 'succeeded' }]));
      expect(await buyer.charges()).toHaveLength(1);
    });

    it('sends the payer back to the shop’s own page where there is one', async () => {
      const STOREFRONT_RETURN_URL = 'https://shop.example/paid?from=bank';
      const env = { STOREFRONT_RETURN_URL };
      const shop = await startTestApp({ env, simulator: app.simulator, webhooks: false });
      try {
        const buyer = await payer(shop);
        await buyer.confirm('pm_card_threeDSecure2Required');
        expect((await buyer.record()).attempt?.returnUrl).toBe(STOREFRONT_RETURN_URL);
      } finally {
        await shop.stop();
      }
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

    it('takes no card number for a method: it would be sent on, and stored with the attempt', async () => {
      const buyer = await payer(app);
      const answer = await buyer.confirm('pm_4242424242424242');
      expect(answer.status).toBe(400);
      expect(answer.text).not.toContain('4242');
      expect(JSON.stringify(await buyer.record())).not.toContain('4242424242424242');
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

    it('is read page by page, each payment once, also those of one moment, and a header says where it goes on', async () => {
      const buyer = await payer(app);
      const { token } = buyer;
      for (let i = 0; i < 6; i++) await app.http.post('/payment', { cuid: newCuid() }, { token });
      const moment = (await buyer.record()).createdAt;
      // Four of one moment, whose order is that of their ids, and pages end among them.
      const made = await payments(app)
        .find({ userId: (await buyer.record()).userId })
        .lean();
      for (const { _id } of made.slice(0, 4))
        await payments(app).updateOne({ _id }, { $set: { createdAt: moment }, $inc: { v: 1 } });
      const whole = (await app.http.get('/payment', { token })).body as unknown as { id: string }[];
      const pages = await listPages<{ id: string }>(app, '/payment?limit=2', token);
      const seen = pages.flat().map(({ id }) => id);
      expect(seen).toEqual(whole.map(({ id }) => id));
      expect([whole.length, new Set(seen).size, pages.length]).toEqual([7, 7, 4]);
    });

    it('without parameters a list of up to 1000 is whole and has no Link; of more it has the newest and says so', async () => {
      const buyer = await payer(app);
      const record = await buyer.record();
      const copies = (from: number, count: number) =>
        Array.from({ length: count }, (_, i) => ({
          ...record,
          _id: `pay_copy${from + i}of${record._id}`,
          cuid: newCuid(),
          providerPaymentId: `pi_copy${from + i}of${record._id.slice(4)}`,
          createdAt: new Date(record.createdAt.getTime() - (from + i) * 1_000),
          nextCheckAt: null,
        }));
      await payments(app).collection.insertMany(copies(1, 999) as never);
      const full = await buyer.list();
      expect([(full.body as unknown as unknown[]).length, full.headers.get('link')]).toEqual([1000, null]);
      await payments(app).collection.insertMany(copies(1_000, 2) as never);
      const cut = await buyer.list();
      const ids = (cut.body as unknown as { id: string }[]).map(({ id }) => id);
      expect([ids.length, ids[0]]).toEqual([1000, buyer.id]);
      expect(cut.headers.get('link')).toBe(`</payment?starting_after=${ids[999]}>; rel="next"`);
      const rest = await app.http.get(`/payment?starting_after=${ids[999]}`, { token: buyer.token });
      expect([(rest.body as unknown as unknown[]).length, rest.headers.get('link')]).toEqual([2, null]);
    });

    it.each([
      ['limit=0', 'limit'],
      ['limit=101', 'limit'],
      ['limit=', 'limit'],
      ['limit=1e1', 'limit'],
      ['limit=1&limit=2', 'limit'],
      ['starting_after=', 'starting_after'],
      ['starting_after=cus_1', 'starting_after'],
      ['starting_after=pi_nobodys', 'starting_after'],
      [`starting_after=pi_${'x'.repeat(300)}`, 'starting_after'],
    ])('a list with %s is refused', async (query, field) => {
      const { token } = await app.register();
      const answer = await app.http.get(`/payment?${query}`, { token });
      expect([answer.status, answer.text.includes(field)]).toEqual([400, true]);
    });

    it('does not go on behind somebody else’s payment, and takes no notice of what else is in a query', async () => {
      const buyer = await payer(app);
      const { token } = await app.register();
      expect((await app.http.get(`/payment?starting_after=${buyer.id}`, { token })).status).toBe(400);
      expect((await app.http.get('/payment?_=1700000000&page=2', { token })).status).toBe(200);
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
