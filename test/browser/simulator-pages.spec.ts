import type { Browser } from 'playwright-core';
import type Stripe from 'stripe';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually, payer, type Payer } from '../support/payments.js';
import { clientOf, startReceiver } from '../../packages/stripe-simulator/test/support.js';
import { Simulator } from '../support/simulator.js';
import { describeInBrowser, launch, openPage, screenshot, type Watched } from './chromium.js';

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
    await screenshot(page, '3d-secure', 'packages/stripe-simulator/images');

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
      await page.goto(`${app.simulator.url}/payments/${buyer.id}`);
      expect(await page.locator('h1').innerText()).toMatch(/\$20\.00 USD\s+succeeded/);
      const event = page.locator('tr', { hasText: 'payment_intent.succeeded' });
      expect(await event.innerText()).toMatch(/200 delivered/);
    }, 15_000);
    await page.getByRole('link', { name: 'payment_intent.succeeded' }).click();
    await page.getByRole('button', { name: 'Resend' }).click();
    await eventually(async () => {
      await page.reload();
      expect(await page.getByText('200 delivered').count()).toBe(2);
    }, 15_000);
    expect(troubles).toEqual([]);
  });

  describe('of a simulator with an account of its own', () => {
    let simulator: Simulator;
    let account: Account;
    let watched: Watched;
    beforeAll(async () => {
      simulator = await Simulator.start();
      account = await fill(simulator);
      watched = await openPage(browser);
    }, 90_000);
    afterAll(async () => {
      await account?.close();
      await simulator?.stop();
    });

    it('is one look at payments, events, clock, faults and who waits', async () => {
      const { page, troubles } = watched;
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.goto(simulator.url);
      await page.getByText('200 delivered').first().waitFor();
      for (const text of ['Ada Lovelace', 'insufficient_funds', 'requires_capture', 'slow_body']) {
        expect(await page.getByText(text).count()).toBeGreaterThan(0);
      }
      await screenshot(page, 'simulator-dashboard', 'packages/stripe-simulator/images');
      await page.locator('.panel a[href^="/3d_secure_2"]').click();
      expect(await page.locator('h1').innerText()).toBe('Confirm your payment');
      expect(troubles).toEqual([]);
    });

    it('runs nothing that a customer is called', async () => {
      const { page, troubles } = watched;
      const stripe = clientOf(simulator.url);
      const name = '<script>console.error(1)</script><img src=x onerror=alert(1)>';
      const { id: customer } = await stripe.customers.create({ name });
      await stripe.paymentIntents.create({ amount: 4_999, currency: 'usd', customer, description: name });
      await page.goto(`${simulator.url}/payments`);
      expect(await page.getByText(name).count()).toBe(2);
      expect(troubles).toEqual([]);
    });

    it('moves the clock, sets a fault and deletes it, pauses webhooks', async () => {
      const { page, troubles } = watched;
      await page.goto(simulator.url);
      const before = (await simulator.clock()).now;
      await page.getByRole('button', { name: '+1 day' }).click();
      await page.getByText('ahead of real time').waitFor();
      expect((await simulator.clock()).now - before).toBeGreaterThanOrEqual(86_400_000);

      await page.getByRole('link', { name: 'Faults', exact: true }).click();
      await page.getByLabel('What happens').selectOption('status');
      await page.getByLabel(/^Status code/).selectOption('503');
      await page.getByLabel('To which requests').selectOption('/v1/refunds*');
      await page.getByRole('button', { name: 'Set fault' }).click();
      const row = page.locator('tr', { hasText: '/v1/refunds*' });
      expect(await row.innerText()).toMatch(/status 503/);
      await row.getByRole('button', { name: 'Delete' }).click();
      await row.waitFor({ state: 'detached' });

      await page.getByRole('link', { name: 'Webhooks', exact: true }).click();
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByText('Paused: what is due waits.').waitFor();
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByRole('button', { name: 'Pause' }).waitFor();
      expect(troubles).toEqual([]);
    });

    it('can be read on a phone and without a mouse', async () => {
      const { page, troubles } = watched;
      await page.setViewportSize({ width: 360, height: 740 });
      for (const path of [
        '/',
        '/payments',
        '/events',
        '/requests',
        '/webhooks',
        '/faults',
        `/payments/${account.payment}`,
      ]) {
        await page.goto(simulator.url + path);
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        expect([path, width]).toEqual([path, 360]);
        expect(await page.locator('nav a[aria-current=page]').count()).toBe(1);
      }
      await page.goto(simulator.url);
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Stripe simulator');
      expect(troubles).toEqual([]);
    });
  });
});

interface Account {
  /** Id of a payment with a refund. */
  payment: string;
  close(): Promise<void>;
}

/** Customers, payments in every state, and an endpoint that takes their events. */
async function fill(simulator: Simulator): Promise<Account> {
  const stripe = clientOf(simulator.url);
  const endpoint = await startReceiver();
  await stripe.webhookEndpoints.create({ url: endpoint.url, enabled_events: ['*'] });
  const people: string[] = [];
  for (const name of ['Ada Lovelace', 'Grace Hopper', 'Katherine Johnson', 'Alan Turing']) {
    people.push((await stripe.customers.create({ name })).id);
  }
  const pay = (n: number, more: Partial<Stripe.PaymentIntentCreateParams>) =>
    stripe.paymentIntents.create(
      {
        amount: 2000,
        currency: 'usd',
        confirm: true,
        description: `Order ${1000 + n}`,
        payment_method: 'pm_card_visa',
        return_url: 'http://127.0.0.1/back',
        ...(people[n % 4] === undefined ? {} : { customer: people[n % 4] }),
        ...more,
      },
      { idempotencyKey: `order-${1000 + n}` },
    );
  await pay(0, { amount: 129_900, currency: 'eur' });
  await pay(1, { payment_method: 'pm_card_chargeDeclinedInsufficientFunds' }).catch(() => undefined);
  await pay(2, { amount: 35_000, capture_method: 'manual' });
  await pay(3, { amount: 4_999 });
  await pay(4, { amount: 8_900, payment_method: 'pm_card_threeDSecure2Required' });
  const { id: payment } = await pay(5, { amount: 7_450 });
  await stripe.refunds.create({ payment_intent: payment, amount: 2_450 });
  await simulator.fault({ path: '/v1/customers*', times: 0 }, { type: 'slow_body', ms: 1 });
  return { payment, close: () => endpoint.close() };
}
