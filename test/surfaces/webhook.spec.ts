import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { startTestApp, TEST_WEBHOOK_SECRET, type TestApp } from '../support/app.js';
import type { HttpAnswer } from '../support/http-client.js';
import { logs } from '../support/log-capture.js';
import { eventually, HOUR, MINUTE, newCuid, payer, payments, recordOf, secret } from '../support/payments.js';
import { type ProxiedApp, startProxiedApp } from '../support/proxied-app.js';
import {
  deliver,
  deliverEvent,
  deploymentId,
  type EventBody,
  eventBody,
  hmac,
  inbox,
  inboxRow,
  outbox,
  secondsNow,
  signature,
  workInbox,
} from '../support/webhooks.js';

const OLD_SECRET = 'whsec_test_before_the_rotation_0123456789abcdef';
const PAID = { id: 'pi_stranger', object: 'payment_intent', status: 'succeeded', metadata: {} };
const KB = 1024;

/** Events made and signed here; the simulator delivers nothing. */
describe('POST /webhook/stripe', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({
      webhooks: false,
      env: {
        RESOLVER_TICK: '1h',
        STOREFRONT_JWT_TTL: '90d',
        STRIPE_WEBHOOK_SECRET: `${TEST_WEBHOOK_SECRET},${OLD_SECRET}`,
      },
    });
  });
  afterAll(() => app.stop());

  const event = (over?: EventBody) => eventBody('payment_intent.succeeded', PAID, over);
  const rows = () => inbox(app).countDocuments({});

  /** Refused, in words that tell the sender nothing of what is stored here, and with nothing stored. */
  async function expectRefused(send: () => Promise<HttpAnswer>, status = 400): Promise<void> {
    const before = await rows();
    const answer = await send();
    expect([answer.status, await rows()]).toEqual([status, before]);
    expect(answer.text).not.toContain('whsec_');
  }

  describe('is it Stripe’s? (T-36)', () => {
    let body: string;
    let at: number;
    beforeEach(() => {
      body = JSON.stringify(event());
      at = secondsNow(app);
    });

    it('a signed event is stored and answered', async () => {
      const answer = await deliver(app, body);
      expect([answer.status, answer.body]).toEqual([200, { received: true }]);
      expect(await inboxRow(app, (JSON.parse(body) as EventBody)['id'])).toMatchObject({
        type: 'payment_intent.succeeded',
        providerPaymentId: 'pi_stranger',
      });
    });

    it.each<[string, () => string | null]>([
      ['no signature', () => null],
      ['an empty signature', () => ''],
      ['a wrong secret', () => signature(body, at, 'whsec_test_somebody_elses_0123456789')],
      ['v0 only', () => `t=${at},v0=${hmac(body, at)}`],
      ['no timestamp', () => `v1=${hmac(body, at)}`],
      ['a timestamp that is no number', () => `t=now,v1=${hmac(body, at)}`],
      ['a timestamp other than the signed one', () => `t=${at - 1},v1=${hmac(body, at)}`],
      [
        'two timestamps, the signed one hidden behind another',
        () => `t=${at},t=${at + 900},v1=${hmac(body, at + 900)}`,
      ],
      ['a signature cut short', () => signature(body, at).slice(0, -1)],
      ['a signature in upper case', () => `t=${at},v1=${hmac(body, at).toUpperCase()}`],
      ['a header of 10 KB', () => `${signature(body, at)},v0=${'0'.repeat(10 * KB)}`],
      ['ten KB of commas', () => ','.repeat(10 * KB)],
      ['a secret as the signature', () => `t=${at},v1=${TEST_WEBHOOK_SECRET}`],
    ])('refuses %s', async (_what, header) => {
      await expectRefused(() => deliver(app, body, header()));
    });

    it('refuses an altered body, and one that was parsed and written again', async () => {
      const header = signature(body, at);
      await expectRefused(() => deliver(app, body.replace('pi_stranger', 'pi_strangeR'), header));
      await expectRefused(() => deliver(app, JSON.stringify(JSON.parse(body), null, 2), header));
      await expectRefused(() => deliver(app, `${body}\n`, header));
    });

    it('takes one right signature among several', async () => {
      expect((await deliver(app, body, `t=${at},v1=${'0'.repeat(64)},v1=${hmac(body, at)}`)).status).toBe(200);
    });

    it('compares in constant time: the comparison is the SDK’s, and that is Node’s timingSafeEqual', () => {
      const verifier = readFileSync(join(__dirname, '../../src/platform/stripe/webhook/webhook-verifier.ts'), 'utf8');
      expect(verifier).toContain('.constructEvent(');
      const sdk = readFileSync(join(dirname(require.resolve('stripe')), 'platform/NodePlatformFunctions.js'), 'utf8');
      expect(/secureCompare\([\s\S]*?\n {4}\}/.exec(sdk)?.[0]).toContain('.timingSafeEqual(');
    });

    it('takes both secrets of a rotation and no third', async () => {
      for (const known of [TEST_WEBHOOK_SECRET, OLD_SECRET]) {
        const one = JSON.stringify(event());
        expect((await deliver(app, one, signature(one, at, known))).status).toBe(200);
      }
      await expectRefused(() => deliver(app, body, signature(body, at, `${OLD_SECRET}0`)));
    });
  });

  describe('is it young? (T-37)', () => {
    // Standing still: on a busy machine a running clock is read to within a second at best.
    beforeAll(async () => {
      await app.simulator.moveClock({ freeze: true });
      await app.clock.refresh();
    });
    afterAll(async () => {
      await app.simulator.moveClock({ freeze: false });
      await app.clock.refresh();
    });

    it.each([
      [-301, 400],
      [-299, 200],
      [0, 200],
      [299, 200],
      [301, 400],
      [10_000_000, 400],
    ])('signed %i seconds from now: %i', async (offset, status) => {
      const body = JSON.stringify(event());
      expect((await deliver(app, body, signature(body, secondsNow(app) + offset))).status).toBe(status);
    });

    it('reads a moved clock again before it calls a delivery early', async () => {
      const { now } = await app.simulator.moveClock({ advance: 3 * HOUR });
      const body = JSON.stringify(event());
      expect((await deliver(app, body, signature(body, Math.floor(now / 1000)))).status).toBe(200);
    });
  });

  describe('is it for us, and an event? (T-39)', () => {
    it.each<[string, EventBody | string]>([
      ['of the live mode', event({ livemode: true })],
      ['without a mode', event({ livemode: undefined })],
      ['of another account', event({ account: 'acct_other' })],
      ['of an account that is no text', event({ account: { $ne: null } })],
      ['without data', event({ data: undefined })],
      ['without an object', event({ data: {} })],
      ['whose object is null', event({ data: { object: null } })],
      ['whose object is a list', event({ data: { object: [PAID] } })],
      ['whose object is a text', event({ data: { object: 'pi_stranger' } })],
      ['whose data is the prototype only', JSON.stringify(event()).replace('"data":', '"__proto__":')],
      ['without an id', event({ id: undefined })],
      ['whose id is an operator', event({ id: { $gt: '' } })],
      ['whose id is somebody’s payment', event({ id: 'pi_1' })],
      ['whose type is no text', event({ type: ['payment_intent.succeeded'] })],
      ['whose type is endless', event({ type: 'x'.repeat(101) })],
      ['made at no time', event({ created: 'now' })],
      ['made after the end of time', event({ created: Number.MAX_SAFE_INTEGER })],
      ['that is null', 'null'],
      ['that is a list', '[]'],
      ['that is a text', '"evt_1"'],
      ['that is not JSON', '{"id":'],
      ['that is a form', 'id=evt_1&type=payment_intent.succeeded'],
      ['of the other API', event({ object: 'v2.core.event' })],
      ['of the other API with an object', event({ object: 'v2.core.event', data: { object: PAID } })],
    ])('refuses one %s, though it is signed', async (_what, body) => {
      await expectRefused(() => deliver(app, typeof body === 'string' ? body : JSON.stringify(body)));
    });

    it('says of a thin event what to change: Stripe shows the sentence beside the delivery', async () => {
      const thin = {
        ...{ id: 'evt_test_65R9Ijk8dKEYZcXeRWn16R9A7j1FSQ3w3TGDPLLGSM4CW0', object: 'v2.core.event', livemode: false },
        ...{ type: 'v1.payment_intent.succeeded', created: '2026-11-30T07:00:00.000Z', context: null },
        related_object: { id: 'pi_stranger', type: 'payment_intent', url: '/v1/payment_intents/pi_stranger' },
      };
      const answer = await deliver(app, JSON.stringify(thin));
      expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('payload style to snapshot')]);
    });

    it('refuses an empty body', async () => {
      await expectRefused(() => deliver(app, ''));
      await expectRefused(() =>
        app.http.post('/webhook/stripe', undefined, { headers: { 'stripe-signature': 't=1' } }),
      );
    });

    it('refuses more than 256 KB, and takes what is just below', async () => {
      const big = (bytes: number) => {
        const text = JSON.stringify(event({ padding: '' }));
        return text.replace('"padding":""', `"padding":"${'x'.repeat(bytes - text.length)}"`);
      };
      expect((await deliver(app, big(256 * KB))).status).toBe(200);
      await expectRefused(() => deliver(app, big(256 * KB + 1)), 413);
      await expectRefused(() => deliver(app, big(1024 * KB)), 413);
    });

    it('inflates nothing', async () => {
      const bomb = gzipSync(Buffer.alloc(10 * 1024 * KB, 'x'));
      expect(bomb.length).toBeLessThan(20 * KB);
      await expectRefused(() => deliver(app, bomb, null, { 'content-encoding': 'gzip' }));
      await expectRefused(() => deliver(app, bomb, undefined, { 'content-encoding': 'gzip' }));
    });

    it('keeps of 200 KB of metadata, and of prototype keys, nothing', async () => {
      const metadata = JSON.stringify({ note: 'x'.repeat(200 * KB), payment_id: 5, deployment_id: { $ne: null } });
      const wanted = event();
      const text = JSON.stringify(wanted)
        .replace('"metadata":{}', `"metadata":${metadata},"__proto__":{"polluted":true}`)
        .replace('{', '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},');
      expect((await deliver(app, text)).status).toBe(200);
      expect(({} as EventBody)['polluted']).toBeUndefined();
      const row = await inboxRow(app, wanted['id']);
      expect(row.metadata).toEqual({});
      expect(JSON.stringify(row).length).toBeLessThan(KB);
    });

    it.each(['GET', 'PUT', 'DELETE'])('%s is not allowed', async (method) => {
      const answer = await app.http.request(method, '/webhook/stripe');
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
      expect(answer.headers.get('location')).toBeNull();
    });

    it('does not mind another content type: only the bytes are signed', async () => {
      const body = JSON.stringify(event());
      expect((await deliver(app, body, undefined, { 'content-type': 'text/plain' })).status).toBe(200);
    });
  });

  describe('what becomes of it', () => {
    const intent = (id: string) => secret(app).paymentIntents.retrieve(id);

    it('two hundred deliveries of one event at once are one row, and every one is answered 200 (T-38)', async () => {
      const body = event();
      const answers = await Promise.all(Array.from({ length: 200 }, () => deliverEvent(app, body)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(await inbox(app).countDocuments({ _id: body['id'] })).toBe(1);
      const { text } = await app.http.get('/metrics');
      expect(Number(/inbox_received_total\{result="duplicate"\} (\d+)/.exec(text)?.[1])).toBeGreaterThanOrEqual(199);
      expect(text).toMatch(/inbox_received_total\{result="stored"\} [1-9]/);
      expect(text).toMatch(/inbox_received_total\{result="refused"\} [1-9]/);
      expect(text).toMatch(/^inbox_pending \d/m);
      expect(text).toMatch(/^inbox_unmatched \d/m);
    });

    it('T-38 a hundred events of one payment in any order end where Stripe is: one effect, one receipt', async () => {
      const buyer = await payer(app);
      await buyer.browserConfirm('pm_card_visa_chargeDeclined').catch(() => undefined);
      const declined = await intent(buyer.id);
      await buyer.browserConfirm('pm_card_visa');
      const paid = await intent(buyer.id);
      const kinds = ['created', 'payment_failed', 'processing', 'requires_action', 'succeeded'];
      const events = Array.from({ length: 100 }, (_, i) =>
        eventBody(`payment_intent.${kinds[i % kinds.length] ?? ''}`, i % 2 === 0 ? declined : paid),
      );
      // The failure of attempt 1 comes last of all.
      const last = eventBody('payment_intent.payment_failed', declined);
      await Promise.all(events.toSorted(() => Math.random() - 0.5).map((one) => deliverEvent(app, one)));
      await deliverEvent(app, last);
      await eventually(async () => {
        await workInbox(app);
        expect(await inbox(app).countDocuments({ providerPaymentId: buyer.id, state: 'done' })).toBe(101);
        expect(outbox(app).filter(({ eml }) => eml.includes(buyer.id))).toHaveLength(1);
      }, 30_000);
      const record = await buyer.record();
      expect(record.state).toBe('SUCCEEDED');
      expect(record.effects.map(({ id }) => id)).toEqual([`${record._id}:succeeded`]);
      const reads = (await app.simulator.requests({ path: `/v1/payment_intents/${buyer.id}` })).requests.length;
      expect(reads).toBeLessThan(20); // equal events share one look
    });

    it('T-39 an unknown type is counted and done; a lookalike of ours too', async () => {
      for (const type of ['capybara.spotted', 'payment_intents.succeeded', '__proto__', 'constructor']) {
        const body = eventBody(type, { ...PAID, object: 'capybara' });
        expect((await deliverEvent(app, body)).status).toBe(200);
        await workInbox(app);
        await eventually(async () =>
          expect(await inboxRow(app, body['id'])).toMatchObject({ state: 'done', verdict: 'unhandled', nextAt: null }),
        );
      }
    });

    // balance.available and invoice.upcoming are of objects without an id: refused, Stripe repeats them for days and then
    // switches the endpoint off, payment events included.
    it.each<[string, string, EventBody]>([
      ['a balance', 'balance.available', { object: 'balance', available: [{ amount: 0, currency: 'usd' }] }],
      ['an upcoming invoice', 'invoice.upcoming', { object: 'invoice', customer: 'cus_1', metadata: null }],
      ['an object that is empty', 'capybara.spotted', {}],
      ['an id of null', 'capybara.spotted', { object: 'capybara', id: null }],
      ['a number for an id', 'capybara.spotted', { object: 'capybara', id: 7 }],
      ['an operator for an id', 'capybara.spotted', { object: 'capybara', id: { $ne: 1 } }],
      ['an empty id', 'capybara.spotted', { object: 'capybara', id: '' }],
      ['a payment’s event without one', 'payment_intent.succeeded', { ...PAID, id: undefined }],
      ['a payment’s event with an operator', 'payment_intent.succeeded', { ...PAID, id: { $ne: 1 } }],
    ])('an event of an object without an id (%s) is stored, counted and done', async (_what, type, object) => {
      const stored = async () =>
        Number(/inbox_received_total\{result="stored"\} (\d+)/.exec((await app.http.get('/metrics')).text)?.[1]);
      const before = await stored();
      const body = eventBody(type, object);
      const first = await deliverEvent(app, body);
      expect([first.status, first.body]).toEqual([200, { received: true }]);
      expect((await deliverEvent(app, body)).status).toBe(200);
      expect(await stored()).toBe(before + 1);
      await workInbox(app);
      await eventually(async () =>
        expect(await inboxRow(app, body.id)).toMatchObject({ state: 'done', nextAt: null, providerPaymentId: null }),
      );
      const { objectId, verdict } = await inboxRow(app, body.id);
      expect(objectId === null || objectId === '').toBe(true);
      expect(verdict).toBe(type.startsWith('payment_intent.') ? 'ignored' : 'unhandled');
    });

    it('what is another deployment’s, or nobody’s, is done and asks nobody', async () => {
      const metadatas = [{}, { deployment_id: 'a1b2c3' }, { deployment_id: 'a1b2c3', payment_id: 'pay_theirs' }];
      for (const metadata of metadatas) {
        const body = eventBody('payment_intent.succeeded', { ...PAID, metadata });
        await deliverEvent(app, body);
        await eventually(async () =>
          expect(await inboxRow(app, body['id'])).toMatchObject({ state: 'done', verdict: 'foreign' }),
        );
      }
      const { requests } = await app.simulator.requests({ path: '/v1/payment_intents/pi_stranger' });
      expect(requests).toHaveLength(0);
    });

    it('another deployment that names our payment changes nothing: the PaymentIntent is not the stored one', async () => {
      const buyer = await payer(app);
      const { _id } = await buyer.record();
      const stranger = await secret(app).paymentIntents.create({
        amount: 100,
        currency: 'usd',
        metadata: { payment_id: _id, deployment_id: 'a1b2c3' },
      });
      const body = eventBody('payment_intent.succeeded', { ...stranger, status: 'succeeded' });
      await deliverEvent(app, body);
      await eventually(async () =>
        expect(await inboxRow(app, body['id'])).toMatchObject({ state: 'done', verdict: 'ignored' }),
      );
      expect(await buyer.record()).toMatchObject({ state: 'PI_CREATED', providerPaymentId: buyer.id });
    });

    it('the snapshot in an event is not believed', async () => {
      const buyer = await payer(app);
      const lie = { ...(await intent(buyer.id)), status: 'succeeded', amount_received: 2000 };
      const body = eventBody('payment_intent.succeeded', lie);
      await deliverEvent(app, body);
      await eventually(async () => expect(await inboxRow(app, body['id'])).toMatchObject({ verdict: 'applied' }));
      expect((await buyer.record()).state).toBe('PI_CREATED');
    });

    it('T-39 what is ours but not here yet is kept, and applied once it is here', async () => {
      const buyer = await payer(app);
      const record = await buyer.record();
      await buyer.browserConfirm('pm_card_visa');
      await payments(app).deleteOne({ _id: record._id });
      const body = eventBody('payment_intent.succeeded', await intent(buyer.id));
      expect((await deliverEvent(app, body)).status).toBe(200);
      await eventually(async () =>
        expect(await inboxRow(app, body['id'])).toMatchObject({ state: 'unmatched', tries: 1 }),
      );
      await app.advance(6_000);
      await workInbox(app);
      expect((await inboxRow(app, body['id'])).tries).toBe(2);
      expect((await app.http.get('/metrics')).text).toMatch(/^inbox_unmatched [1-9]/m);
      await payments(app).collection.insertOne(record as never);
      await app.advance(MINUTE);
      await workInbox(app);
      await eventually(async () =>
        expect(await inboxRow(app, body['id'])).toMatchObject({ state: 'done', verdict: 'applied' }),
      );
      expect((await recordOf(app, buyer.id)).state).toBe('SUCCEEDED');
    });

    it('what Stripe does not let us read now is tried again', async () => {
      const buyer = await payer(app);
      await buyer.browserConfirm('pm_card_visa');
      const body = eventBody('payment_intent.succeeded', await intent(buyer.id));
      await app.simulator.fault({ method: 'GET', pi: buyer.id, times: 2 }, { type: 'reset_before' });
      await deliverEvent(app, body);
      await eventually(async () =>
        expect(await inboxRow(app, body['id'])).toMatchObject({ state: 'new', verdict: 'again', tries: 1 }),
      );
      await app.advance(6_000);
      await workInbox(app);
      await eventually(async () => expect((await buyer.record()).state).toBe('SUCCEEDED'));
    });

    it('T-39 after 72 hours it is given up, with an alarm, and kept', async () => {
      const metadata = { deployment_id: deploymentId(app), payment_id: 'pay_never' };
      const body = eventBody('payment_intent.succeeded', { ...PAID, id: 'pi_never', metadata });
      await deliverEvent(app, body);
      await workInbox(app);
      for (let day = 0; day < 2; day++) {
        await app.advance(24 * HOUR);
        await workInbox(app);
      }
      expect(await inboxRow(app, body['id'])).toMatchObject({ state: 'unmatched' });
      await app.advance(25 * HOUR);
      await workInbox(app);
      await eventually(async () =>
        expect(await inboxRow(app, body['id'])).toMatchObject({ state: 'dead', nextAt: null, doneAt: null }),
      );
      expect(logs.lines).toContainEqual(expect.objectContaining({ msg: 'event given up', eventId: body['id'] }));
      expect((await app.http.get('/metrics')).text).toMatch(/^inbox_dead [1-9]/m);
    });

    it('a backlog does not hold a stop, and the rest is left for later', async () => {
      const own = await startTestApp({
        simulator: app.simulator,
        webhooks: false,
        mongoUri: app.config.mongo.uri,
        env: { RESOLVER_TICK: '1h', ROLE: 'worker' },
      });
      const metadata = { deployment_id: deploymentId(app), payment_id: 'pay_never' };
      const backlog = Array.from({ length: 80 }, (_, i) =>
        eventBody('payment_intent.succeeded', { ...PAID, id: `pi_backlog${i}`, metadata }),
      );
      await Promise.all(backlog.map((one) => deliverEvent(app, one)));
      await app.advance(MINUTE); // all are due together
      await own.clock.refresh();
      await new Promise((done) => setTimeout(done, 1_500));
      const started = performance.now();
      await own.stop();
      // Eighty at ten a second.
      expect(performance.now() - started).toBeLessThan(8_000);
    });
  });
});

