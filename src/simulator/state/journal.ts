import { closeSync, fsyncSync, mkdirSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ClockState } from './clock.js';
import type { Row } from './table.js';

const CHUNK_BYTES = 1 << 20;

/** A row written, or the id of one removed. */
export type Change = [table: string, row: Row | string];

/** One committed step: counters of ids, changes in their order, and the odd setting. */
export interface JournalLine<S> {
  seed?: string;
  /** How often the simulator was started on this journal. */
  starts?: number;
  counters?: Record<string, number>;
  changes?: Change[];
  clock?: ClockState;
  settings?: S;
}

/**
 * Append-only file of one JSON line per committed step.
 *
 * A line is handed to the kernel before the answer goes out, so `kill -9` loses nothing. It is not synced to the disk:
 * a machine that loses power may lose the last steps, which a simulator can afford.
 */
export class Journal<S> {
  private constructor(
    private readonly folder: string,
    private descriptor: number,
  ) {}

  /** Opens the folder's journal for appending; creates the folder. `replay` is given every line that is there. */
  static open<S>(folder: string, replay: (line: JournalLine<S>) => void): Journal<S> {
    mkdirSync(folder, { recursive: true });
    const descriptor = openSync(fileIn(folder), 'a+');
    let number = 0;
    for (const line of linesOf(descriptor)) {
      number += 1;
      try {
        replay(JSON.parse(line));
      } catch (error) {
        throw new Error(`${fileIn(folder)}: line ${number} is damaged`, { cause: error });
      }
    }
    return new Journal(folder, descriptor);
  }

  append(line: JournalLine<S>): void {
    writeSync(this.descriptor, `${JSON.stringify(line)}\n`);
  }

  /** Replaces the whole file by these lines, in one rename. */
  rewrite(lines: Iterable<JournalLine<S>>): void {
    const draft = `${fileIn(this.folder)}.new`;
    const descriptor = openSync(draft, 'w');
    let text = '';
    for (const line of lines) {
      text += `${JSON.stringify(line)}\n`;
      if (text.length < CHUNK_BYTES) continue;
      writeSync(descriptor, text);
      text = '';
    }
    writeSync(descriptor, text);
    fsyncSync(descriptor);
    renameSync(draft, fileIn(this.folder));
    closeSync(this.descriptor);
    this.descriptor = descriptor;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

function fileIn(folder: string): string {
  return join(folder, 'simulator.journal');
}

/**
 * The complete lines of a file, read in pieces: a journal may be longer than Node's longest string. What stands behind the
 * last line end was being written when the process was killed; its answer never went out.
 */
function* linesOf(descriptor: number): Generator<string> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let rest = Buffer.alloc(0);
  for (let at = 0, read = 0; (read = readSync(descriptor, chunk, 0, CHUNK_BYTES, at)) > 0; at += read) {
    rest = Buffer.concat([rest, chunk.subarray(0, read)]);
    let start = 0;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, start)) {
      yield rest.toString('utf8', start, end);
      start = end + 1;
    }
    rest = rest.subarray(start);
  }
}
