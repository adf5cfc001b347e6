import type { Browser, Page } from 'playwright-core';
import type Stripe from 'stripe';
import { idOf, type Running, start } from '../../packages/stripe-simulator/test/support.js';
import { describeInBrowser, launch, openPage, screenshot } from './chromium.js';

describeInBrowser('the simulator’s Checkout page', () => {
  let running: Running;
  let browser: Browser;

  beforeAll(async () => {
    running = await start();
    browser = await launch();
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await running?.close();
  });

  /** A session whose shop is the simulator's own dashboard: an address that the browser can reach. */
  function session(more: Partial<Stripe.Checkout.SessionCreateParams> = {}) {
    const line = (name: string, unit_amount: number, quantity: number) => ({
      price_data: { currency: 'usd', product_data: { name }, unit_amount },
      quantity,
    });
    return running.stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [line('Darjeeling first flush, 250 g', 1890, 2), line('Teapot, cast iron', 6400, 1)],
      success_url: `${running.url}/?paid={CHECKOUT_SESSION_ID}`,
      cancel_url: `${running.url}/?cart=7`,
      ...more,
    });
  }

  async function fillCard(page: Page, number: string): Promise<void> {
    await page.getByLabel('Email').fill('ada@example.com');
    await page.getByLabel('Card number').fill(number);
    await page.getByLabel('Expiry').fill('12 / 34');
    await page.getByLabel('Security code').fill('123');
    await page.getByLabel('Cardholder name').fill('Ada Lovelace');
    await page.getByLabel('Postal code').fill('94103');
  }

  const pay = (page: Page) => page.getByRole('button', { name: /^pay/i }).click();

  it('shows what is bought, takes a card without any script, and goes on to the shop', async () => {
    const { id, url } = await session();
    const { page, troubles } = await openPage(browser);
    await page.goto(url ?? '');
    for (const text of ['Darjeeling first flush, 250 g', 'Teapot, cast iron', '$101.80', 'Qty 2', '$18.90 each']) {
      expect(await page.locator('body').innerText()).toContain(text);
    }
    expect(await page.locator('script').count()).toBe(0);
    await fillCard(page, '4242 4242 4242 4242');
    await screenshot(page, 'checkout', 'packages/stripe-simulator/images');
    await pay(page);
    await page.waitForURL(`${running.url}/?paid=${id}`);
    expect((await running.stripe.checkout.sessions.retrieve(id)).payment_status).toBe('paid');
    expect(troubles).toEqual([]);
  });

  it('tells a decline on the page, keeps what was typed but the number, and takes another card', async () => {
    const { id, url } = await session();
    const { page } = await openPage(browser);
    await page.goto(url ?? '');
    await fillCard(page, '4000000000000002');
    await pay(page);
    expect(await page.getByRole('alert').innerText()).toBe('Your card was declined.');
    expect(await page.getByLabel('Email').inputValue()).toBe('ada@example.com');
    expect(await page.getByLabel('Card number').inputValue()).toBe('');
    await fillCard(page, '4242424242424242');
    await pay(page);
    await page.waitForURL(`${running.url}/?paid=${id}`);
  });

  it('puts the cursor into the first field that is wrong', async () => {
    const { url } = await session();
    const { page } = await openPage(browser);
    await page.goto(url ?? '');
    await page.getByLabel('Email').fill('ada@example.com');
    await pay(page);
    // The browser moves the cursor a moment after the page has come.
    await page.waitForFunction("document.activeElement.id === 'number'");
    expect(await page.getByText('Enter your card number.').isVisible()).toBe(true);
  });

  it('3-D Secure: failed it is told on the page, completed it goes on to the shop', async () => {
    const { id, url } = await session();
    const { page, troubles } = await openPage(browser);
    await page.goto(url ?? '');
    await fillCard(page, '4000002760003184');
    await pay(page);
    await page.getByRole('button', { name: /fail/i }).click();
    expect(await page.getByRole('alert').innerText()).toMatch(/unable to authenticate/);
    await fillCard(page, '4000002760003184');
    await pay(page);
    await page.getByRole('button', { name: /complete/i }).click();
    await page.waitForURL(`${running.url}/?paid=${id}`);
    expect(troubles).toEqual([]);
  });

  it('shows only the fields of the chosen way to pay', async () => {
    const { id, url } = await session();
    const { page, troubles } = await openPage(browser);
    await page.goto(url ?? '');
    expect(await page.getByLabel('Account number').isVisible()).toBe(false);
    await page.getByLabel('US bank account').check();
    expect(await page.getByLabel('Card number').isVisible()).toBe(false);
    await page.getByLabel('Email').fill('ada@example.com');
    await page.getByLabel('Account holder name').fill('Ada Lovelace');
    await page.getByLabel('Routing number').fill('110000000');
    await page.getByLabel('Account number').fill('000123456789');
    await pay(page);
    await page.waitForURL(`${running.url}/?paid=${id}`);
    expect((await running.stripe.checkout.sessions.retrieve(id)).status).toBe('complete');
    expect(troubles).toEqual([]);
  });

  it('goes back to the cart by its link, and fits on a phone', async () => {
    const { url } = await session();
    const { page } = await openPage(browser);
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(url ?? '');
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.getByRole('link', { name: 'Back' }).click();
    await page.waitForURL(`${running.url}/?cart=7`);
  });

  it('saves a card in setup mode', async () => {
    const customer = await running.stripe.customers.create();
    const made = await running.stripe.checkout.sessions.create({
      mode: 'setup',
      customer: customer.id,
      currency: 'eur',
      success_url: `${running.url}/?saved={CHECKOUT_SESSION_ID}`,
    });
    const { page, troubles } = await openPage(browser);
    await page.goto(made.url ?? '');
    await fillCard(page, '4242424242424242');
    await page.getByRole('button', { name: 'Save payment method' }).click();
    await page.waitForURL(`${running.url}/?saved=${made.id}`);
    const [card] = (await running.stripe.customers.listPaymentMethods(customer.id)).data;
    expect(idOf(card?.customer ?? null)).toBe(customer.id);
    expect(troubles).toEqual([]);
  });

  it('an expired session says so', async () => {
    const { id, url } = await session();
    await running.stripe.checkout.sessions.expire(id);
    const { page } = await openPage(browser);
    expect((await page.goto(url ?? ''))?.status()).toBe(410);
    expect(await page.locator('h1').innerText()).toBe('This page has expired');
  });
});
