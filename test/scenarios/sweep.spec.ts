import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { derivedId } from '../../src/platform/common/id.js';
import { PaymentSweeper } from '../../src/modules/payment/upkeep/payment-sweeper.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { logs } from '../support/log-capture.js';
import {
  browserConfirm,
  eventually,
  HOUR,
  MINUTE,
  newCuid,
  payer,
  payments,
  recordOf,
  resolve,
  secret,
} from '../support/payments.js';
import { Simulator } from '../support/simulator.js';
import { deploymentId, outbox } from '../support/webhooks.js';

jest.setTimeout(60_000);

/** What a sweep finds when Stripe's list and our records differ. No webhooks: nobody else tells us. */
let simulator: Simulator;
let app: TestApp;
/** Further instances on its database. */
const others: TestApp[] = [];
beforeAll(async () => {
  simulator = await Simulator.start();
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  await simulator.reset();
  app = await startTestApp({
    simulator,
    webhooks: false,
    env: { RESOLVER_TICK: '1h', STOREFRONT_JWT_TTL: '90d', STRIPE_TIMEOUT: '700ms' },
  });
  logs.clear();
});
afterEach(async () => {
  for (const other of others.splice(0)) await other.stop();
  await app.stop();
});

async function another(env: Record<string, string> = {}): Promise<TestApp> {
  const started = await startTestApp({
    simulator: app.simulator,
    mongoUri: app.config.mongo.uri,
    webhooks: false,
    env,
  });
  others.push(started);
  return started;
}

const database = (of = app) => of.app.get<Connection>(getConnectionToken());
const sweeps = (of = app) => database(of).collection<{ _id: string }>('sweeps');
const orphans = () => database().collection<{ _id: string }>('orphans');

async function sweep(of = app): Promise<void> {
  await of.clock.refresh();
  await of.app.get(PaymentSweeper, { strict: false }).pass();
}

/** The counts that the last finished sweep told. */
function told(): string {
  return String(logs.lines.findLast(({ msg }) => msg === 'sweep done')?.['detail']);
}

const alarms = (name: string) => logs.lines.filter(({ msg }) => msg === name);
const count = async (metric: string): Promise<number> =>
  Number(new RegExp(`^${metric} (\\d+)$`, 'm').exec((await app.http.get('/metrics')).text)?.[1] ?? 0);

type Dump = { name: string; documents: { _id: string }[] }[];

async function backup(): Promise<Dump> {
  const names = (await database().listCollections()).map(({ name }) => name);
  return Promise.all(
    names.map(async (name) => ({
      name,
      documents: await database().collection<{ _id: string }>(name).find().toArray(),
    })),
  );
}

async function restore(dump: Dump): Promise<void> {
  const names = (await database().listCollections()).map(({ name }) => name);
  for (const name of names) await database().collection(name).deleteMany({});
  for (const { name, documents } of dump)
    if (documents.length > 0) await database().collection<{ _id: string }>(name).insertMany(documents);
}

/** Every charge is a payment that is paid here, and no other is. */
async function booksAgree(): Promise<void> {
  const { charges } = await app.simulator.ledger();
  const paid = await payments(app).find({ state: 'SUCCEEDED' }).lean();
  expect(new Set(paid.map(({ providerPaymentId }) => providerPaymentId))).toEqual(
    new Set(charges.map(({ payment_intent }) => payment_intent)),
  );
  expect(paid).toHaveLength(charges.length);
  for (const { effects } of paid) expect(effects).toHaveLength(1);
}

/** A PaymentIntent as ours: of a user and cuid, with what its metadata would be. */
async function twinOf(userId: string, cuid: string, over: Record<string, string> = {}) {
  const scope = `${deploymentId(app)}:storefront:${userId}`;
  const metadata = {
    payment_id: derivedId('pay', scope, cuid),
    deployment_id: deploymentId(app),
    scope,
    userId,
    cuid,
    fp: 'x',
  };
  return secret(app).paymentIntents.create({
    amount: 2000,
    currency: 'usd',
    automatic_payment_methods: { enabled: true },
    metadata: { ...metadata, ...over },
  });
}

