import { setTimeout as sleep } from 'node:timers/promises';
import { UserRepository } from '../../../src/modules/user/user.repository.js';
import { armFailpoints } from '../../../src/platform/common/failpoints.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { eventually, MINUTE, newCuid, payer, type Payer, payments, resolve, secret } from '../../support/payments.js';
import type { FaultAction } from '../../support/simulator.js';
import { storedUsers } from '../../support/users.js';

const ADMIN = { ADMIN_EMAIL: 'boss@example.com', ADMIN_PASSWORD: 'the first password' };
const CONFIRM = { method: 'POST', path: '/v1/payment_intents/*/confirm' };
const CANCEL = { method: 'POST', path: '/v1/payment_intents/*/cancel' };

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({
    webhooks: false,
    env: { ...ADMIN, STRIPE_TIMEOUT: '500ms', RESOLVER_TICK: '1h', STOREFRONT_JWT_TTL: '90d' },
  });
});
afterEach(async () => {
  await app.simulator.release();
  await app.simulator.clearFaults();
});
afterAll(() => app.stop());

const remove = (who: { userId: string; token: string }) => app.http.delete(`/user/${who.userId}`, { token: who.token });
const atStripe = async (id: string) => (await secret(app).paymentIntents.retrieve(id)).status;
const exists = async (userId: string) => (await storedUsers(app).read(userId)) !== null;

async function loginAdmin(): Promise<string> {
  const body = { email: ADMIN.ADMIN_EMAIL, password: ADMIN.ADMIN_PASSWORD };
  return String((await app.http.post('/user/login', body)).body['access_token']);
}

/** 409, the user is there, their token works, and the payment is as it was, here and at Stripe. */
async function expectRefused(buyer: Payer): Promise<void> {
  const [record, status] = [await buyer.record(), await atStripe(buyer.id)];
  const answer = await remove(buyer);
  expect(answer.body).toMatchObject({ statusCode: 409, error: 'Conflict' });
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await buyer.list()).status).toBe(200);
  expect(await atStripe(buyer.id)).toBe(status);
  expect(await buyer.record()).toMatchObject({
    cancelRequested: false,
    attempt: record.attempt,
    settled: record.settled,
  });
}

