import type { Browser } from 'playwright-core';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually, payer, type Payer } from '../support/payments.js';
import { describeInBrowser, launch, openPage, screenshot } from './chromium.js';

describeInBrowser('the simulator’s pages', () => {
  let app: TestApp;
  let browser: Browser;

  beforeAll(async () => {
    app = await startTestApp();
    browser = await launch();
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  /** What a front end does: confirm here, then fetch the PaymentIntent as Stripe.js would and follow its redirect. */
  async function bankPageOf(buyer: Payer): Promise<string> {
    const confirmed = await buyer.confirm('pm_card_threeDSecure2Required');
    expect([confirmed.status, confirmed.body['status']]).toEqual([201, 'requires_action']);
    const query = new URLSearchParams({ client_secret: buyer.clientSecret });
    const response = await fetch(`${app.simulator.url}/v1/payment_intents/${buyer.id}?${query.toString()}`, {
      headers: { authorization: 'Bearer pk_test_browser0123456789abcdef' },
    });
    const intent = (await response.json()) as { next_action: { redirect_to_url: { url: string } } };
    return intent.next_action.redirect_to_url.url;
  }

  it('3-D Secure completed: back on our return page, and the payment has succeeded', async () => {
    const buyer = await payer(app);
    const { page, troubles } = await openPage(browser);
    await page.setViewportSize({ width: 1280, height: 720 });
    await page.goto(await bankPageOf(buyer));
    expect(await page.locator('body').innerText()).toMatch(/20\.00/);
    await screenshot(page, '3d-secure');

    await page.getByRole('button', { name: /complete/i }).click();
    await page.waitForURL(`${app.url}/checkout/return?**`);
    expect(await page.locator('h1').innerText()).toBe('You are back from your bank');
    await eventually(async () => {
      expect((await buyer.read()).body).toMatchObject({ id: buyer.id, status: 'succeeded' });
    }, 15_000);
    expect(await buyer.charges()).toHaveLength(1);
    expect(troubles).toEqual([]);
  });

  it('3-D Secure failed: back on our return page, nothing charged, and another card then pays', async () => {
    const buyer = await payer(app);
    const { page, troubles } = await openPage(browser);
    await page.goto(await bankPageOf(buyer));
    await page.getByRole('button', { name: /fail/i }).click();
    await page.waitForURL(`${app.url}/checkout/return?**`);
    await eventually(async () => {
      expect((await buyer.read()).body['status']).toBe('requires_payment_method');
    }, 15_000);
    expect(await buyer.charges()).toHaveLength(0);
    expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
    expect(troubles).toEqual([]);
  });

  it('an answered 3-D Secure page says so when it is opened again', async () => {
    const buyer = await payer(app);
    const { page } = await openPage(browser);
    const address = await bankPageOf(buyer);
    await app.simulator.finish3ds(buyer.id, 'complete');
    const answer = await page.goto(address);
    expect(answer?.status()).toBe(410);
    expect(await page.locator('h1').innerText()).toMatch(/no longer valid/);
  });

  it('the dashboard shows the payment and its delivered webhook', async () => {
    const buyer = await payer(app);
    await buyer.confirm('pm_card_visa');
    const { page, troubles } = await openPage(browser);
    await eventually(async () => {
      await page.goto(app.simulator.url);
      const payments = page.locator('tr', { hasText: buyer.id });
      expect(await payments.first().innerText()).toMatch(/succeeded/);
      const events = page.locator('tr', { hasText: 'payment_intent.succeeded' }).filter({ hasText: buyer.id });
      expect(await events.innerText()).toMatch(/200 delivered/);
    }, 15_000);
    expect(troubles).toEqual([]);
  });
});
