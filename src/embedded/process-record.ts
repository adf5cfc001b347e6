import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Content of DATA_DIR/<name>/process.json about a started program, so that a later start can find it again. */
export interface ProcessRecord {
  /** null: stopped; the port is kept so that the next start can prefer it. */
  pid: number | null;
  /** See ProcessIdentity.birth. */
  birth: string | null;
  port: number;
  token: string;
  startedAt: string;
  command: string[];
}

const FILE = 'process.json';

export function readRecord(dir: string): ProcessRecord | null {
  try {
    const parsed: unknown = JSON.parse(readFileSync(join(dir, FILE), 'utf8'));
    return isRecord(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

/** Synchronous, and by rename: an app killed at any moment leaves the old record or the new one. */
export function writeRecord(dir: string, record: ProcessRecord): void {
  const temporary = join(dir, `${FILE}.${process.pid}`);
  writeFileSync(temporary, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, join(dir, FILE));
}

function isRecord(value: unknown): value is ProcessRecord {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Partial<Record<keyof ProcessRecord, unknown>>;
  return (
    (record.pid === null || Number.isSafeInteger(record.pid)) &&
    (record.birth === null || typeof record.birth === 'string') &&
    Number.isSafeInteger(record.port) &&
    typeof record.token === 'string' &&
    typeof record.startedAt === 'string' &&
    Array.isArray(record.command) &&
    record.command.every((word) => typeof word === 'string')
  );
}
