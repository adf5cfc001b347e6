import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDataDir } from '../config/data-dir.js';

/** Secrets that nobody has to invent to try the product. They are drawn once per DATA_DIR, so that tokens outlive a restart. */
export interface DevelopmentSecrets {
  readonly jwtSecret: string;
  readonly gatewayJwtSecret: string;
  readonly apiKeyEncryptionKey: string;
  readonly webhookSecret: string;
  readonly simulatorKey: string;
}

const FILE = 'secrets.json';

export function developmentSecrets(dataDir: string): DevelopmentSecrets {
  const kept = read(dataDir);
  const secrets: DevelopmentSecrets = {
    jwtSecret: kept.jwtSecret ?? draw(32),
    gatewayJwtSecret: kept.gatewayJwtSecret ?? draw(32),
    apiKeyEncryptionKey: kept.apiKeyEncryptionKey ?? draw(32),
    webhookSecret: kept.webhookSecret ?? `whsec_${draw(24)}`,
    simulatorKey: kept.simulatorKey ?? `sk_test_simulator${randomBytes(12).toString('hex')}`,
  };
  if (Object.keys(kept).length < Object.keys(secrets).length) write(dataDir, secrets);
  return secrets;
}

function read(dataDir: string): Partial<DevelopmentSecrets> {
  try {
    const kept: unknown = JSON.parse(readFileSync(join(dataDir, FILE), 'utf8'));
    if (typeof kept !== 'object' || kept === null) return {};
    return Object.fromEntries(Object.entries(kept).filter(([, value]) => typeof value === 'string' && value !== ''));
  } catch {
    return {};
  }
}

function write(dataDir: string, secrets: DevelopmentSecrets): void {
  makeDataDir(dataDir);
  const temporary = join(dataDir, `${FILE}.${process.pid}`);
  writeFileSync(temporary, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, join(dataDir, FILE));
}

const draw = (bytes: number): string => randomBytes(bytes).toString('base64url');
