import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ClockState } from './clock.js';

/** One committed step: counters of ids, rows written, rows removed, and the odd setting. */
export interface JournalLine {
  seed?: string;
  /** How often the simulator was started on this journal. */
  starts?: number;
  counters?: Record<string, number>;
  put?: [table: string, row: unknown][];
  del?: [table: string, id: string][];
  clock?: ClockState;
  settings?: unknown;
}

/**
 * Append-only file of one JSON line per committed step.
 *
 * A line is handed to the kernel before the answer goes out, so `kill -9` loses nothing. It is not synced to the disk:
 * a machine that loses power may lose the last steps, which a simulator can afford.
 */
export class Journal {
  private constructor(
    private readonly folder: string,
    private descriptor: number,
  ) {}

  /** Reads what is there and keeps the file open for appending. Creates the folder. Throws on a damaged line. */
  static open(folder: string): { journal: Journal; lines: JournalLine[] } {
    mkdirSync(folder, { recursive: true });
    const file = fileIn(folder);
    const lines = existsSync(file) ? parse(readFileSync(file, 'utf8'), file) : [];
    return { journal: new Journal(folder, openSync(file, 'a')), lines };
  }

  append(line: JournalLine): void {
    writeSync(this.descriptor, `${JSON.stringify(line)}\n`);
  }

  /** Replaces the whole file by these lines, in one rename. */
  rewrite(lines: Iterable<JournalLine>): void {
    const draft = `${fileIn(this.folder)}.new`;
    const descriptor = openSync(draft, 'w');
    let text = '';
    for (const line of lines) {
      text += `${JSON.stringify(line)}\n`;
      if (text.length > 1 << 20) {
        writeSync(descriptor, text);
        text = '';
      }
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

function parse(text: string, file: string): JournalLine[] {
  const lines = text.split('\n');
  // A line without its end was being written when the process was killed: its answer never went out.
  lines.pop();
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as JournalLine;
    } catch {
      throw new Error(`${file}: line ${index + 1} is damaged`);
    }
  });
}
