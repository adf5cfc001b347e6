import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { builtDist } from '../support/built-dist.js';
import { eventually } from '../support/payments.js';
import { processesMarked } from '../support/processes.js';

jest.setTimeout(180_000);

const ROOT = join(__dirname, '../..');
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const;

const dirs: string[] = [];
const freshDir = (): string => {
  dirs.push(mkdtempSync(join(tmpdir(), 'payments-npm-')));
  return dirs.at(-1) ?? '';
};
/** Everything that a test started carries its folder in its environment or on its command line. */
const left = (dir: string): string[] => [...processesMarked(dir).values()];

afterAll(() => {
  for (const dir of dirs) {
    for (const pid of processesMarked(dir).keys()) process.kill(pid, 'SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  }
});

function executable(file: string, text: string): string {
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return file;
}

/**
 * Older versions of dash, and of other shells, start the last command of `sh -c` as a child, and die of a signal without
 * passing it on. Newer ones replace themselves; here none does unless told by `exec`.
 */
function shellInBetween(dir: string): string {
  return executable(join(dir, 'shell'), '#!/bin/sh\nexec /bin/sh "$1" "$2\n:"\n');
}

interface Npm {
  readonly npm: ChildProcess;
  readonly output: () => string;
  readonly exited: Promise<unknown>;
}

/** The real `npm start`, as the leader of its own process group: whom we signal, and nobody else. */
function npmStart(dir: string, cwd: string, env: Record<string, string> = {}): Npm {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'XDG_CACHE_HOME', 'MONGODB_BINARY', 'LANG'];
  const npm = spawn('npm', ['start'], {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...Object.fromEntries(kept.map((name) => [name, process.env[name]])),
      ...{ DATA_DIR: join(dir, 'data'), PORT: '0', SIMULATOR_PORT: '0', BCRYPT_COST: '4' },
      ...{ npm_config_script_shell: shellInBetween(dir), npm_config_update_notifier: 'false' },
      ...env,
    },
  });
  let output = '';
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (bytes: Buffer) => (output += bytes.toString()));
  return { npm, output: () => output, exited: once(npm, 'exit') };
}

async function says({ npm, output }: Npm, text: string): Promise<void> {
  while (!output().includes(text)) {
    if (npm.exitCode !== null || npm.signalCode !== null) throw new Error(`it ended:\n${output()}`);
    await sleep(20);
  }
}

const nobodyIsLeft = (dir: string): Promise<void> => eventually(async () => expect(left(dir)).toEqual([]), 60_000);

describe('npm start, ended by ending npm alone', () => {
  beforeAll(() => builtDist());

  it.each(SIGNALS)('%s while it serves: app, simulator and store end in order', async (signal) => {
    const dir = freshDir();
    const run = npmStart(dir, ROOT);
    await says(run, '"msg":"listening"');
    expect(left(dir).join('\n')).toMatch(/stripe-simulator\.js/);
    run.npm.kill(signal);
    await run.exited;
    // npm is process 1 of some containers: when it ends, everybody else is cut.
    if (signal === 'SIGTERM' || signal === 'SIGINT') expect(left(dir)).toEqual([]);
    await nobodyIsLeft(dir);
    expect(existsSync(join(dir, 'data/run.json'))).toBe(false);
    for (const part of ['mongo', 'simulator']) {
      const record = JSON.parse(readFileSync(join(dir, `data/${part}/process.json`), 'utf8')) as { pid: unknown };
      expect([part, record.pid]).toEqual([part, null]); // stopped, and not merely gone
    }
    expect(run.output()).not.toContain('exiting');
  });

  // Each waits ten seconds for what does not end by itself: all four at once.
  it.concurrent.each(SIGNALS)('%s while the store is being installed: the installer ends too', async (signal) => {
    const dir = freshDir();
    // A Python whose `-m venv` starts a child and never ends, as one that waits for a network does.
    const program = join(dir, 'python');
    const answer = `'["${program}", [3, 12, 0], true]'`;
    executable(program, `#!/bin/sh\n[ "$1" = -c ] && exec echo ${answer}\nsleep 600 & wait\n`);
    mkdirSync(join(dir, 'bin'));
    for (const name of ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python']) {
      executable(join(dir, 'bin', name), `#!/bin/sh\nexec ${program} "$@"\n`);
    }
    const env = {
      PATH: `${join(dir, 'bin')}:${process.env['PATH'] ?? ''}`,
      HOME: join(dir, 'home'),
      EMBEDDED_MONGO: 'secantus',
    };
    await builtDist();
    const run = npmStart(dir, ROOT, env);
    await says(run, 'creating environment');
    await eventually(async () => expect(left(dir).join('\n')).toContain('sleep 600'));
    run.npm.kill(signal);
    await run.exited;
    await nobodyIsLeft(dir);
  });
});

/** A repository whose compiler takes a minute. */
function slowRepository(): string {
  const dir = freshDir();
  const nest = join(dir, 'node_modules/@nestjs/cli/bin/nest.js');
  for (const one of ['src', 'node_modules/@swc/core', 'node_modules/typescript', dirname(nest).slice(dir.length + 1)]) {
    mkdirSync(join(dir, one), { recursive: true });
  }
  cpSync(join(ROOT, 'scripts'), join(dir, 'scripts'), { recursive: true });
  for (const script of ['stripe-schema', 'swagger-metadata']) writeFileSync(join(dir, `scripts/${script}.js`), '');
  copyFileSync(join(__dirname, '../embedded/fixtures/fake-nest.js'), nest);
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: 'slow', version: '1.0.0', scripts }));
  writeFileSync(join(dir, 'src/main.ts'), 'console.log("started");');
  return dir;
}

it.each(SIGNALS)('npm start, ended by %s to npm alone while it builds: the compiler ends too', async (signal) => {
  const dir = slowRepository();
  const run = npmStart(dir, dir, { FAKE_NEST_MS: '60000' });
  await says(run, 'building');
  await eventually(async () => expect(left(dir).join('\n')).toContain('nest.js'));
  run.npm.kill(signal);
  await run.exited;
  await nobodyIsLeft(dir);
  expect(run.output()).not.toContain('started');
});

it('every script that is more than one short command of a tool replaces the shell that npm starts', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const short = ['typecheck', 'lint', 'format', 'format:check', 'arrows'];
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(short));
  for (const [name, script] of Object.entries(scripts)) {
    if (!short.includes(name)) expect([name, script]).toEqual([name, expect.stringMatching(/^exec [^&|;]+$/)]);
  }
});
