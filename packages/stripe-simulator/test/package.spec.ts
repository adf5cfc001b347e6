import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtDist } from '../../../test/support/built-dist.js';
import { Programs } from './program.js';

const PACKAGE = join(__dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'stripe-simulator-package-'));
let programs: Programs | undefined;

beforeAll(async () => void (await builtDist()), 240_000);
afterAll(() => {
  programs?.close();
  rmSync(folder, { recursive: true, force: true });
});

it('starts from its tarball alone, in a folder without anything else', async () => {
  // It is built: `prepack` would only look whether it is current.
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: PACKAGE, stdio: 'ignore' });
  const [tarball = ''] = readdirSync(folder);
  const shop = join(folder, 'shop');
  mkdirSync(shop);
  writeFileSync(join(shop, 'package.json'), '{}');
  // Offline: it needs no other package.
  const install = ['install', '--offline', '--no-audit', '--no-fund', join(folder, tarball)];
  execFileSync('npm', install, { cwd: shop, stdio: 'ignore' });
  const installed = join(shop, 'node_modules/stripe-simulator');
  expect(readdirSync(installed).sort()).toEqual(['LICENSE', 'README.md', 'bin', 'dist', 'images', 'package.json']);
  const ask = `[typeof require('stripe-simulator').startSimulator, require.resolve('stripe-simulator/program')].join()`;
  const told = execFileSync(process.execPath, ['-p', ask], { cwd: shop, encoding: 'utf8' });
  expect(told).toMatch(/^function,.*bin.stripe-simulator\.js\n$/);
  programs = new Programs(join(shop, 'node_modules/.bin/stripe-simulator'));
  const { ready, stripe, child, exit } = await programs.run([]);
  expect(ready.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await stripe.customers.create({ name: 'Grace' })).id).toMatch(/^cus_/);
  child.kill('SIGTERM');
  expect(await exit).toBe(0);
}, 60_000);

it('has a README whose pictures and pages are there, the dashboard above the first heading', () => {
  const readme = readFileSync(join(PACKAGE, 'README.md'), 'utf8');
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !existsSync(join(PACKAGE, link)))).toEqual([]);
  const [firstScreen = ''] = readme.split('\n## ');
  expect(firstScreen).toContain('](images/simulator-dashboard.png)');
});
