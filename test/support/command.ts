import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { admin } from '../../src/commands/admin/admin.js';
import { indexes } from '../../src/commands/indexes.js';
import { runProgram } from '../../src/commands/program.js';
import { reconcile } from '../../src/commands/reconcile.js';
import { builtDist } from './built-dist.js';

const PROGRAMS = { admin, indexes, reconcile };

export interface CommandEnd {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

type Env = Readonly<Record<string, string>>;

/** One of the product's commands, run in the folder `cwd` with an environment of nothing but what a test says. */
export class Command {
  /** Stands for all commands of the process: they change what is one per process. */
  private static last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly name: keyof typeof PROGRAMS,
    private readonly cwd: string,
  ) {}

  /** Starts a process, which takes two seconds of a core: for what only a process shows. */
  async start(args: readonly string[], env: Env, input = ''): Promise<CommandEnd> {
    const program = join(await builtDist(), 'commands/main.js');
    const child = spawn(process.execPath, ['--disable-proto=delete', program, this.name, ...args], {
      cwd: this.cwd,
      env: { ...PLACES, ...env },
    });
    child.stdin.on('error', () => undefined); // who does not read it closes it
    child.stdin.end(input);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (bytes) => (stdout += String(bytes)));
    child.stderr.on('data', (bytes) => (stderr += String(bytes)));
    const [code]: unknown[] = await once(child, 'close');
    return { code, stdout, stderr };
  }

  /** Runs the same code in this process, after the commands that already run in it. */
  run(args: readonly string[], env: Env): Promise<CommandEnd> {
    const end = Command.last.then(() => this.runNow(args, env));
    Command.last = end.catch(() => undefined);
    return end;
  }

  private async runNow(args: readonly string[], env: Env): Promise<CommandEnd> {
    const [folder, environment] = [process.cwd(), { ...process.env }];
    const stdout = captured(process.stdout);
    const stderr = captured(process.stderr);
    replaceEnvironment({ ...PLACES, ...env });
    process.chdir(this.cwd);
    try {
      const code = await runProgram(PROGRAMS[this.name], args);
      return { code, stdout: stdout.text(), stderr: stderr.text() };
    } finally {
      process.chdir(folder);
      replaceEnvironment(environment);
      stdout.restore();
      stderr.restore();
    }
  }
}

const PLACES = Object.fromEntries(['PATH', 'HOME'].map((name) => [name, process.env[name] ?? '']));

function replaceEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
}

/** What is written meanwhile, instead of being written. */
function captured(stream: NodeJS.WriteStream) {
  const written: string[] = [];
  const write = Object.getOwnPropertyDescriptor(stream, 'write');
  stream.write = (chunk: string | Uint8Array) => written.push(String(chunk)) > 0;
  return {
    text: () => written.join(''),
    restore(): void {
      if (write === undefined) Reflect.deleteProperty(stream, 'write');
      else Object.defineProperty(stream, 'write', write);
    },
  };
}
