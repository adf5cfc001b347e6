import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below every system's range for outgoing connections (Linux: from 32768, others: from 49152). A port inside it
// can be taken by any outgoing connection while its program restarts; a client that keeps reconnecting to it can
// even be given the same number as its own port, and then talks to itself and keeps the program from coming back.
const LOWEST = 21_000;
const HIGHEST = 32_000;
const TRIES = 100;

/** A free port on 127.0.0.1, the preferred one where possible. It was free a moment ago: callers must be ready to try again. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isPortFree(preferred))) return preferred;
  for (let i = 0; i < TRIES; i++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isPortFree(port)) return port;
  }
  throw new Error(`no free port on 127.0.0.1 between ${LOWEST} and ${HIGHEST}`);
}

export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
