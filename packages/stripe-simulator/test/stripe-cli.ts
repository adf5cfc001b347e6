import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The CLI's own program for this platform; undefined where the package has none, or was installed without it. */
const cli = program();

function program(): string | undefined {
  try {
    const folder = dirname(require.resolve(`@stripe/cli-${process.platform}-${process.arch}/package.json`));
    const file = join(folder, 'bin', process.platform === 'win32' ? 'stripe.exe' : 'stripe');
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Without the CLI the tests are counted as skipped, and their name says why. */
export function describeWithCli(name: string, tests: () => void): void {
  if (cli === undefined) describe.skip(`${name} (skipped: @stripe/cli has no program for this platform)`, tests);
  else describe(name, tests);
}

const folder = mkdtempSync(join(tmpdir(), 'stripe-cli-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** No settings of whoever runs the tests, no telemetry, and no question about newer versions: that address is not there. */
const env = {
  HOME: folder,
  USERPROFILE: folder,
  XDG_CONFIG_HOME: folder,
  HTTPS_PROXY: 'http://127.0.0.1:9',
  STRIPE_CLI_TELEMETRY_OPTOUT: '1',
  STRIPE_NO_AUTO_UPDATE: '1',
};

export interface Ran {
  code: number | null;
  out: string;
  err: string;
}

/** Runs `stripe …` against the simulator at `url`. */
export function stripeCli(url: string, ...args: string[]): Promise<Ran> {
  const all = [...args, '--api-base', url, '--api-key', 'sk_test_commandline0', '--color', 'off'];
  return new Promise((resolve) => {
    execFile(cli ?? '', all, { env, timeout: 60_000 }, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ code, out, err });
    });
  });
}

/** All events that `stripe trigger` knows; none without the CLI. */
export function triggers(): string[] {
  if (cli === undefined) return [];
  const { stdout } = spawnSync(cli, ['trigger', '--help'], { env, encoding: 'utf8' });
  const list = /Supported events:\n((?: {2}\S+\n)+)/.exec(stdout)?.[1] ?? '';
  return list.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
}
