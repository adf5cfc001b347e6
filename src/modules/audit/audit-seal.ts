import { Inject, Injectable } from '@nestjs/common';
import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { scrub } from '../../platform/logging/scrub.js';
import { type AuditState, type AuditValue, Personal, type SealedState } from './audit-state.js';

/** Tells which secret made a hash, and nothing of the secret. */
const ID_LENGTH = 8;
const HASH_LENGTH = 32;

interface SealKey {
  readonly id: string;
  readonly bytes: Buffer;
}

function sealKey(secret: string): SealKey {
  return {
    id: createHash('sha256').update(`audit-trail-id|${secret}`).digest('hex').slice(0, ID_LENGTH),
    bytes: Buffer.from(hkdfSync('sha256', secret, '', 'audit-trail', 32)),
  };
}

/**
 * Makes values storable: personal ones become `hash:<key>:<HMAC>` under a key derived from API_KEY_ENCRYPTION_KEY, every
 * other text is scrubbed as in the log, because a free text may hold an address or a key.
 */
@Injectable()
export class AuditSeal {
  private readonly keys: readonly SealKey[];

  constructor(@Inject(CONFIG) { gateway }: Config) {
    this.keys = gateway.encryptionKeys.map(sealKey);
  }

  state(state: AuditState | null | undefined): SealedState | null {
    if (state === null || state === undefined) return null;
    const known = Object.entries(state).filter(([, value]) => value !== undefined);
    return Object.fromEntries(known.map(([name, value]) => [name, this.value(value ?? null)]));
  }

  hash(text: string): string {
    const [key] = this.keys;
    if (key === undefined) throw new Error('API_KEY_ENCRYPTION_KEY is not set');
    return hashUnder(key, text);
  }

  /** Under each configured key, newest first: rows of before a rotation are found too. */
  hashes(text: string): string[] {
    return this.keys.map((key) => hashUnder(key, text));
  }

  private value(value: AuditValue): SealedState[string] {
    if (value instanceof Personal) return value.text === '' ? '' : this.hash(value.text);
    if (value instanceof Date) return value.toISOString();
    if (typeof value === 'string') return scrub(value);
    return typeof value === 'object' && value !== null ? value.map(scrub) : value;
  }
}

/** In any case of letters: two spellings of an address are one person. */
function hashUnder({ id, bytes }: SealKey, text: string): string {
  const digest = createHmac('sha256', bytes).update(text.normalize('NFC').toLowerCase()).digest('hex');
  return `hash:${id}:${digest.slice(0, HASH_LENGTH)}`;
}
