import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { startTestApp, type TestApp } from '../support/app.js';

const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome', process.env['CHROMIUM'] ?? ''].find((path) =>
  existsSync(path),
);

/** Skipped, and counted as such, where there is no browser. */
const withBrowser = executablePath === undefined ? describe.skip : describe;

withBrowser('Swagger UI in a browser', () => {
  let test: TestApp;
  let browser: Browser;
  beforeAll(async () => {
    test = await startTestApp();
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await test.stop();
  });

  it('works under its own policy: loads from us only, registers a user, authorizes, lists users', async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    const elsewhere: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(test.url) && !request.url().startsWith('data:')) elsewhere.push(request.url());
    });

    await page.goto(`${test.url}/docs`);
    const register = page.locator('#operations-user-SessionController_register');
    await register.locator('.opblock-summary-control').click();
    // try-it-out is on from the start; the body is the documented example
    await register.getByRole('button', { name: 'Execute' }).click();
    const answer = register.locator('.live-responses-table .response-col_description .highlight-code code').first();
    await answer.waitFor();
    expect(await register.locator('.live-responses-table .response-col_status').nth(1).textContent()).toContain('201');
    const { access_token: token } = JSON.parse((await answer.textContent()) ?? '{}') as { access_token: string };

    await page.getByRole('button', { name: 'Authorize' }).first().click();
    // One form for each kind of credential.
    const storefront = page.locator('.auth-container form').filter({ hasText: 'storefront (http, Bearer)' });
    await storefront.locator('input').fill(token);
    await storefront.getByRole('button', { name: /Apply credentials|Authorize/ }).click();
    await storefront.getByRole('button', { name: 'Close' }).click();
    const list = page.locator('#operations-user-UserController_list');
    await list.locator('.opblock-summary-control').click();
    await list.getByRole('button', { name: 'Execute' }).click();
    await list.locator('.live-responses-table').waitFor();
    expect(await list.locator('.live-responses-table .response-col_status').nth(1).textContent()).toContain('200');

    expect(complaints).toEqual([]);
    expect(elsewhere).toEqual([]);
  }, 60_000);
});
