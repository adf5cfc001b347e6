import { processIdentity } from './process-identity.js';
import { readRecord, writeRecord, type ProcessRecord } from './process-record.js';
import type { ProgramSpec } from './program-spec.js';

export interface Leftover {
  record: ProcessRecord & { pid: number };
  /** false: certainly ours, but it does not serve: still starting, stopping, or hung. */
  answers: boolean;
}

/**
 * The process that process.json names, when it has proved to be ours. A pid alone proves nothing: after a crash or
 * a reboot the number belongs to somebody else. A process that is not shown to be ours is left alone.
 */
export async function findLeftover(spec: ProgramSpec): Promise<Leftover | null> {
  const record = readRecord(spec.dir);
  if (!record || !hasPid(record)) return null;
  const identity = processIdentity(record.pid);
  if (identity) {
    const named = identity.command === null || identity.command.includes(spec.mark);
    if (named && (await spec.prove(record))) return { record: { ...record, birth: identity.birth }, answers: true };
    // Same pid, born at the same tick of the same boot, same folder on its command line: it is the process we
    // started, killed app or not, even if it never came to the point where it can answer.
    const certain = identity.command !== null && identity.birth === record.birth;
    if (named && certain) return { record, answers: false };
    spec.log(`${spec.name}: pid ${record.pid} of an earlier start is not shown to be ours; left alone, record dropped`);
  }
  writeRecord(spec.dir, { ...record, pid: null, birth: null });
  return null;
}

function hasPid(record: ProcessRecord): record is ProcessRecord & { pid: number } {
  return record.pid !== null;
}
