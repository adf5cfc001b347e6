import { readdirSync, readFileSync } from 'node:fs';

/** The live processes whose command line or environment contains `mark` (Linux), by pid. */
export function processesMarked(mark: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const [command, environment, status] = ['cmdline', 'environ', 'status'].map((file) => read(`/proc/${pid}/${file}`));
    // A zombie has ended; nobody has waited for it yet.
    if (/^State:\s+Z/m.test(status ?? '') || !`${command}${environment}`.includes(mark)) continue;
    found.set(Number(pid), (command ?? '').replaceAll('\0', ' ').trim());
  }
  return found;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // it has ended meanwhile
  }
}
