import type { Readable } from 'node:stream';
import { AppError } from '../common/app-error.js';

/**
 * Bytes beyond the limit that are read and thrown away, because a client that is still sending does not see an answer given
 * early.
 */
const DISCARD_UP_TO = 1_048_576;

/** The whole body, or `body_too_large`; never more than `limit` bytes are kept. */
export function readBody(payload: Readable, limit: number, declaredLength: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const tooLarge = () => reject(new AppError('body_too_large', `The request body is larger than ${limit} bytes`));
    if (declaredLength > limit + DISCARD_UP_TO) return tooLarge();
    const chunks: Buffer[] = [];
    let size = 0;
    payload.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else chunks.length = 0;
      if (size > limit + DISCARD_UP_TO) tooLarge();
    });
    payload.on('end', () => (size > limit ? tooLarge() : resolve(Buffer.concat(chunks))));
    const broken = () => reject(new AppError('unparseable_body', 'The request body did not arrive whole'));
    payload.on('error', broken);
    // Every stream closes, after its end too: an error made for nobody would still cost its stack.
    payload.on('close', () => payload.readableEnded || broken());
  });
}
