import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { join } from 'node:path';

/** A process of its own that ends the children of a run, and removes its folder, should this one be killed. */
export class Reaper {
  private readonly process: ChildProcess;

  constructor() {
    // A session of its own, so that a Ctrl-C at the terminal does not end it before its work is done.
    this.process = spawn(process.execPath, [join(__dirname, 'end-orphans.js')], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    // Neither keeps this process alive.
    this.process.unref();
    (this.process.stdin as Socket).unref();
    this.process.stdin?.on('error', () => undefined); // gone itself: nothing is left to tell it
  }

  started(pid: number | undefined): void {
    if (pid !== undefined) this.tell(`+${pid}`);
  }

  ended(pid: number | undefined): void {
    if (pid !== undefined) this.tell(`-${pid}`);
  }

  /** To be removed as well. */
  folder(path: string): void {
    this.tell(`=${path}`);
  }

  /** Everything has ended in order. */
  dismiss(): void {
    this.tell('!');
    this.process.stdin?.end();
  }

  private tell(line: string): void {
    this.process.stdin?.write(`${line}\n`);
  }
}