/** The simulator delivers by itself. */
describe('deliveries', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({
      env: { RESOLVER_TICK: '1h', STOREFRONT_JWT_TTL: '90d', STRIPE_TIMEOUT: '500ms' },
    });
  });
  afterEach(() =>
    app.simulator.webhooks({
      paused: false,
      drop: 0,
      duplicate: 0,
      reorder_ms: 0,
      corrupt_signature: false,
      stale_seconds: 0,
      before_response: false,
      retry_ms: null,
    }),
  );
  afterAll(() => app.stop());

  async function expectPaid(id: string): Promise<void> {
    await eventually(async () => expect((await recordOf(app, id)).state).toBe('SUCCEEDED'));
    const record = await recordOf(app, id);
    expect(record.effects).toHaveLength(1);
    expect((await app.simulator.ledger({ paymentIntent: id })).count).toBe(1);
  }

  it('that wait, come twice and overtake each other end where Stripe is', async () => {
    await app.simulator.webhooks({ paused: true, duplicate: 1, reorder_ms: 300 });
    const buyer = await payer(app);
    await buyer.browserConfirm('pm_card_visa_chargeDeclined').catch(() => undefined);
    await buyer.browserConfirm('pm_card_visa');
    await new Promise((done) => setTimeout(done, 300));
    expect((await buyer.record()).state).toBe('PI_CREATED');
    await app.simulator.webhooks({ paused: false });
    await expectPaid(buyer.id);
    await eventually(async () => {
      const { deliveries } = await app.simulator.deliveries({ object: buyer.id });
      expect(deliveries.filter(({ status }) => status !== 200)).toEqual([]);
      expect(await inbox(app).countDocuments({ objectId: buyer.id, state: 'done' })).toBe(
        new Set(deliveries.map(({ event }) => event)).size,
      );
    });
  });

  it.each([
    ['whose signature is wrong', { corrupt_signature: true }, { corrupt_signature: false }],
    ['that are stale', { stale_seconds: 301 }, { stale_seconds: 0 }],
  ])('%s are refused, and taken when Stripe sends them again', async (_what, wrong, right) => {
    const buyer = await payer(app);
    await app.simulator.webhooks({ ...wrong, retry_ms: [MINUTE] });
    await buyer.browserConfirm('pm_card_visa');
    const succeeded = { type: 'payment_intent.succeeded', object: buyer.id };
    await eventually(async () =>
      expect((await app.simulator.deliveries(succeeded)).deliveries[0]).toMatchObject({ attempt: 1, status: 400 }),
    );
    expect(await inbox(app).countDocuments({ objectId: buyer.id, type: succeeded.type })).toBe(0);
    await app.simulator.webhooks(right);
    await app.advance(MINUTE + 1_000);
    await expectPaid(buyer.id);
  });

  it('that are faster than our own answers: kept, then applied', async () => {
    await app.simulator.webhooks({ before_response: true });
    const buyer = await payer(app);
    const { deliveries } = await app.simulator.deliveries({ type: 'payment_intent.created', object: buyer.id });
    expect(deliveries).toMatchObject([{ attempt: 1, status: 200 }]);
    await app.advance(10_000);
    await eventually(async () => {
      await workInbox(app);
      expect(await inboxRow(app, deliveries[0]?.event)).toMatchObject({ state: 'done', verdict: 'applied' });
    });
    const paid = await buyer.confirm('pm_card_visa');
    expect([paid.status, paid.body['status']]).toEqual([201, 'succeeded']);
    await expectPaid(buyer.id);
  });

  it('of a create whose answer never comes: the event finds no PaymentIntent stored, and waits', async () => {
    const { token } = await app.register();
    await app.http.post('/payment', { cuid: newCuid() }, { token }); // the Customer is there
    const cuid = newCuid();
    const create = { method: 'POST', path: '/v1/payment_intents' };
    await app.simulator.fault({ ...create, times: 2 }, { type: 'drop_after_effect' });
    expect((await app.http.post('/payment', { cuid }, { token })).status).toBe(502);
    const made = { 'metadata.payment_id': (await payments(app).findOne({ cuid }).lean().exec())?._id };
    await eventually(async () =>
      expect(
        await inbox(app)
          .findOne(made as never)
          .lean(),
      ).toMatchObject({ state: 'unmatched' }),
    );
    const again = await app.http.post('/payment', { cuid }, { token });
    expect(again.status).toBe(201);
    await app.advance(MINUTE);
    await workInbox(app);
    await eventually(async () =>
      expect(
        await inbox(app)
          .find(made as never)
          .lean(),
      ).toMatchObject([{ state: 'done', verdict: 'applied' }]),
    );
  });
});

