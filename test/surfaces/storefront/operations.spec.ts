import { PaymentObserver } from '../../../src/modules/payment/provider/payment-observer.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { eventually, HOUR, MINUTE, payer, payments } from '../../support/payments.js';
import { storedUsers } from '../../support/users.js';
import { deliverEvent, deploymentId, eventBody, workInbox } from '../../support/webhooks.js';

interface Operations {
  asOf: string;
  unknownOutcomes: { count: number; oldestSeconds: number | null; byAge: Record<string, number> };
  lateSuccesses: { count: number; newest: { id: string; at: string }[] };
  events: {
    pending: number;
    oldestPendingSeconds: number | null;
    unmatched: number;
    oldestUnmatchedSeconds: number | null;
  };
  parkedWork: Record<'total' | 'deadEvents' | 'overdueReceipts' | 'overdueChecks' | 'parkedReceipts', number>;
}

let app: TestApp;
let other: TestApp;
let admin: string;

// Two instances on one store: the one that is asked has seen none of it in its own process.
beforeAll(async () => {
  const env = { RESOLVER_TICK: '1h', STOREFRONT_JWT_TTL: '90d', PAYMENT_QUIET_AFTER: '90d' };
  app = await startTestApp({ webhooks: false, env });
  other = await startTestApp({
    webhooks: false,
    env: { ...env, ROLE: 'api' },
    simulator: app.simulator,
    mongoUri: app.config.mongo.uri,
  });
  const { token, userId } = await app.register();
  await storedUsers(app).set(userId, { isAdmin: true });
  admin = token;
});
afterAll(async () => {
  await other.stop();
  await app.stop();
});

async function operations(): Promise<Operations> {
  await other.clock.refresh();
  const answer = await other.http.get('/admin/operations', { token: admin });
  expect(answer.status).toBe(200);
  return answer.body as unknown as Operations;
}

it('is for administrators', async () => {
  const { token } = await app.register();
  expect((await other.http.get('/admin/operations')).status).toBe(401);
  const refused = await other.http.get('/admin/operations', { token });
  expect([refused.status, refused.body['error']]).toEqual([403, 'Forbidden']);
  expect((await other.http.get('/admin', { token: admin })).status).toBe(404);
});

it('says that nothing is wrong where nothing is', async () => {
  expect(await operations()).toMatchObject({
    unknownOutcomes: { count: 0, oldestSeconds: null, byAge: { under1m: 0, under10m: 0, under1h: 0, over1h: 0 } },
    lateSuccesses: { count: 0, newest: [] },
    events: { pending: 0, oldestPendingSeconds: null, unmatched: 0, oldestUnmatchedSeconds: null },
    parkedReceipts: [],
    parkedWork: { total: 0, deadEvents: 0, overdueReceipts: 0, overdueChecks: 0, parkedReceipts: 0 },
  });
});

it('an attempt without a known outcome, as it grows old; then its check is overdue too', async () => {
  const buyer = await payer(app);
  const confirm = { method: 'POST', pi: buyer.id, path: '/v1/payment_intents/*/confirm' };
  await app.simulator.fault({ ...confirm, times: 0 }, { type: 'reset_before' });
  expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('processing');
  expect((await operations()).unknownOutcomes).toMatchObject({ count: 1, byAge: { under1m: 1 } });
  await app.advance(5 * MINUTE);
  expect((await operations()).unknownOutcomes).toMatchObject({ count: 1, byAge: { under1m: 0, under10m: 1 } });
  await app.advance(2 * HOUR);
  const late = await operations();
  expect(late.unknownOutcomes.byAge).toEqual({ under1m: 0, under10m: 0, under1h: 0, over1h: 1 });
  expect(late.unknownOutcomes.oldestSeconds).toBeGreaterThan(7_200);
  expect(late.parkedWork).toMatchObject({ overdueChecks: 1, total: 1 });
  await app.simulator.clearFaults();
});

it('a late success, by name, for ever', async () => {
  const buyer = await payer(app);
  await buyer.browserConfirm('pm_card_visa');
  await payments(app).updateOne({ providerPaymentId: buyer.id }, { $set: { state: 'CANCELED', nextCheckAt: null } });
  await app.app.get(PaymentObserver, { strict: false }).observe(await buyer.record());
  const { lateSuccesses } = await operations();
  expect(lateSuccesses).toMatchObject({ count: 1, newest: [{ id: buyer.id }] });
  expect(Date.parse(lateSuccesses.newest[0]?.at ?? '')).not.toBeNaN();
});

it('no success in time is a late one', async () => {
  const buyer = await payer(app);
  expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
  expect((await operations()).lateSuccesses.count).toBe(1);
  expect(await buyer.record()).not.toHaveProperty('lateSuccessAt');
});

it('an event whose payment is not here, until it is given up', async () => {
  const metadata = { deployment_id: deploymentId(app), payment_id: 'pay_never' };
  const object = { id: 'pi_never', object: 'payment_intent', status: 'succeeded', metadata };
  await deliverEvent(app, eventBody('payment_intent.succeeded', object));
  await workInbox(app);
  await app.advance(MINUTE);
  const waiting = (await operations()).events;
  expect(waiting).toMatchObject({ pending: 0, unmatched: 1 });
  expect(waiting.oldestUnmatchedSeconds).toBeGreaterThanOrEqual(60);
  await app.advance(80 * HOUR);
  await workInbox(app);
  const { events, parkedWork } = await operations();
  expect(events.unmatched).toBe(0);
  expect(parkedWork.deadEvents).toBe(1);
  expect((await app.http.get('/metrics')).text).toMatch(/^inbox_dead 1$/m);
});

it('a receipt that does not go out', async () => {
  const buyer = await payer(app);
  await buyer.confirm('pm_card_visa');
  // As if its consumer had failed ever since: due again, ten minutes later.
  const later = new Date(app.clock.now() + 24 * HOUR);
  await payments(app).updateOne({ providerPaymentId: buyer.id }, { $set: { effectsDueAt: later } });
  // Those of the payments above may still be on their way.
  await eventually(async () => expect((await operations()).parkedWork.overdueReceipts).toBe(0));
  await app.advance(11 * MINUTE);
  expect((await operations()).parkedWork.overdueReceipts).toBe(1);
});
