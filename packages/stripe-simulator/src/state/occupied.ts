import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a running simulator writes its address, so that no second one opens the same journal. */
function noteIn(folder: string): string {
  return join(folder, 'simulator.url');
}

/**
 * Throws if a simulator is running on this folder. It is asked at its address rather than by process id: ids repeat, most of
 * all in containers.
 */
export async function checkFree(folder: string): Promise<void> {
  let url: string;
  try {
    url = readFileSync(noteIn(folder), 'utf8').trim();
  } catch {
    return;
  }
  const identity = await fetch(`${url}/_sim/identity`, { signal: AbortSignal.timeout(1000) })
    .then((answer) => answer.json())
    .catch(() => undefined);
  const data: unknown = typeof identity === 'object' && identity !== null && 'data' in identity ? identity.data : null;
  if (data === folder) throw new Error(`${folder} is in use by the simulator at ${url}`);
}

export function occupy(folder: string, url: string): void {
  writeFileSync(noteIn(folder), `${url}\n`);
}

export function vacate(folder: string): void {
  rmSync(noteIn(folder), { force: true });
}
