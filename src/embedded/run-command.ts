import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface CommandResult {
  /** Exit code; null when the program could not be started or was ended by a signal. */
  code: number | null;
  /** The program's last lines, stdout and stderr together. */
  lines: string[];
}

const KEPT_LINES = 40;
const POSIX = process.platform !== 'win32';

/**
 * Runs a program to its end, a line at a time. It is ended, with what it started (venv starts pip), when this process ends
 * or `withinMs` is over.
 */
export function runCommand(
  [program, ...args]: readonly [string, ...string[]],
  options: { withinMs: number; cwd?: string; env?: NodeJS.ProcessEnv; onLine?: (line: string) => void },
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const lines: string[] = [];
    const take = (line: string) => {
      if (line.trim() === '') return;
      lines.push(line.trim());
      if (lines.length > KEPT_LINES) lines.shift();
      options.onLine?.(line.trim());
    };
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env,
      // A group of its own, which can be ended as one.
      detached: POSIX,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const kill = () => killGroup(child);
    process.once('exit', kill);
    // Not spawn's own timeout: that timer keeps running when the program does not exist.
    const timer = setTimeout(kill, options.withinMs);
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', take);
    const end = (code: number | null) => {
      process.removeListener('exit', kill);
      clearTimeout(timer);
      resolve({ code, lines });
    };
    child.once('error', (error) => {
      take(error.message);
      end(null);
    });
    child.once('close', (code, signal) => {
      if (signal !== null) take(`ended by ${signal}`);
      end(code);
    });
  });
}

function killGroup(child: ChildProcess): void {
  if (!POSIX || child.pid === undefined) return void child.kill('SIGKILL');
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Everybody in it has ended.
  }
}
