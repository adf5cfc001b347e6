import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, payer, type Payer } from '../support/payments.js';
import { type ProxiedApp, startProxiedApp } from '../support/proxied-app.js';
import { deliverEvent, eventBody, inboxRow, workInbox } from '../support/webhooks.js';

jest.setTimeout(60_000);

let proxied: ProxiedApp;
beforeAll(async () => {
  proxied = await startProxiedApp({
    webhooks: false,
    env: { ROLE: 'api', MONGODB_SERVER_SELECTION_TIMEOUT: '1s', STRIPE_TIMEOUT: '30s' },
  });
});
afterAll(() => proxied.stop());

/** An event of the payer's payment, whose look at Stripe does not come back before `release`. */
async function held({ id }: Payer): Promise<{ eventId: string; fault: string }> {
  const { app } = proxied;
  const event = eventBody('payment_intent.processing', { id, object: 'payment_intent', metadata: {} });
  expect((await deliverEvent(app, event)).status).toBe(200);
  const looks = { method: 'GET', path: `/v1/payment_intents/${id}`, times: 1 };
  return { eventId: event.id, fault: await app.simulator.fault(looks, { type: 'hold' }) };
}

const looksOf = async ({ id }: Payer) =>
  (await proxied.app.simulator.requests({ path: `/v1/payment_intents/${id}` })).requests.length;

it('a pass that lost the store in one lane has not ended while another is at work', async () => {
  const { app, store } = proxied;
  const payers = [await payer(app), await payer(app)] as const;
  const [losing, waiting] = [await held(payers[0]), await held(payers[1])];
  const before = await Promise.all(payers.map(looksOf));
  const passing = workInbox(app).then(
    () => 'done',
    () => 'failed',
  );
  await eventually(async () =>
    expect(await Promise.all(payers.map(looksOf))).toEqual(before.map((looks) => looks + 1)),
  );
  await store.cut();
  await app.simulator.release(losing.fault);
  expect(await Promise.race([passing, sleep(6_000, 'at work')])).toBe('at work');

  await store.restore();
  await eventually(async () => expect((await app.http.get('/health/ready')).status).toBe(200), 10_000);
  await app.simulator.release(waiting.fault);
  expect(await passing).toBe('failed');
  expect(await inboxRow(app, waiting.eventId)).toMatchObject({ state: 'done', verdict: 'applied' });
  const left = await inboxRow(app, losing.eventId);
  expect(left).toMatchObject({ state: 'new', nextAt: expect.any(Date) }); // due again
});
