import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildIfNeeded } from '../../scripts/lib/build.js';

const root = mkdtempSync(join(tmpdir(), 'payments-build-'));
const at = (path: string) => join(root, path);
const nest = at('node_modules/@nestjs/cli/bin/nest.js');
const builds = () => (existsSync(at('builds')) ? readFileSync(at('builds'), 'utf8').length : 0);
const log = () => undefined;

beforeAll(() => {
  for (const dir of ['src', dirname(nest), 'node_modules/@swc/core', 'node_modules/typescript']) {
    mkdirSync(dir.startsWith('/') ? dir : at(dir), { recursive: true });
  }
  cpSync(join(__dirname, '../../scripts'), at('scripts'), { recursive: true });
  // What is generated before the compiler runs needs packages that are not there; this is about when it runs.
  for (const script of ['stripe-schema', 'swagger-metadata']) writeFileSync(at(`scripts/${script}.js`), '');
  copyFileSync(join(__dirname, 'fixtures/fake-nest.js'), nest);
  writeFileSync(at('package-lock.json'), '{}');
  writeFileSync(at('src/main.ts'), 'console.log("one");');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** `npm start` in the repository of this test. */
async function start(endWith?: NodeJS.Signals) {
  const child = spawn(process.execPath, [at('scripts/start.js')], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (output += String(bytes)));
  if (endWith) {
    while (!output.includes('building')) await sleep(10);
    await sleep(50);
    child.kill(endWith);
  }
  const [code]: unknown[] = await once(child, 'close');
  return { code, output };
}

it('builds what is missing, and only once', async () => {
  expect(await start()).toMatchObject({ code: 0, output: expect.stringMatching(/building …[^]*built in \d+ s\none/) });
  expect(await start()).toEqual({ code: 0, output: 'one\n' });
  expect(builds()).toBe(1);
});

it('builds when the sources or the lock file are others, not when they are only newer', async () => {
  writeFileSync(at('src/main.ts'), readFileSync(at('src/main.ts')));
  expect(await buildIfNeeded({ root, log })).toBe(false);
  writeFileSync(at('package-lock.json'), '{ }');
  expect(await buildIfNeeded({ root, log })).toBe(true);
  writeFileSync(at('src/main.ts'), 'console.log("two");');
  expect(await buildIfNeeded({ root, log })).toBe(true);
});

it('builds once for two copies', async () => {
  const before = builds();
  writeFileSync(at('src/main.ts'), 'console.log("three");');
  const [one, two] = await Promise.all([start(), start()]);
  expect([one.code, two.code]).toEqual([0, 0]);
  expect(one.output + two.output).toContain('another copy is building');
  expect(builds()).toBe(before + 1);
});

it('shows why it does not build, ends with an error, and leaves the last dist in place', async () => {
  const good = readFileSync(at('src/main.ts'));
  writeFileSync(at('src/main.ts'), 'a type error');
  const { code, output } = await start();
  expect(code).toBe(1);
  expect(output).toContain('error TS2322');
  expect(existsSync(at('dist/main.js'))).toBe(true);
  writeFileSync(at('src/main.ts'), good);
  expect(await buildIfNeeded({ root, log })).toBe(false);
});

it('stops at Ctrl-C', async () => {
  writeFileSync(at('src/main.ts'), 'console.log("four");');
  expect(await start('SIGINT')).toMatchObject({ code: 130 });
  expect(existsSync(at('.dist-next.tsconfig.json'))).toBe(false);
  expect(await start()).toMatchObject({ code: 0, output: expect.stringContaining('four') });
});

it('says what is missing after npm ci --omit=optional', async () => {
  const manifest = at('node_modules/@swc/core/package.json');
  writeFileSync(manifest, JSON.stringify({ optionalDependencies: { '@swc/core-any': '1.0.0' } }));
  writeFileSync(at('src/main.ts'), 'console.log("half");');
  expect(await start()).toMatchObject({ code: 78, output: expect.stringMatching(/@swc\/core-.* --omit=optional/) });
  mkdirSync(at('node_modules/@swc/core-any'));
  expect(await start()).toMatchObject({ code: 0, output: expect.stringContaining('half') });
  writeFileSync(at('src/main.ts'), 'console.log("four");');
  expect(await start()).toMatchObject({ code: 0 });
});

it('does not need the build tools for a current dist, and never runs one of other sources without them', async () => {
  rmSync(nest);
  expect(await start()).toEqual({ code: 0, output: 'four\n' });
  writeFileSync(at('src/main.ts'), 'console.log("five");');
  expect(await start()).toMatchObject({ code: 78, output: expect.stringContaining('npm ci') });
  rmSync(at('src'), { recursive: true });
  expect(await start()).toEqual({ code: 0, output: 'four\n' });
});
