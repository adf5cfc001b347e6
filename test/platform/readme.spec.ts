import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTestApp, type TestApp } from '../support/app.js';

const read = (file: string): string => readFileSync(join(__dirname, '../..', file), 'utf8');
const README = read('README.md');
const CURL = spawnSync('curl', ['--version']).status === 0;

/** The first code block below a heading, of a language. */
function block(heading: string, language: string): string {
  const section = README.slice(README.indexOf(`\n## ${heading}\n`) + 1).split(/\n## /)[0] ?? '';
  const code = new RegExp('```' + language + '\\n([^]*?)```').exec(section)?.[1];
  if (code === undefined) throw new Error(`no ${language} below ${heading}`);
  return code;
}

/** `POST /api/user/{user id}` and `POST /api/user/{id}` are the same. */
const plain = (method: string, path: string): string => `${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`;

/** What the contracts' index names, by surface. */
function contracts(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of read('docs/contracts/README.md').split('\n')) {
    const [, surface, list] = /^\| (storefront|ghost|census|komoju) \| (`[A-Z].*) \|$/.exec(line) ?? [];
    const endpoints = (list ?? '').replaceAll(/ · alias.*$/g, '').matchAll(/((?:`[A-Z]+`, )*)`([A-Z]+) ([^`]+)`/g);
    const mount = surface === 'ghost' ? '/ghost' : '';
    const all = [...endpoints].flatMap(([, others = '', last = '', path = '']) =>
      [...others.matchAll(/[A-Z]+/g), [last]].map(([method = '']) => plain(method, mount + path)),
    );
    if (surface !== undefined) found.set(surface, all);
  }
  const index = read('docs/contracts/gateway.md').matchAll(/^\| \d+ \| ([A-Z]+) \| `([^`]+)` \|/gm);
  return found.set(
    'gateway',
    [...index].map(([, method = '', path = '']) => plain(method, path)),
  );
}

describe('what README.md tells a stranger', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.stop());

  it('there are two commands, and they are npm’s', () => {
    const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;
    const commands = block('Two commands', 'sh').trim().split('\n');
    expect(commands.map((line) => line.split('#')[0]?.trim())).toEqual(['npm ci && npm start', 'npm ci && npm test']);
    expect(scripts).toMatchObject({ start: expect.any(String) as string, test: expect.any(String) as string });
  });

  it('how many endpoints of each API there are: those of its contract that the OpenAPI document has', async () => {
    const { body } = await test.http.get('/docs-json');
    const paths = body['paths'] as Record<string, Record<string, unknown>>;
    const built = new Set(
      Object.entries(paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => plain(method.toUpperCase(), path)),
      ),
    );
    const rows = [...README.matchAll(/^\| \[(\w+)\]\([^)]*\) \|.*\| (\d+) of (\d+) \|/gm)];
    const told = rows.map(([, surface, of, all]) => `${surface}: ${of} of ${all}`);
    const counts = [...contracts()].map(([surface, all]) => {
      const here = all.filter((endpoint) => built.has(endpoint));
      return { surface, here: here.length, all: all.length };
    });
    expect(told.toSorted()).toEqual(counts.map(({ surface, here, all }) => `${surface}: ${here} of ${all}`).toSorted());
    const sum = (of: 'here' | 'all'): number => counts.reduce((before, count) => before + count[of], 0);
    expect(README).toContain(`Built are ${sum('here')} of ${sum('all')}.`);
  });

  (CURL ? describe : describe.skip)('with curl', () => {
    it('the first payment, sent twice: paid, and charged once', async () => {
      const script = block('The first payment', 'sh').replace('http://127.0.0.1:3000', test.url);
      const again = script.slice(script.indexOf('\nPI='));
      const { stdout } = await promisify(execFile)('sh', ['-ec', `${script}\necho\n${again}`]);
      const answers = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      const sample = JSON.parse(block('The first payment', 'json')) as Record<string, unknown>;
      expect(Object.keys(answers[0] ?? {})).toEqual(Object.keys(sample));
      expect(answers[0]).toMatchObject({ amount: sample['amount'], currency: sample['currency'], status: 'succeeded' });
      expect(answers[1]).toEqual(answers[0]);
      expect((await test.simulator.ledger()).charges).toHaveLength(1);
    });
  });
});

it('test/README.md has a row for every folder of tests, and for no other', () => {
  const rows = [...read('test/README.md').matchAll(/^\| \[[^\]]*\]\(([\w./-]+)\)/gm)].map(([, folder = '']) => folder);
  const folders = readdirSync(join(__dirname, '..'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const surfaces = ['census', 'gateway', 'ghost', 'komoju', 'storefront'].map((name) => `surfaces/${name}`);
  expect(rows.filter((folder) => !folder.startsWith('..')).toSorted()).toEqual(
    [...folders.map(({ name }) => name), ...surfaces].toSorted(),
  );
});
