import { closeSync, fsync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const CHUNK_BYTES = 1 << 20;

/** What happened can no longer be written down: the simulator must not go on as if it had not. */
export class JournalError extends Error {}

/** A file that only grows at its end, with its size known. */
export class JournalFile {
  private constructor(
    private readonly descriptor: number,
    /** Bytes. */
    public size: number,
  ) {}

  /** Opens or creates it; `empty` throws away what was there. */
  static open(path: string, how: 'as it is' | 'empty'): JournalFile {
    return new JournalFile(openSync(path, how === 'empty' ? 'w+' : 'a+'), 0);
  }

  /**
   * Its complete lines, read in pieces: a journal may be longer than Node's longest string. What stands behind the last
   * line end was being written when the process was killed, its answer never went out: it is cut off.
   */
  *lines(): Generator<string> {
    let rest = Buffer.alloc(0);
    let read = 0;
    for (let chunk = this.chunkAt(0); chunk.length > 0; chunk = this.chunkAt(read)) {
      read += chunk.length;
      rest = Buffer.concat([rest, chunk]);
      let start = 0;
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, start)) {
        yield rest.toString('utf8', start, end);
        start = end + 1;
      }
      rest = rest.subarray(start);
    }
    this.size = read - rest.length;
    if (rest.length > 0) ftruncateSync(this.descriptor, this.size);
  }

  /** Synchronous and whole: when it returns, the kernel has it. Throws a JournalError, and then has none of it. */
  append(bytes: Buffer): void {
    let written = 0;
    try {
      // The position counts only for a file that was opened empty; the other kind always appends.
      written = writeSync(this.descriptor, bytes, 0, bytes.length, this.size);
    } catch (error) {
      throw new JournalError(`the journal could not be written: ${String(error)}`, { cause: error });
    }
    if (written < bytes.length) {
      ftruncateSync(this.descriptor, this.size);
      throw new JournalError('the journal could not be written: the disk is full');
    }
    this.size += written;
  }

  /** Brings it to the disk. */
  sync(): void {
    fsyncSync(this.descriptor);
  }

  async syncMeanwhile(): Promise<void> {
    await promisify(fsync)(this.descriptor);
  }

  /** Up to `CHUNK_BYTES` from there on. */
  chunkAt(position: number): Buffer {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    return chunk.subarray(0, readSync(this.descriptor, chunk, 0, CHUNK_BYTES, position));
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
