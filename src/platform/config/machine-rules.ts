import { createServer } from 'node:net';
import { dataDirProblem } from './data-dir.js';
import type { Env } from './env.js';

/** Checks what only this machine can tell: that it has the address and may write into the folder. Leaves nothing behind. */
export async function machineProblems(env: Env): Promise<string[]> {
  const host = await whyNotBound(env.HOST);
  // Production writes nothing there.
  const dataDir = env.NODE_ENV === 'production' ? null : dataDirProblem(env.DATA_DIR);
  return [
    ...(host === null ? [] : [`HOST: this machine has no such address (${host})`]),
    ...(dataDir === null ? [] : [dataDir]),
  ];
}

/** Takes any free port for a moment: whether PORT is free is another question, with another answer while a copy runs. */
function whyNotBound(host: string): Promise<string | null> {
  return new Promise((answer) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => answer(error.code ?? error.name));
    server.listen(0, host, () => server.close(() => answer(null)));
  });
}
