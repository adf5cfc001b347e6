import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PACKAGE = join(__dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'ghost-client-package-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ASK = `const keys = { publicKey: 'a', secretKey: 'b' };
  const told = [ghost(keys).charge.create, named(keys).customer.get, GhostError].map((one) => typeof one);
  process.stdout.write(told.join());`;

it('is installed alone, under either name, for CommonJS and ES modules', () => {
  execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: PACKAGE, stdio: 'ignore' });
  const [tarball = ''] = readdirSync(folder);
  const shop = join(folder, 'shop');
  mkdirSync(shop);
  writeFileSync(join(shop, 'package.json'), '{}');
  const file = join(folder, tarball);
  // Offline: it needs no other package.
  const install = ['install', '--offline', '--no-audit', '--no-fund', file, `ghost-analytics-client@file:${file}`];
  execFileSync('npm', install, { cwd: shop, stdio: 'ignore' });
  for (const name of ['ghost-payments', 'ghost-analytics-client']) {
    const script = join(shop, `${name}.cjs`);
    const module = join(shop, `${name}.mjs`);
    writeFileSync(script, `const ghost = require('${name}');\nconst { ghost: named, GhostError } = ghost;\n${ASK}`);
    writeFileSync(module, `import ghost, { ghost as named, GhostError } from '${name}';\n${ASK}`);
    for (const program of [script, module])
      expect([program, execFileSync(process.execPath, [program], { encoding: 'utf8' })]).toEqual([
        program,
        'function,function,function',
      ]);
  }
  const parts = [
    'LICENSE',
    'README.md',
    'index.d.mts',
    'index.d.ts',
    'index.js',
    'index.mjs',
    'package.json',
    'send.js',
  ];
  expect(readdirSync(join(shop, 'node_modules/ghost-payments')).toSorted()).toEqual(parts);
}, 60_000);

it('has no dependencies, and a README whose pages are there', () => {
  const { dependencies } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { dependencies?: object };
  expect(dependencies).toBeUndefined();
  const readme = readFileSync(join(PACKAGE, 'README.md'), 'utf8');
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !existsSync(join(PACKAGE, link)))).toEqual([]);
});
