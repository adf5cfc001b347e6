import type { IncomingMessage } from 'node:http';

/** Far above anything Stripe's API takes. */
const MAX_BYTES = 2 * 1024 * 1024;

/** The whole body as text; undefined if it is too large or the client left before its end. */
export function readBody(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_BYTES) chunks.push(chunk);
    });
    request.on('end', () => resolve(bytes > MAX_BYTES ? undefined : Buffer.concat(chunks).toString('utf8')));
    request.on('error', () => resolve(undefined));
    request.on('close', () => resolve(undefined));
  });
}
