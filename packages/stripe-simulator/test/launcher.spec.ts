import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOptions, USAGE } from '../src/options.js';
import { welcome } from '../src/welcome.js';
import { Programs } from './program.js';

const ROOT = join(__dirname, '../../..');

/** `npm run simulator` with these options, to its end. */
function npmRun(args: string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const options = { cwd: ROOT, env: { ...process.env, NODE_ENV: 'test', ...env } };
    const child = execFile('npm', ['run', '--silent', 'simulator', '--', ...args], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

describe('starting the simulator alone', () => {
  it('builds what is missing and explains its options', async () => {
    const { code, stdout } = await npmRun(['--help']);
    expect(code).toBe(0);
    expect(stdout).toBe(USAGE);
    expect(stdout).toMatch(/^Usage: stripe-simulator \[options\]\n/);
  }, 180_000);

  it('has the same options in --help and in its README', () => {
    const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');
    const named = (text: string, row: RegExp) => [...text.matchAll(row)].map(([, option]) => option);
    const told = named(USAGE, /^ {2}(--[a-z-]+)/gm);
    expect(named(readme, /^\| `(--[a-z-]+)/gm)).toEqual(told);
    expect(told).toContain('--allow-raw-cards');
  });

  it('refuses production with 78', async () => {
    const { code, stdout, stderr } = await npmRun(['--port', '0'], { NODE_ENV: 'production' });
    expect([code, stdout]).toEqual([78, '']);
    expect(stderr).toContain('NODE_ENV is production');
  }, 180_000);

  it('says nothing on stderr when nobody looks', async () => {
    const programs = new Programs();
    const program = await programs.run([]);
    expect(program.stderr()).toBe('');
    expect(new URL(program.ready.url).hostname).toBe('127.0.0.1');
    programs.close();
    await program.exit;
  }, 60_000);

  it.each([
    [['--port', '65536'], '--port 65536'],
    [['--port', ''], '--port '],
    [['--api-version', 'latest'], '--api-version latest'],
    [['--journal-mb=-1'], '--journal-mb -1'],
    [['--data='], '--data is empty'],
    [['12111'], '12111'],
  ])('refuses %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });

  it('reads its options', () => {
    const args = [
      '--port=0',
      '--data',
      'd',
      '--seed',
      '7',
      '--api-version',
      '2026-08-26.dahlia',
      '--journal-mb',
      '0.5',
    ];
    expect(readOptions(args)).toEqual({
      port: 0,
      data: 'd',
      seed: '7',
      apiVersion: '2026-08-26.dahlia',
      compactAbove: 524_288,
    });
  });

  it('tells a person how to point a client at it', () => {
    const text = welcome('http://127.0.0.1:4711', undefined);
    expect(text).toContain("{ host: '127.0.0.1', port: 4711, protocol: 'http' }");
    expect(text).toContain('in memory only');
    expect(welcome('http://127.0.0.1:4711', '/data')).toContain('/data');
  });
});