describe('DELETE /user/{id} with payments', () => {
  it('cancels open ones at Stripe, answers the record as it was, and leaves no token alive', async () => {
    const buyer = await payer(app);
    const second = await app.http.post('/payment', { cuid: newCuid() }, { token: buyer.token });
    const before = await app.http.get(`/user/${buyer.userId}`, { token: buyer.token });
    const answer = await remove(buyer);
    expect([answer.status, answer.body]).toEqual([200, before.body]);
    expect(answer.body['customerId']).toMatch(/^cus_/);
    expect(await atStripe(buyer.id)).toBe('canceled');
    expect(await atStripe(String(second.body['id']))).toBe('canceled');
    expect(await buyer.record()).toMatchObject({ state: 'CANCELED', finalAt: expect.any(Date), nextCheckAt: null });
    expect((await remove(buyer)).status).toBe(401);
    expect((await buyer.create()).status).toBe(401);
    expect(await exists(buyer.userId)).toBe(false);
    await expect(buyer.browserConfirm('pm_card_visa')).rejects.toThrow('payment_intent_unexpected_state');
  });

  it('a second delete by somebody who may is 404', async () => {
    const creator = await app.register();
    const body = { userName: 'Child', email: `child-${newCuid()}@example.com`, password: 'password' };
    const made = await app.http.post('/user', body, { token: creator.token });
    const child = { userId: String(made.body['userId']), token: creator.token };
    const [one, two] = await Promise.all([remove(child), remove(child)]);
    expect([one.status, two.status].toSorted((a, b) => a - b)).toEqual([200, 404]);
    expect((await remove(child)).status).toBe(404);
  });

  it('a declined one is open too, and canceled', async () => {
    const buyer = await payer(app);
    expect((await buyer.confirm('pm_card_visa_chargeDeclined')).status).toBe(402);
    expect((await remove(buyer)).status).toBe(200);
    expect(await atStripe(buyer.id)).toBe('canceled');
  });

  it('one that never got a PaymentIntent is closed here', async () => {
    const { token, userId } = await app.register();
    await app.http.post('/payment', { cuid: newCuid() }, { token });
    const cuid = newCuid();
    await app.simulator.fault({ method: 'POST', path: '/v1/payment_intents', times: 2 }, { type: 'reset_before' });
    expect((await app.http.post('/payment', { cuid }, { token })).status).toBe(502);
    expect((await remove({ userId, token })).status).toBe(200);
    expect(await payments(app).findOne({ cuid }).lean()).toMatchObject({
      state: 'CANCELED',
      finalAt: expect.any(Date),
    });
  });

  it('succeeded and canceled ones are no obstacle', async () => {
    const buyer = await payer(app);
    expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
    expect((await remove(buyer)).status).toBe(200);
    expect(await atStripe(buyer.id)).toBe('succeeded');
    expect((await buyer.record()).state).toBe('SUCCEEDED');
  });

  describe('in flight: 409 and nothing changes', () => {
    it.each<[string, FaultAction]>([
      ['never arrived', { type: 'drop_before' }],
      ['took effect unseen', { type: 'drop_after_effect' }],
    ])('a confirm that %s', async (_what, action) => {
      const buyer = await payer(app);
      await app.simulator.fault({ ...CONFIRM, times: 1 }, action);
      await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'drop_before' });
      expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('processing');
      await expectRefused(buyer);
      expect((await buyer.record()).state).toBe('CONFIRMING');
      await app.simulator.clearFaults();
      expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
      expect((await remove(buyer)).status).toBe(200);
    });

    it('3-D Secure', async () => {
      const buyer = await payer(app);
      expect((await buyer.confirm('pm_card_threeDSecure2Required')).body['status']).toBe('requires_action');
      await expectRefused(buyer);
      await app.simulator.finish3ds(buyer.id, 'complete');
      await app.advance(MINUTE);
      await resolve(app);
      expect((await remove(buyer)).status).toBe(200);
    });

    it('3-D Secure that the browser began without us', async () => {
      const buyer = await payer(app);
      expect((await buyer.browserConfirm('pm_card_threeDSecure2Required')).status).toBe('requires_action');
      expect((await buyer.record()).state).toBe('PI_CREATED');
      await expectRefused(buyer);
      expect(await atStripe(buyer.id)).toBe('requires_action');
    });

    it('a bank debit under way', async () => {
      const buyer = await payer(app);
      // In the browser, because a debit needs the payer's consent (a mandate).
      await buyer.browserConfirm('pm_usBankAccount_success');
      const debit = await buyer.confirm('pm_card_visa');
      expect([debit.status, debit.body['status']]).toEqual([201, 'processing']);
      await expectRefused(buyer);
      expect((await buyer.record()).state).toBe('PROCESSING');
    });

    it('a bank debit that the browser began without us', async () => {
      const buyer = await payer(app);
      expect((await buyer.browserConfirm('pm_usBankAccount_success')).status).toBe('processing');
      await expectRefused(buyer);
    });

    it('beside an open one, which then stays open', async () => {
      const buyer = await payer(app);
      const open = await app.http.post('/payment', { cuid: newCuid() }, { token: buyer.token });
      await buyer.browserConfirm('pm_card_threeDSecure2Required');
      await expectRefused(buyer);
      expect(await atStripe(String(open.body['id']))).toBe('requires_payment_method');
    });
  });

  it('one that the browser paid a moment ago is found paid, and the user deleted', async () => {
    const buyer = await payer(app);
    await buyer.browserConfirm('pm_card_visa');
    expect((await remove(buyer)).status).toBe(200);
    expect(await buyer.record()).toMatchObject({ state: 'SUCCEEDED', effects: [{ type: 'payment.succeeded' }] });
  });

  it.each<[string, FaultAction]>([
    ['cannot be reached', { type: 'reset_before' }],
    ['does not answer', { type: 'drop_before' }],
    ['fails', { type: 'status', status: 500, when: 'before', cached: false }],
    ['refuses our key', { type: 'status', status: 401, when: 'before' }],
  ])('while Stripe %s: 409, and the user is there', async (_what, action) => {
    const buyer = await payer(app);
    await app.simulator.fault({ times: 0 }, action);
    expect((await remove(buyer)).status).toBe(409);
    expect(await exists(buyer.userId)).toBe(true);
    await app.simulator.clearFaults();
    expect((await buyer.record()).cancelRequested).toBe(false);
    expect((await remove(buyer)).status).toBe(200);
  });

  it('a cancel that Stripe does not answer: 409; it is repeated until it holds, then the user can go', async () => {
    const buyer = await payer(app);
    await app.simulator.fault({ ...CANCEL, times: 0 }, { type: 'drop_before' });
    expect((await remove(buyer)).status).toBe(409);
    expect((await buyer.record()).cancelRequested).toBe(true);
    // The intent to cancel is stored and never withdrawn, so paying is over (ruling 4).
    expect((await buyer.confirm('pm_card_visa')).status).toBe(503);
    expect(await buyer.charges()).toHaveLength(0);
    await app.simulator.clearFaults();
    expect((await remove(buyer)).status).toBe(200);
    expect(await atStripe(buyer.id)).toBe('canceled');
  });

  it('paying and deleting at once: either paid, or refused and canceled', async () => {
    for (let round = 0; round < 8; round++) {
      const buyer = await payer(app);
      const [deleted, paid] = await Promise.all([remove(buyer), buyer.confirm('pm_card_visa')]);
      expect([200, 409]).toContain(deleted.status);
      const charged = (await buyer.charges()).length === 1;
      if (paid.status === 201 && paid.body['status'] === 'succeeded') expect(charged).toBe(true);
      if (!charged) expect(await atStripe(buyer.id)).toBe('canceled');
      if (deleted.status === 409) expect(await exists(buyer.userId)).toBe(true);
    }
  });

  it('an administrator deletes another user, under the same rules', async () => {
    const admin = await loginAdmin();
    const buyer = await payer(app);
    await buyer.confirm('pm_card_threeDSecure2Required');
    const path = `/user/${buyer.userId}`;
    expect((await app.http.delete(path, { token: admin })).status).toBe(409);
    await app.simulator.finish3ds(buyer.id, 'complete');
    await app.advance(MINUTE);
    await eventually(async () => {
      await resolve(app);
      expect((await app.http.delete(path, { token: admin })).status).toBe(200);
    });
    expect((await app.http.delete(path, { token: admin })).status).toBe(404);
    expect((await buyer.list()).status).toBe(401);
  });

  it('others may not, and cancel nothing by trying', async () => {
    const [buyer, other] = [await payer(app), await app.register()];
    expect((await app.http.delete(`/user/${buyer.userId}`, { token: other.token })).status).toBe(403);
    expect(await atStripe(buyer.id)).toBe('requires_payment_method');
    expect((await buyer.record()).cancelRequested).toBe(false);
  });
});

