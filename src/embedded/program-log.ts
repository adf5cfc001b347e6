import { closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const ROTATE_BYTES = 5_000_000;
const TAIL_BYTES = 4_000;
const TAIL_LINES = 15;

/**
 * The file that a program writes its stdout and stderr to. A file and not a pipe: the program outlives an app that
 * is killed, and writing into a pipe that nobody reads would end it.
 */
export class ProgramLog {
  private start = 0;

  constructor(readonly path: string) {}

  /** A descriptor for the program to append to; the caller closes its copy. What is read later begins here. */
  open(): number {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const size = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > ROTATE_BYTES) renameSync(this.path, `${this.path}.1`);
    const fd = openSync(this.path, 'a', 0o600);
    this.start = fstatSync(fd).size;
    return fd;
  }

  /** Everything written since `open`. */
  read(): string {
    return readFrom(this.path, this.start);
  }

  tail(): string {
    const size = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
    const text = readFrom(this.path, Math.max(this.start, size - TAIL_BYTES));
    return text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  }
}

function readFrom(path: string, start: number): string {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(fd).size - start));
    const read = readSync(fd, bytes, 0, bytes.length, start);
    return bytes.toString('utf8', 0, read);
  } finally {
    closeSync(fd);
  }
}
