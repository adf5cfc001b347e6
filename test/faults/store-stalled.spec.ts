import { newCuid, payer } from '../support/payments.js';
import { heldConfirm, proxiedPool, storeIsBack, timed } from '../support/proxied-app.js';
import { deliverEvent, eventBody } from '../support/webhooks.js';

// Most of the time they wait, so they run at once, each with an app and a way to the store to itself.
const it = globalThis.it.concurrent;

/** Half a minute is what the driver would wait by itself, or for ever; the rest is a busy machine. */
const IN_TIME_MS = 15_000;

const apps = proxiedPool(2, { webhooks: false, env: { RESOLVER_TICK: '1h', MONGODB_SERVER_SELECTION_TIMEOUT: '1s' } });
afterAll(() => apps.stop());

describe('the store takes everything and answers nothing', () => {
  it('requests are answered 503 in time, all of them, and later it all works', async () => {
    await using lent = await apps.lend();
    const { app, store } = lent;
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
      expect(ms).toBeLessThan(IN_TIME_MS);
    }
    // It is known by now: nobody waits the five seconds for an answer any more, only the one for a server.
    expect((await timed(() => buyer.list())).ms).toBeLessThan(5_000);
    await storeIsBack(lent);
    expect((await deliverEvent(app, event)).status).toBe(200);
    expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
    expect(await buyer.charges()).toHaveLength(1);
  });

  it('just after Stripe said yes: processing in time, and one charge', async () => {
    await using lent = await apps.lend();
    const { app, store } = lent;
    const buyer = await payer(app);
    const confirming = timed(await heldConfirm(app, buyer, 'pm_card_visa'));
    store.stall();
    await app.simulator.release();
    const { answer, ms } = await confirming;
    expect([answer.status, answer.body['status']]).toEqual([201, 'processing']);
    expect(ms).toBeLessThan(IN_TIME_MS);
    await storeIsBack(lent);
    expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
    expect(await buyer.charges()).toHaveLength(1);
  });
});
