import { newCuid, payer } from '../support/payments.js';
import { heldConfirm, type ProxiedApp, startProxiedApp, storeIsBack, timed } from '../support/proxied-app.js';
import { deliverEvent, eventBody } from '../support/webhooks.js';

let proxied: ProxiedApp;

beforeAll(async () => {
  proxied = await startProxiedApp({
    webhooks: false,
    env: { RESOLVER_TICK: '1h', MONGODB_SERVER_SELECTION_TIMEOUT: '1s' },
  });
});
afterEach(async () => {
  await proxied.app.simulator.release();
  await proxied.app.simulator.clearFaults();
  await storeIsBack(proxied);
});
afterAll(() => proxied.stop());

describe('the store takes everything and answers nothing', () => {
  it('requests are answered 503 in time, all of them, and later it all works', async () => {
    const { app, store } = proxied;
    const buyer = await payer(app);
    const event = eventBody('capybara.spotted', { id: 'capy_2', object: 'capybara' });
    store.stall();
    const asked = [
      () => app.http.post('/payment', { cuid: newCuid() }, { token: buyer.token }),
      () => buyer.confirm('pm_card_visa'),
      () => deliverEvent(app, event),
      // More than there are connections.
      ...Array.from({ length: 150 }, () => () => buyer.list()),
    ];
    for (const { answer, ms } of await Promise.all(asked.map(timed))) {
      expect(answer.status).toBe(503);
      expect(ms).toBeLessThan(7_000);
    }
    // It is known by now: nobody waits for an answer any more, only for a server.
    expect((await timed(() => buyer.list())).ms).toBeLessThan(3_000);
    await storeIsBack(proxied);
    expect((await deliverEvent(app, event)).status).toBe(200);
    expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
    expect(await buyer.charges()).toHaveLength(1);
  });

  it('just after Stripe said yes: processing in time, and one charge', async () => {
    const { app, store } = proxied;
    const buyer = await payer(app);
    const confirming = timed(await heldConfirm(app, buyer, 'pm_card_visa'));
    store.stall();
    await app.simulator.release();
    const { answer, ms } = await confirming;
    expect([answer.status, answer.body['status']]).toEqual([201, 'processing']);
    expect(ms).toBeLessThan(7_000);
    await storeIsBack(proxied);
    expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
    expect(await buyer.charges()).toHaveLength(1);
  });
});
