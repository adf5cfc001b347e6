import type { Readable } from 'node:stream';
import { AppError } from '../common/app-error.js';
import { SECOND } from '../common/duration.js';
import type { ClientGroup } from './client-group.js';

/** Uploads that are read at a time, of all clients and of one. Each holds a few hundred kilobytes. */
const MAX_UPLOADS = 16;
const MAX_OF_ONE_CLIENT = 4;
/** A sender is waited for so long in all before its rate counts. */
const GRACE_MS = 5 * SECOND;
const LEAST_BYTES_A_SECOND = 16_384;

/** Places for uploads that are being read: a pool of their own, so that slow senders hold up no other request. */
export class UploadPlaces {
  private readonly taken = new Map<string, number>();
  private all = 0;

  /** Takes a place and returns what gives it back. Throws AppError overloaded. */
  take({ key, isOneClient }: ClientGroup): () => void {
    const ofClient = this.taken.get(key) ?? 0;
    if (this.all >= MAX_UPLOADS || (isOneClient && ofClient >= MAX_OF_ONE_CLIENT))
      throw new AppError('overloaded', 'too many uploads at a time', { retryAfterSeconds: 1 });
    this.all++;
    this.taken.set(key, ofClient + 1);
    return () => {
      this.all--;
      const left = (this.taken.get(key) ?? 1) - 1;
      if (left === 0) this.taken.delete(key);
      else this.taken.set(key, left);
    };
  }
}

export interface UploadParts {
  readonly contentType: string;
  readonly payload: Readable;
  /** Most bytes that are read. */
  readonly limit: number;
  readonly group: ClientGroup;
  readonly places: UploadPlaces;
}

/**
 * A body that its route reads itself, piece by piece. Nothing of it is read before, so the guard has proven who sends it; one
 * that is refused is thrown away by Node after the answer.
 */
export class Upload {
  constructor(private readonly parts: UploadParts) {}

  get contentType(): string {
    return this.parts.contentType;
  }

  /**
   * Reads the body once; the sender waits for whoever takes the pieces.
   * @throws AppError overloaded, body_too_large, request_too_slow, unparseable_body when it does not arrive whole.
   */
  async *pieces(): AsyncGenerator<Buffer, void, undefined> {
    const { payload, limit, places, group } = this.parts;
    const giveBack = places.take(group);
    const source = payload.iterator({ destroyOnReturn: false });
    const wait = { ms: 0, bytes: 0 };
    try {
      for (;;) {
        const piece = await nextOf(source, wait);
        if (piece === null) return;
        wait.bytes += piece.length;
        if (wait.bytes > limit) throw new AppError('body_too_large', `The upload is larger than ${limit} bytes`);
        yield piece;
      }
    } finally {
      giveBack();
      // The rest is thrown away: a sender that is cut off would not see the answer. Node's time limit ends it. Not waited
      // for, because it comes after the piece that a slow sender still owes.
      void source.return?.().then(() => payload.resume());
    }
  }
}

/** How long the sender was waited for so far, and what it has sent. */
interface Waited {
  ms: number;
  bytes: number;
}

async function nextOf(source: AsyncIterator<unknown>, waited: Waited): Promise<Buffer | null> {
  const started = performance.now();
  const patienceMs = GRACE_MS + (waited.bytes / LEAST_BYTES_A_SECOND) * SECOND - waited.ms;
  let timer: NodeJS.Timeout | undefined;
  const tooSlow = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new AppError('request_too_slow', 'The upload comes too slowly')), patienceMs);
  });
  try {
    const { done, value } = await Promise.race([arriving(source), tooSlow]);
    waited.ms += performance.now() - started;
    return done === true ? null : (value as Buffer);
  } finally {
    clearTimeout(timer);
  }
}

async function arriving(source: AsyncIterator<unknown>): Promise<IteratorResult<unknown>> {
  try {
    return await source.next();
  } catch (cause) {
    throw new AppError('unparseable_body', 'The upload did not arrive whole', { cause });
  }
}
