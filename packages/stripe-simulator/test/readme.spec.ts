import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Running, start, until } from './support.js';

const ROOT = join(__dirname, '../../..');
const README = readFileSync(join(ROOT, 'packages/stripe-simulator/README.md'), 'utf8');

const CURL = spawnSync('curl', ['--version']).status === 0;

/** The code block of a language below a heading, with the addresses of this test. */
function block(heading: string, language: string): string {
  const section = README.slice(README.indexOf(`\n### ${heading}\n`) + 1).split(/\n##+ /)[0] ?? '';
  const code = new RegExp('```' + language + '\\n([^]*?)```').exec(section)?.[1];
  if (code === undefined) throw new Error(`no ${language} below ${heading}`);
  return code;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('what packages/stripe-simulator/README.md tells a stranger to type', () => {
  let running: Running;
  let folder: string;
  beforeAll(async () => {
    running = await start();
    folder = mkdtempSync(join(tmpdir(), 'stripe-simulator-readme-'));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  });
  afterAll(async () => {
    await running.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('pays with Node and gets the webhook', async () => {
    const program = block('With Node', 'js')
      .replaceAll('12111', new URL(running.url).port)
      .replaceAll('4242', String(await freePort()));
    writeFileSync(join(folder, 'shop.mjs'), program);
    const child = spawn(process.execPath, ['shop.mjs'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (output += String(bytes)));
    await until(() => /webhook: payment_intent\.succeeded pi_/.test(output) || child.exitCode !== null, 20_000);
    child.kill('SIGKILL');
    expect(output).toMatch(/paid: pi_\w+ succeeded/);
    expect(output).toMatch(/webhook: payment_intent\.succeeded pi_/);
  }, 30_000);

  (CURL ? describe : describe.skip)('on a command line', () => {
    it('works with curl', async () => {
      const script = `set -e\n${block('With curl', 'sh')}\n${block('Make it go wrong', 'sh')}`;
      const child = spawn('sh', [
        '-c',
        script.replaceAll('12111', new URL(running.url).port).replaceAll('curl ', 'curl -sS '),
      ]);
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (output += String(bytes)));
      await until(() => child.exitCode !== null, 20_000);
      expect([child.exitCode, output]).toEqual([0, expect.stringContaining('"name":"Ada Lovelace"')]);
      expect(output).toContain('"status":"succeeded"');
      expect(output).toContain('{"id":"fault_1"}');
      expect(output).toContain('"duplicate":1');
      expect(output).toMatch(/"offset_ms":86400000/);
      expect(output).toMatch(/"charged":\d+/);
      expect(output).not.toContain('"error"');
    }, 30_000);
  });
});
