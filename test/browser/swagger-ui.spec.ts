import type { Browser, Locator, Page } from 'playwright-core';
import { startTestApp, type TestApp } from '../support/app.js';
import { gatewayCaller } from '../support/gateway.js';
import { eventually, newCuid } from '../support/payments.js';
import { describeInBrowser, launch, openPage, screenshot, type Watched } from './chromium.js';

describeInBrowser('Swagger UI under the shipped security headers', () => {
  let app: TestApp;
  let browser: Browser;
  let watched: Watched;

  beforeAll(async () => {
    app = await startTestApp();
    browser = await launch();
    watched = await openPage(browser);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it('takes a developer from register to a confirmed payment', async () => {
    const { page, troubles } = watched;
    await page.goto(`${app.url}/docs`);

    const email = 'grace@example.com';
    const register = operation(page, 'POST', '/user/register');
    const grant = await execute(register, { userName: 'Grace Hopper', email, password: 'password' });
    expect(grant).toMatchObject({ status: 201, body: { access_token: expect.any(String) } });

    await authorize(page, 'storefront (http, Bearer)', String(grant.body['access_token']));

    const cuid = newCuid();
    const create = operation(page, 'POST', '/payment');
    const created = await execute(create, { cuid });
    expect(created).toMatchObject({ status: 201, body: { amount: 2000, status: 'requires_payment_method' } });

    const confirm = operation(page, 'POST', '/payment/confirm');
    const paid = await execute(confirm, { cuid, paymentId: created.body['id'], paymentMethodId: 'pm_card_visa' });
    expect(paid).toMatchObject({ status: 201, body: { id: created.body['id'], status: 'succeeded' } });

    expect(troubles).toEqual([]);
    await fold(register);
    await fold(create);
    await showWhole(page, confirm);
    await screenshot(page, 'swagger-ui');
  }, 60_000);

  it('takes a merchant with a private key to their user and to a customer in the vault', async () => {
    const { page, troubles } = await openPage(browser);
    const { key, username } = await gatewayCaller(app);
    await page.goto(`${app.url}/docs`);
    await authorize(page, 'gateway-key (apiKey)', key);

    const me = await execute(operation(page, 'GET', '/api/user'));
    expect(me).toMatchObject({ status: 200, body: { data: { username } } });

    const create = operation(page, 'POST', '/api/vault/customer');
    const made = await execute(create, { description: 'Wholesale buyer' });
    expect(made).toMatchObject({
      status: 200,
      body: { data: { data: { customer: { description: 'Wholesale buyer' } } } },
    });
    expect(troubles).toEqual([]);
  }, 60_000);

  it('shows the document that /docs-json serves', async () => {
    const document = (await (await fetch(`${app.url}/docs-json`)).json()) as { paths: Record<string, object> };
    const operations = Object.values(document.paths).reduce((sum, path) => sum + Object.keys(path).length, 0);
    expect(await watched.page.locator('.opblock').count()).toBe(operations);
  });

  it('what the first test found none of would have been seen', async () => {
    const { page, troubles } = await openPage(browser);
    await page.goto(`${app.url}/docs`);
    await page.evaluate(`document.head.append(Object.assign(document.createElement('script'), { text: 'var inline' }));
      new Image().src = 'https://elsewhere.example/pixel.png';
      console.error('planted');
      setTimeout(() => { throw new Error('planted') });`);
    for (const kind of [
      /^content security policy: script-src/,
      /^content security policy: img-src/,
      /^console: planted/,
      /^exception: planted/,
    ]) {
      await eventually(async () => expect(troubles).toEqual(expect.arrayContaining([expect.stringMatching(kind)])));
    }
  });
});

function operation(page: Page, method: string, path: string): Locator {
  const summary = page.locator(`.opblock-summary-path[data-path="${path}"]`);
  return page.locator(`.opblock-${method.toLowerCase()}`, { has: summary });
}

/** Opens the operation, types the body, presses Execute, and reads the answer off the screen. */
async function execute(at: Locator, body?: object): Promise<{ status: number; body: Record<string, unknown> }> {
  await at.locator('.opblock-summary-control').click();
  if (body !== undefined) await at.locator('textarea.body-param__text').fill(JSON.stringify(body, null, 2));
  await at.locator('button.execute').click();
  const answer = at.locator('.live-responses-table');
  const status = Number.parseInt(await answer.locator('.response-col_status').last().innerText(), 10);
  const text = await answer.locator('.response-col_description .highlight-code').first().innerText();
  return {
    status,
    body: JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as Record<string, unknown>,
  };
}

async function authorize(page: Page, kind: string, credential: string): Promise<void> {
  await page.locator('.scheme-container button.authorize').click();
  const dialog = page.locator('.modal-ux');
  // One form for each kind of credential.
  const form = dialog.locator('form').filter({ hasText: kind });
  await form.locator('input').fill(credential);
  await form.locator('button.modal-btn.authorize').click();
  await form.locator('button.btn-done').click();
  await dialog.waitFor({ state: 'hidden' });
}

async function fold(at: Locator): Promise<void> {
  await at.locator('.opblock-summary-control').click();
}

/** For the picture: from the operation's name down to the answer. */
async function showWhole(page: Page, at: Locator): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 1035 });
  await at.locator('textarea').evaluate((textarea) => {
    textarea.style.cssText = 'min-height: 0; height: 6.5rem';
  });
  await at.evaluate((element) => {
    element.scrollIntoView();
    element.ownerDocument.defaultView?.scrollBy(0, -12);
  });
}