const pay = (id: string) =>
  secret(app).paymentIntents.confirm(id, { payment_method: 'pm_card_visa', return_url: 'https://shop.example.com/' });

describe('after a restored backup', () => {
  it('a payer goes on with another card, though Stripe knows attempts that the restored records do not', async () => {
    const buyer = await payer(app);
    const dump = await backup();
    const cuid = newCuid();
    const create = () => app.http.post('/payment', { cuid }, { token: buyer.token });
    const paymentId = String((await create()).body['id']);
    const confirm = (paymentMethodId: string) =>
      app.http.post('/payment/confirm', { cuid, paymentId, paymentMethodId }, { token: buyer.token });
    expect((await confirm('pm_card_visa_chargeDeclined')).status).toBe(402);

    await restore(dump);
    expect((await create()).body['id']).toBe(paymentId);
    expect((await confirm('pm_card_visa')).body['status']).toBe('succeeded');
  });

  it('so does one whose payment the sweep has brought back', async () => {
    const buyer = await payer(app);
    const dump = await backup();
    const cuid = newCuid();
    const paymentId = String((await app.http.post('/payment', { cuid }, { token: buyer.token })).body['id']);
    const confirm = (paymentMethodId: string) =>
      app.http.post('/payment/confirm', { cuid, paymentId, paymentMethodId }, { token: buyer.token });
    expect((await confirm('pm_card_threeDSecure2Required')).body['status']).toBe('requires_action');

    await restore(dump);
    await app.advance(2 * HOUR);
    await sweep();
    expect((await confirm('pm_card_visa')).body['status']).toBe('succeeded');
  });

  it('what was paid since is here again, the rest is followed or canceled, and the books agree', async () => {
    const before = await payer(app);
    await before.confirm('pm_card_visa');
    const open = await payer(app);
    await sweep();
    const dump = await backup();

    await open.confirm('pm_card_visa');
    const buyer = open.token; // registered before the backup
    const create = async () => {
      const cuid = newCuid();
      const { body } = await app.http.post('/payment', { cuid }, { token: buyer });
      return { cuid, id: String(body['id']) };
    };
    const confirm = ({ cuid, id }: { cuid: string; id: string }, paymentMethodId: string) =>
      app.http.post('/payment/confirm', { cuid, paymentId: id, paymentMethodId }, { token: buyer });
    const [paid, waiting, unpaid] = [await create(), await create(), await create()];
    await confirm(paid, 'pm_card_visa');
    expect((await confirm(waiting, 'pm_card_threeDSecure2Required')).body['status']).toBe('requires_action');

    await restore(dump);
    await app.advance(2 * HOUR);
    expect((await app.http.get(`/payment/${paid.id}`, { token: buyer })).status).toBe(404);
    await sweep();

    expect(told()).toBe('agrees 1, imported 2, updated 1, twin_canceled 1');
    expect(alarms('orphan_imported')).toHaveLength(2);
    expect(await count('orphan_imported_total')).toBe(2);
    expect((await app.http.get(`/payment/${paid.id}`, { token: buyer })).body).toMatchObject({
      status: 'succeeded',
      amount: 2000,
      currency: 'usd',
    });
    const again = await app.http.post('/payment', { cuid: paid.cuid }, { token: buyer });
    expect([again.status, again.body['id'], again.body['status']]).toEqual([201, paid.id, 'succeeded']);
    expect((await secret(app).paymentIntents.retrieve(unpaid.id)).status).toBe('canceled');

    await app.simulator.finish3ds(waiting.id, 'complete');
    await resolve(app);
    expect(await recordOf(app, waiting.id)).toMatchObject({ state: 'SUCCEEDED', userId: open.userId });
    await booksAgree();
    await eventually(async () => expect(outbox(app).some(({ eml }) => eml.includes(paid.id))).toBe(true));

    logs.clear();
    await sweep();
    expect(told()).toBe('agrees 5');
    expect((await app.http.get('/metrics')).text).not.toMatch(/^reconcile_drift_cents\{/m);
  });

  it('a cuid that was started anew since: the one that is paid counts, the new one is canceled', async () => {
    const buyer = await payer(app);
    const dump = await backup();
    const cuid = newCuid();
    const first = await app.http.post('/payment', { cuid }, { token: buyer.token });
    const firstId = String(first.body['id']);
    await pay(firstId);
    await restore(dump);
    await app.advance(25 * HOUR); // Stripe has forgotten the key
    const second = await app.http.post('/payment', { cuid }, { token: buyer.token });
    expect(second.body['id']).not.toBe(firstId);

    await sweep();
    expect(await recordOf(app, firstId)).toMatchObject({ state: 'SUCCEEDED', cuid });
    expect((await secret(app).paymentIntents.retrieve(String(second.body['id']))).status).toBe('canceled');
    expect(alarms('late_success')).toHaveLength(1);
    await booksAgree();
  });

  it('and the new one was paid too: a person is told, once, and nothing is made up', async () => {
    const buyer = await payer(app);
    const dump = await backup();
    const cuid = newCuid();
    const firstId = String((await app.http.post('/payment', { cuid }, { token: buyer.token })).body['id']);
    await pay(firstId);
    await restore(dump);
    await app.advance(25 * HOUR);
    const second = await app.http.post('/payment', { cuid }, { token: buyer.token });
    const secondId = String(second.body['id']);
    await pay(secondId);

    await sweep();
    await sweep();
    expect(alarms('double_charge')).toMatchObject([{ providerPaymentId: firstId, amountMinor: 2000, currency: 'usd' }]);
    expect(await recordOf(app, secondId)).toMatchObject({ state: 'SUCCEEDED' });
    expect(await orphans().findOne({ _id: firstId })).toMatchObject({ state: 'double' });
    expect((await app.http.get('/metrics')).text).toMatch(/^reconcile_drift_cents\{currency="usd"\} 2000$/m);
    expect(alarms('reconcile_drift')).toHaveLength(2);

    // Every worker tells it, not only the one that found it, until a sweep finds it gone.
    const drift = async (of: TestApp) => /^reconcile_drift_cents\{.*$/m.exec((await of.http.get('/metrics')).text)?.[0];
    const [one, two] = [await another({ SWEEP_INTERVAL: '1h' }), await another({ SWEEP_INTERVAL: '1h' })];
    for (const each of [one, two])
      await eventually(async () => expect(await drift(each)).toBe('reconcile_drift_cents{currency="usd"} 2000'));
    for (const later of [5 * 24 * HOUR, 2 * HOUR]) {
      await app.advance(later);
      for (const each of [one, two, one, two]) await sweep(each);
    }
    await eventually(async () => expect([await drift(one), await drift(two)]).toEqual([undefined, undefined]));
  });

  it('a backup older than any sweep, or without its record: everything since the deployment began', async () => {
    const buyer = await payer(app);
    const dump = await backup();
    const cuid = newCuid();
    const id = String((await app.http.post('/payment', { cuid }, { token: buyer.token })).body['id']);
    await pay(id);
    await app.advance(60 * 24 * HOUR);
    await restore(dump.filter(({ name }) => name !== 'sweeps'));
    await sweep();
    expect(await recordOf(app, id)).toMatchObject({ state: 'SUCCEEDED', userId: buyer.userId });
  });

  it('a backup from the middle of a sweep, or an hour young: what the runbook resets makes the next one whole', async () => {
    const buyer = await payer(app);
    await sweep();
    const { doneThrough } = (await sweeps().findOne({ _id: 'payment-intents' })) as unknown as { doneThrough: Date };
    const run = { startedAt: doneThrough, from: doneThrough, after: buyer.id, counts: {}, drift: {} };
    const leaseUntil = new Date(app.clock.now() + 5 * MINUTE);
    await sweeps().updateOne({ _id: 'payment-intents' }, { $set: { run, leaseUntil }, $inc: { v: 1 } });
    const dump = await backup();
    const cuid = newCuid();
    const id = String((await app.http.post('/payment', { cuid }, { token: buyer.token })).body['id']);
    await pay(id);
    await restore(dump);
    await sweep();
    expect(await payments(app).countDocuments({ providerPaymentId: id })).toBe(0);
    // As in docs/runbook.md, "Backup and restore".
    const anew = { $set: { run: null, leaseUntil: null, nextAt: new Date() }, $inc: { v: 1 } };
    await sweeps().updateMany({}, anew);
    await sweep();
    expect(await recordOf(app, id)).toMatchObject({ state: 'SUCCEEDED', userId: buyer.userId });
    expect(told()).toContain('imported 1');
  });
});

describe('a twin', () => {
  it('is canceled once it is old, whatever 500 Stripe keeps under a key; the stored one stays payable', async () => {
    const buyer = await payer(app);
    const twin = await twinOf(buyer.userId, buyer.cuid);
    await sweep();
    expect(told()).toBe('agrees 1, waits 1');
    await app.advance(61 * MINUTE);
    const cancels = { method: 'POST', path: '/v1/payment_intents/*/cancel', times: 1 };
    await app.simulator.fault(cancels, { type: 'status', status: 500, when: 'before', cached: true });
    await sweep();
    expect(told()).toBe('agrees 1, waits 1');
    await sweep();
    expect(told()).toBe('agrees 1, twin_canceled 1');
    await sweep();
    expect(told()).toBe('agrees 2');
    expect((await secret(app).paymentIntents.retrieve(twin.id)).status).toBe('canceled');
    const { requests } = await app.simulator.requests({ path: `/v1/payment_intents/${twin.id}/cancel` });
    expect([...new Set(requests.map(({ idempotency_key }) => idempotency_key))]).toEqual([
      `sweep:${twin.id}:cancel:0`,
      `sweep:${twin.id}:cancel:1`,
    ]);
    expect(await orphans().findOne({ _id: twin.id })).toMatchObject({ state: 'canceled', generation: 1 });
    expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
  });

  it('is let be while its payment may still store it', async () => {
    const { token, userId } = await payer(app);
    const cuid = newCuid();
    await app.simulator.fault({ method: 'POST', path: '/v1/payment_intents', times: 0 }, { type: 'drop_after_effect' });
    expect((await app.http.post('/payment', { cuid }, { token })).status).toBe(502);
    await app.simulator.clearFaults();
    await app.advance(2 * HOUR);
    await sweep();
    expect(told()).toBe('agrees 1, waits 1');
    const made = await app.http.post('/payment', { cuid }, { token });
    expect(made.status).toBe(201);
    expect(await recordOf(app, String(made.body['id']))).toMatchObject({ userId });
    await sweep();
    expect(told()).toBe('agrees 2');
  });

  it('is none any more if its payment stored it while the page was worked off', async () => {
    const { token, userId } = await payer(app);
    const cuid = newCuid();
    await app.simulator.fault({ method: 'POST', path: '/v1/payment_intents', times: 0 }, { type: 'drop_after_effect' });
    expect((await app.http.post('/payment', { cuid }, { token })).status).toBe(502);
    await app.simulator.clearFaults();
    await twinOf(userId, newCuid()); // newer, so it is looked at first
    await app.advance(2 * HOUR);
    const other = await another({ RESOLVER_TICK: '1h', STRIPE_TIMEOUT: '20s' });
    await app.simulator.fault({ method: 'POST', path: '/v1/payment_intents/*/cancel', times: 1 }, { type: 'hold' });
    const sweeping = sweep(other);
    await eventually(async () => expect(await orphans().countDocuments()).toBe(1));
    const made = await app.http.post('/payment', { cuid }, { token });
    expect(made.status).toBe(201);
    await app.simulator.release();
    await sweeping;
    expect(told()).toBe('agrees 1, twin_canceled 1, waits 1');
    const id = String(made.body['id']);
    const confirmed = await app.http.post(
      '/payment/confirm',
      { cuid, paymentId: id, paymentMethodId: 'pm_card_visa' },
      { token },
    );
    expect(confirmed.body['status']).toBe('succeeded');
  });

  it('of a payment that has ended: its open 3-D Secure page pays nothing any more, and nothing is called a success', async () => {
    const { token } = await payer(app);
    await app.simulator.fault({ method: 'POST', path: '/v1/payment_intents', times: 0 }, { type: 'drop_after_effect' });
    expect((await app.http.post('/payment', { cuid: newCuid() }, { token })).status).toBe(502);
    await app.simulator.clearFaults();
    const { data } = await secret(app).paymentIntents.list({ limit: 1 });
    const id = data[0]?.id ?? '';
    await app.advance(25 * HOUR);
    await resolve(app);
    expect(await payments(app).countDocuments({ state: 'CANCELED', providerPaymentId: { $exists: false } })).toBe(1);
    const { status } = await secret(app).paymentIntents.confirm(id, {
      payment_method: 'pm_card_threeDSecure2Required',
      return_url: 'https://shop.example.com/',
    });
    expect(status).toBe('requires_action');
    await sweep();
    expect(told()).toContain('twin_canceled 1');
    expect((await secret(app).paymentIntents.retrieve(id)).status).toBe('canceled');
    expect(alarms('late_success')).toEqual([]);
  });

  it('that somebody has paid meanwhile is not canceled but recorded', async () => {
    const { userId } = await payer(app);
    const twin = await twinOf(userId, newCuid());
    await app.advance(2 * HOUR);
    const cancels = { method: 'POST', path: '/v1/payment_intents/*/cancel', times: 1 };
    await app.simulator.fault(cancels, { type: 'hold' });
    const sweeping = sweep();
    await eventually(async () =>
      expect((await app.simulator.requests({ path: `/v1/payment_intents/${twin.id}/cancel` })).requests).not.toEqual(
        [],
      ),
    );
    await browserConfirm(app, { id: twin.id, clientSecret: twin.client_secret ?? '', paymentMethod: 'pm_card_visa' });
    await app.simulator.release();
    await sweeping;
    await sweep();
    expect(await recordOf(app, twin.id)).toMatchObject({ state: 'SUCCEEDED', userId });
    await booksAgree();
  });
});

describe('what is not ours', () => {
  it('is counted and left alone, paid or not, and so is what only says that it is', async () => {
    const { userId } = await payer(app);
    const plain = await secret(app).paymentIntents.create({
      amount: 500,
      currency: 'usd',
      automatic_payment_methods: { enabled: true },
    });
    const other = await twinOf(userId, newCuid(), { deployment_id: 'ffffffffffffffffffffffff' });
    const forged = await twinOf(userId, newCuid(), { userId: 'ffffffffffffffffffffffff' });
    const forgedUnpaid = await twinOf(userId, newCuid(), { payment_id: 'a'.repeat(26) });
    for (const { id } of [plain, other, forged]) await pay(id);
    const unpaid = await secret(app).paymentIntents.create({
      amount: 500,
      currency: 'eur',
      automatic_payment_methods: { enabled: true },
    });
    await app.advance(3 * HOUR);
    await sweep();
    expect(told()).toBe('agrees 1, foreign 3, inconsistent 2');
    expect(alarms('sweep_inconsistent')).toHaveLength(2);
    expect(await payments(app).countDocuments()).toBe(1);
    for (const { id } of [unpaid, forgedUnpaid])
      expect((await secret(app).paymentIntents.retrieve(id)).status).toBe('requires_payment_method');
    const { requests } = await app.simulator.requests();
    expect(requests.filter(({ path }) => path.endsWith('/cancel'))).toEqual([]);
  });
});

describe('the sweep itself', () => {
  const lists = async () =>
    (await app.simulator.requests({ path: '/v1/payment_intents' })).requests.filter(({ method }) => method === 'GET');
  const many = async (n: number) => {
    const { userId, token } = await app.register();
    await app.http.post('/payment', { cuid: newCuid() }, { token });
    const twins = [];
    for (let i = 0; i < n; i++) twins.push(await twinOf(userId, newCuid()));
    return twins;
  };

  it('comes when it is due, and not before', async () => {
    const hourly = await another({ SWEEP_INTERVAL: '1h' });
    await eventually(async () =>
      expect(await sweeps().findOne({ _id: 'payment-intents' })).toMatchObject({
        run: null,
        doneThrough: expect.any(Date),
      }),
    );
    const first = (await lists()).length;
    await sweep(hourly);
    expect(await lists()).toHaveLength(first);
    await app.advance(61 * MINUTE);
    await sweep(hourly);
    expect(await lists()).toHaveLength(first + 1);
  });

  it('Stripe goes away in the middle: what was done stands, and it goes on from there', async () => {
    const twins = await many(130);
    await pay(twins[0]?.id ?? '');
    await pay(twins.at(-1)?.id ?? '');
    await app.advance(2 * HOUR);
    // The second page, and the SDK's retries of it: each of these strikes the second request that it sees.
    for (let i = 0; i < 4; i++)
      await app.simulator.fault({ method: 'GET', path: '/v1/payment_intents', nth: 2 }, { type: 'reset_before' });
    await sweep();
    expect(alarms('orphan_imported')).toHaveLength(1);
    expect(await sweeps().findOne({ _id: 'payment-intents' })).toMatchObject({
      doneThrough: null,
      leaseUntil: null,
      run: { after: twins[30]?.id },
    });
    await app.simulator.clearFaults();
    await sweep();
    expect((await lists()).length).toBeGreaterThan(1); // not due for two minutes
    expect(await sweeps().findOne({ _id: 'payment-intents' })).toMatchObject({ doneThrough: null });
    await app.advance(3 * MINUTE);
    await sweep();
    expect((await lists()).at(-1)?.params).toMatchObject({ starting_after: twins[30]?.id });
    expect(told()).toBe('agrees 1, imported 2, twin_canceled 128');
    expect(await sweeps().findOne({ _id: 'payment-intents' })).toMatchObject({
      run: null,
      doneThrough: expect.any(Date),
    });
    await booksAgree();
  });

  it('two at once, one of them stuck: the lease saves the second look, and without it nothing is done twice', async () => {
    const twins = await many(3);
    await pay(twins[1]?.id ?? '');
    await app.advance(2 * HOUR);
    const other = await another({ RESOLVER_TICK: '1h', STRIPE_TIMEOUT: '20s' });
    await app.simulator.fault({ method: 'POST', path: '/v1/payment_intents/*/cancel', times: 1 }, { type: 'hold' });
    const stuck = sweep(other);
    await eventually(async () => expect(await orphans().countDocuments()).toBe(1));
    const asked = (await lists()).length;
    await sweep();
    expect(await lists()).toHaveLength(asked); // somebody is at it
    await app.advance(6 * MINUTE); // and is taken for dead
    await sweep();
    // Both cancel under one key, and Stripe says that the first is still at work.
    expect(told()).toBe('agrees 1, imported 1, twin_canceled 1, waits 1');
    await app.simulator.release();
    await stuck;
    expect(alarms('double_charge')).toEqual([]); // the second sweeper met the import of the first
    await sweep();
    expect(told()).toBe('agrees 4');
    expect(await payments(app).countDocuments({ providerPaymentId: twins[1]?.id })).toBe(1);
    for (const { id } of [twins[0], twins[2]].filter((twin) => twin !== undefined))
      expect((await secret(app).paymentIntents.retrieve(id)).status).toBe('canceled');
    await booksAgree();
  });

  it('a shutdown waits for the PaymentIntent at hand, not for its page', async () => {
    await many(3);
    await app.advance(2 * HOUR);
    const other = await another({ RESOLVER_TICK: '1h', STRIPE_TIMEOUT: '20s' });
    await app.simulator.fault({ method: 'POST', path: '/v1/payment_intents/*/cancel', times: 1 }, { type: 'hold' });
    const sweeping = sweep(other);
    await eventually(async () => expect(await orphans().countDocuments()).toBe(1));
    const stopping = other.app.get(PaymentSweeper, { strict: false }).beforeApplicationShutdown();
    await app.simulator.release();
    await Promise.all([sweeping, stopping]);
    expect(await orphans().countDocuments()).toBe(1);
    await sweep();
    expect(told()).toBe('agrees 2, twin_canceled 2');
  });

  it('two that begin together: one import, one effect', async () => {
    const twins = await many(4);
    for (const { id } of twins) await pay(id);
    const other = await another();
    await Promise.all([sweep(), sweep(other), sweep(), sweep(other)]);
    expect(alarms('orphan_imported')).toHaveLength(4);
    await booksAgree();
  });
});
