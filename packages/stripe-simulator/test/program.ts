import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { talkTo, until } from './support.js';

const ROOT = join(__dirname, '../../..');

interface Ready {
  url: string;
  pid: number;
  instance: string;
}

/** The program of these sources, compiled to a folder of its own: dist may be older, or being built. */
function compile(folder: string): string {
  const swc = join(ROOT, 'node_modules/.bin/swc');
  const options = ['-d', folder, '--strip-leading-paths', '--copy-files', '--config-file', join(ROOT, '.swcrc')];
  execFileSync(swc, ['src', ...options], { cwd: join(ROOT, 'packages/stripe-simulator') });
  return join(folder, 'main.js');
}

/** Simulators as processes, and a folder for their data; all gone after `close`. */
export class Programs {
  readonly folder = mkdtempSync(join(tmpdir(), 'stripe-simulator-'));
  private readonly main: string;
  private readonly children = new Set<ChildProcess>();

  /** `program` is run instead of these sources. */
  constructor(program?: string) {
    this.main = program ?? compile(join(this.folder, 'program'));
  }

  close(): void {
    for (const child of this.children) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  launch(args: string[], env: Record<string, string> = {}) {
    // The flag that the product starts with.
    const child = spawn(process.execPath, ['--disable-proto=throw', this.main, '--port', '0', ...args], {
      env: { ...process.env, NODE_ENV: 'test', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.children.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const exit = new Promise<number | null>((resolve) => {
      child.once('exit', (code) => resolve(code));
    });
    return { child, exit, stdout: () => stdout, stderr: () => stderr };
  }

  /** Waits until it listens. */
  async run(args: string[]) {
    const launched = this.launch(args);
    await until(() => launched.stdout().includes('\n') || launched.child.exitCode !== null, 30_000);
    const line = /^SIMULATOR_READY (\{.*\})\n$/.exec(launched.stdout())?.[1];
    if (line === undefined) throw new Error(`not ready: ${launched.stdout()}${launched.stderr()}`);
    const ready: Ready = JSON.parse(line);
    return { ...launched, ready, ...talkTo(ready.url) };
  }
}