describe('a user deleted while a payment of theirs is being created', () => {
  afterEach(() => armFailpoints(undefined));

  const recordsOf = (cuid: string) => payments(app).find({ cuid }).lean().exec();

  async function expectNothingPayable(cuid: string): Promise<void> {
    for (const { state } of await recordsOf(cuid)) expect(state).toBe('CANCELED');
    const { data } = await secret(app).paymentIntents.list({ limit: 100 });
    const made = data.filter(({ metadata }) => metadata['cuid'] === cuid);
    for (const { status } of made) expect(status).toBe('canceled');
  }

  it.each([
    ['before it is inserted', 'create.insert.before'],
    ['before its PaymentIntent', 'create.send.before'],
    ['before its PaymentIntent is stored', 'create.store.before'],
    ['before its secret is told', 'create.payer.before'],
  ])('a user deleted while a create of theirs is under way, %s, gets no secret', async (_what, point) => {
    const buyer = await payer(app);
    const cuid = newCuid();
    armFailpoints(`${point}=sleep:1500`);
    const creating = app.http.post('/payment', { cuid }, { token: buyer.token });
    await sleep(500);
    const removed = await app.http.delete(`/user/${buyer.userId}`, { token: buyer.token });
    const created = await creating;
    armFailpoints(undefined);
    expect(removed.status).toBe(200);
    expect([401, 409]).toContain(created.status);
    expect(created.text).not.toContain('_secret_');
    await expectNothingPayable(cuid);
  });

  it.each([
    ['a create dies with its PaymentIntent stored', 'create.payer.before=throw', 500],
    ['a create dies before it stores its PaymentIntent', 'create.store.before=throw', 500],
  ])('%s, and its user is gone: the resolver ends it', async (_what, points, status) => {
    const buyer = await payer(app);
    const cuid = newCuid();
    armFailpoints(points);
    const died = await app.http.post('/payment', { cuid }, { token: buyer.token, check: false });
    expect(died.status).toBe(status);
    armFailpoints(undefined);
    // As if whoever deletes had died right after it.
    await app.app.get(UserRepository, { strict: false }).deleteById(buyer.userId);
    await app.advance(2 * MINUTE);
    await resolve(app);
    expect(await payments(app).findOne({ cuid }).lean().exec()).toMatchObject({ state: 'CANCELED' });
  });

  it('the reverse order: created a moment before the deletion is ended with it, whoever dies over it', async () => {
    const buyer = await payer(app);
    const cuid = newCuid();
    armFailpoints('closure.find.after=sleep:1500,closure.find_latecomers.before=throw');
    const removing = app.http.delete(`/user/${buyer.userId}`, { token: buyer.token, check: false });
    await sleep(500);
    expect((await app.http.post('/payment', { cuid }, { token: buyer.token })).status).toBe(201);
    expect((await removing).status).toBe(500);
    armFailpoints(undefined);
    await app.advance(2 * MINUTE);
    await resolve(app);
    await expectNothingPayable(cuid);
  });
});