describe('the store is down when an event comes', () => {
  let proxied: ProxiedApp;
  beforeAll(async () => {
    proxied = await startProxiedApp({ env: { RESOLVER_TICK: '1h', MONGODB_SERVER_SELECTION_TIMEOUT: '1500ms' } });
  });
  afterAll(() => proxied.stop());

  it('503 within Stripe’s patience, and the redelivery is taken', async () => {
    const { app, store } = proxied;
    const buyer = await payer(app);
    await app.simulator.webhooks({ retry_ms: [MINUTE] });
    await store.cut();
    const started = performance.now();
    expect((await deliverEvent(app, eventBody('payment_intent.succeeded', PAID))).status).toBe(503);
    // Without a limit of ours the driver would look for the store for thirty seconds.
    expect(performance.now() - started).toBeLessThan(20_000);
    await buyer.browserConfirm('pm_card_visa');
    const succeeded = { type: 'payment_intent.succeeded', object: buyer.id };
    await eventually(async () =>
      expect((await app.simulator.deliveries(succeeded)).deliveries[0]).toMatchObject({ status: 503 }),
    );
    await store.restore();
    await eventually(async () => expect((await app.http.get('/health/ready')).status).toBe(200));
    await app.advance(MINUTE + 1_000);
    await eventually(async () => {
      const { deliveries } = await app.simulator.deliveries(succeeded);
      expect(deliveries.map(({ status }) => status)).toEqual([503, 200]);
      expect(await inbox(app).countDocuments({ _id: deliveries[0]?.event })).toBe(1);
      expect((await buyer.record()).state).toBe('SUCCEEDED');
    });
  });
});
