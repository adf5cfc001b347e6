import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { builtDist } from './built-dist.js';

export interface AppProcess {
  readonly pid: number;
  /** Everything it wrote so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Where it says that it listens; rejects when it ends before. */
  ready(): Promise<{ url: string; docs: string | null; simulator: string | null; pid: number }>;
  kill(signal: NodeJS.Signals): void;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Once per test file: one build for all of its processes, whoever edits a source meanwhile. */
let dist: Promise<string> | undefined;

/** The environment of a process that is told nothing but what a test says. */
function bareEnvironment(env: Record<string, string>): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'XDG_CACHE_HOME', 'MONGODB_BINARY', 'LANG'];
  return { ...Object.fromEntries(kept.map((name) => [name, process.env[name]])), ...env };
}

/** `npm start` without npm: dist/main.js in the working directory `cwd`, whose .data it uses unless told otherwise. */
export async function startAppProcess(cwd: string, env: Record<string, string> = {}): Promise<AppProcess> {
  dist ??= builtDist();
  const main = join(await dist, 'main.js');
  const child: ChildProcess = spawn(process.execPath, ['--disable-proto=delete', main], {
    cwd,
    env: bareEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((ended) => {
    child.once('close', (code, signal) => ended({ code, signal }));
  });
  return {
    pid: child.pid ?? 0,
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    async ready() {
      for (;;) {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended:\n${stderr}\n${stdout}`);
        const listening = stdout.includes('"msg":"listening"');
        if (listening)
          return JSON.parse(readFileSync(resolve(cwd, env['DATA_DIR'] ?? '.data', 'run.json'), 'utf8')) as never;
        await new Promise((later) => setTimeout(later, 25));
      }
    },
    kill: (signal) => void child.kill(signal),
    exited,
  };
}
