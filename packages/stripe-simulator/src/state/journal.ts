import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FaultState } from '../faults/fault.js';
import type { ClockState } from './clock.js';
import { JournalFile } from './journal-file.js';
import { type Change, RowReader, RowWriter, type WrittenChange } from './shared-rows.js';

export type { Change } from './shared-rows.js';

/** What is written may not be understood by an older simulator: it looks at this and refuses. */
const FORMAT = 2;
/** A piece of a compaction is so long that requests which come meanwhile wait about a millisecond. */
const PIECE_BYTES = 1 << 17;
/** Times the size after the last compaction. */
const GROWTH = 4;

/** Thrown for a journal in a format that only a later version knows. */
class NewerFormat extends Error {}

/** One committed step: counters of ids, changes in their order, and the odd setting. */
export interface JournalLine<S> {
  seed?: string;
  /** How often the simulator was started on this journal. */
  starts?: number;
  counters?: Record<string, number>;
  changes?: Change[];
  clock?: ClockState;
  settings?: S;
  faults?: readonly FaultState[];
}

interface WrittenLine<S> extends Omit<JournalLine<S>, 'changes'> {
  format?: number;
  /** Numbers of objects go on from the line before instead of beginning at 0. */
  base?: 1;
  changes?: WrittenChange[];
}

/**
 * Append-only file of one JSON line per committed step.
 *
 * A line is handed to the kernel before the answer goes out, so `kill -9` loses nothing. It is not synced to the disk:
 * a machine that loses power may lose the last steps, which a simulator can afford.
 */
export class Journal<S> {
  private compactedSize: number;
  /** The compaction under way; one that is not this any more has been overtaken. */
  private compaction: object | undefined;

  private constructor(
    private readonly folder: string,
    private readonly compactAbove: number,
    private file: JournalFile,
  ) {
    this.compactedSize = file.size;
  }

  /**
   * Opens the folder's journal for appending; creates the folder. `replay` is given every line that is there. Above
   * `compactAbove` bytes, and four times its size after the last time, it counts as grown.
   */
  static open<S>(folder: string, compactAbove: number, replay: (line: JournalLine<S>) => void): Journal<S> {
    mkdirSync(folder, { recursive: true });
    for (const ending of ['.new', '.next']) rmSync(pathIn(folder) + ending, { force: true });
    const file = JournalFile.open(pathIn(folder), 'as it is');
    const base = new RowReader();
    let number = 0;
    for (const text of file.lines()) {
      number += 1;
      try {
        replay(understood(JSON.parse(text), base));
      } catch (error) {
        const why = error instanceof NewerFormat ? 'was written by a newer simulator' : damageIn(number, error);
        throw new Error(`${pathIn(folder)} ${why}: delete it, or name another folder with --data`, { cause: error });
      }
    }
    return new Journal(folder, compactAbove, file);
  }

  append(line: JournalLine<S>): void {
    this.file.append(encoded(line, new RowWriter()));
  }

  /** Time to compact it. */
  get grown(): boolean {
    return this.compaction === undefined && this.file.size > Math.max(this.compactAbove, GROWTH * this.compactedSize);
  }

  /** Replaces the whole file by these lines, now, in one rename. */
  rewrite(lines: Iterable<JournalLine<S>>): void {
    this.compaction = undefined;
    const file = JournalFile.open(`${pathIn(this.folder)}.new`, 'empty');
    for (const bytes of baseOf(lines)) file.append(bytes);
    file.sync();
    this.replaceBy(file, '.new');
  }

  /**
   * The same in pieces, while steps go on being appended. `lines` are read lazily: a row that changes meanwhile may come in
   * either version. What was appended since now is copied behind them, so that the last version wins.
   */
  async compact(lines: Iterable<JournalLine<S>>): Promise<void> {
    const mine = (this.compaction = {});
    let from = this.file.size;
    const file = JournalFile.open(`${pathIn(this.folder)}.next`, 'empty');
    try {
      for (const bytes of baseOf(lines)) {
        file.append(bytes);
        await nextTurn();
        if (this.compaction !== mine) return;
      }
      await file.syncMeanwhile();
      if (this.compaction !== mine) return;
      for (let chunk = this.file.chunkAt(from); chunk.length > 0; chunk = this.file.chunkAt(from)) {
        file.append(chunk);
        from += chunk.length;
        if (from === this.file.size) break;
        await nextTurn();
        if (this.compaction !== mine) return;
      }
      // Nothing is appended between the last copy and the rename: it is the same turn.
      this.replaceBy(file, '.next');
    } finally {
      if (this.file !== file) file.close();
      if (this.compaction === mine) this.compaction = undefined;
    }
  }

  /** Goes on with the old file for as long again; for a compaction that failed. */
  postpone(): void {
    this.compactedSize = this.file.size;
  }

  close(): void {
    this.compaction = undefined;
    this.file.close();
  }

  private replaceBy(file: JournalFile, ending: string): void {
    renameSync(pathIn(this.folder) + ending, pathIn(this.folder));
    this.file.close();
    this.file = file;
    this.compactedSize = file.size;
  }
}

function pathIn(folder: string): string {
  return join(folder, 'simulator.journal');
}

function damageIn(line: number, error: unknown): string {
  return `is damaged in line ${line} (${error instanceof Error ? error.message : String(error)})`;
}

function encoded<S>({ changes, ...line }: JournalLine<S>, rows: RowWriter, more: Partial<WrittenLine<S>> = {}): Buffer {
  const written: WrittenLine<S> = {
    ...more,
    ...line,
    ...(changes === undefined ? {} : { changes: changes.map((change) => rows.write(change)) }),
  };
  return Buffer.from(`${JSON.stringify(written)}\n`);
}

function understood<S>(line: WrittenLine<S>, base: RowReader): JournalLine<S> {
  const { format, base: continued, changes, ...rest } = line;
  if (format !== undefined && format > FORMAT) throw new NewerFormat();
  if (changes === undefined) return rest;
  const rows = continued === 1 ? base : new RowReader();
  return { ...rest, changes: changes.map((change) => rows.read(change)) };
}

/** The lines of a compacted journal, in pieces. */
function* baseOf<S>(lines: Iterable<JournalLine<S>>): Generator<Buffer> {
  const rows = new RowWriter();
  let piece: Buffer[] = [];
  let bytes = 0;
  for (const line of lines) {
    const text = encoded(line, rows, { format: FORMAT, base: 1 });
    piece.push(text);
    bytes += text.length;
    if (bytes < PIECE_BYTES) continue;
    yield Buffer.concat(piece);
    piece = [];
    bytes = 0;
  }
  yield Buffer.concat(piece);
}
