import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
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
  execFileSync('tar', ['-xzf', tarball], { cwd: folder });
  const unpacked = join(folder, 'package');
  expect(readdirSync(unpacked).sort()).toEqual(['LICENSE', 'README.md', 'bin', 'dist', 'images', 'package.json']);
  programs = new Programs(join(unpacked, 'bin/stripe-simulator.js'));
  const { ready, stripe, child, exit } = await programs.run([]);
  expect(ready.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await stripe.customers.create({ name: 'Grace' })).id).toMatch(/^cus_/);
  child.kill('SIGTERM');
  expect(await exit).toBe(0);
});
