import { accessSync, constants, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import type { Env } from './env.js';

/** What only this machine can say: whether it has the address, and may write into the folder. Leaves nothing behind. */
export async function machineProblems(env: Env): Promise<string[]> {
  const host = await whyNotBound(env.HOST);
  // Production writes nothing there.
  const dataDir = env.NODE_ENV === 'production' ? null : whyNoFolder(env.DATA_DIR);
  return [
    ...(host === null ? [] : [`HOST: this machine has no such address (${host})`]),
    ...(dataDir === null ? [] : [`DATA_DIR: ${dataDir}`]),
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

/** The folder itself, or the nearest one above it in which it would be made. */
function whyNoFolder(path: string): string | null {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    try {
      if (!statSync(folder).isDirectory()) return folder === resolve(path) ? 'is no folder' : 'lies below a file';
      accessSync(folder, constants.W_OK | constants.X_OK);
      return null;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOTDIR') continue;
      if (code !== 'ENOENT' || folder === dirname(folder)) return `cannot be written (${code ?? 'unknown error'})`;
    }
  }
}
