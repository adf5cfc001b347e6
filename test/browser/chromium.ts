import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // No name resolves, so what is not on this machine cannot be reached even if a page asks for it.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

const executablePath = [process.env['CHROMIUM'] ?? '', ...PLACES].find((place) => place !== '' && existsSync(place));

/** Without a browser the tests are counted as skipped, and their name says why. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (executablePath === undefined) describe.skip(`${name} (skipped: no Chromium, set CHROMIUM to one)`, tests);
  else describe(name, tests);
}

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: executablePath ?? '', args: ARGS });
}

export interface Watched {
  readonly page: Page;
  /** What went wrong so far: console errors, uncaught exceptions, CSP violations, requests to other machines. */
  readonly troubles: readonly string[];
}

/** A page that writes down everything it should not have done. */
export async function openPage(browser: Browser): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => {
    // The browser asks for /favicon.ico by itself; whether there is one says nothing about the page.
    const ofThePage = !message.location().url.endsWith('/favicon.ico');
    if (message.type() === 'error' && ofThePage) troubles.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => troubles.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:' && hostname !== '127.0.0.1')
      troubles.push(`request: ${request.url()}`);
  });
  await page.exposeFunction('tellViolation', (what: string) => void troubles.push(`content security policy: ${what}`));
  await page.addInitScript(`addEventListener('securitypolicyviolation', (event) =>
    tellViolation(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));`);
  return { page, troubles };
}

/** For a README; written only when asked for, so that a test run leaves the tree as it was. */
export async function screenshot(page: Page, name: string, images = 'docs/images'): Promise<void> {
  if (process.env['SCREENSHOTS'] !== '1') return;
  const folder = join(__dirname, '../..', images);
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
