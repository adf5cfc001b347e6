import { Inject, Injectable } from '@nestjs/common';
import { createHmac } from 'node:crypto';
import { type VersionedKey, VersionedKeys } from '../../platform/common/versioned-keys.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { scrub } from '../../platform/logging/scrub.js';
import { type AuditState, type AuditValue, Personal, type SealedState } from './audit-state.js';

/** Must stay as it is, or come with a migration: stored rows are found by the hashes that it leads to. */
const PURPOSE = { label: 'audit-trail', idLabel: 'audit-trail-id', idLength: 8 } as const;
const HASH_LENGTH = 32;

/**
 * Makes values storable: personal ones become `hash:<key>:<HMAC>` under a key derived from API_KEY_ENCRYPTION_KEY, every
 * other text is scrubbed as in the log, because a free text may hold an address or a key.
 */
@Injectable()
export class AuditSeal {
  private readonly keys: VersionedKeys;

  constructor(@Inject(CONFIG) { gateway }: Config) {
    this.keys = new VersionedKeys('API_KEY_ENCRYPTION_KEY', gateway.encryptionKeys, PURPOSE);
  }

  state(state: AuditState | null | undefined): SealedState | null {
    if (state === null || state === undefined) return null;
    const known = Object.entries(state).filter(([, value]) => value !== undefined);
    return Object.fromEntries(known.map(([name, value]) => [name, this.value(value ?? null)]));
  }

  hash(text: string): string {
    return hashUnder(this.keys.newest, text);
  }

  /** Returns the text's hash under each configured key, newest first: rows written before a rotation are found too. */
  hashes(text: string): string[] {
    return this.keys.all.map((key) => hashUnder(key, text));
  }

  private value(value: AuditValue): SealedState[string] {
    if (value instanceof Personal) return value.text === '' ? '' : this.hash(value.text);
    if (value instanceof Date) return value.toISOString();
    if (typeof value === 'string') return scrub(value);
    return typeof value === 'object' && value !== null ? value.map(scrub) : value;
  }
}

/** Hashes without regard to upper and lower case: two spellings of an e-mail address are one person. */
function hashUnder({ id, bytes }: VersionedKey, text: string): string {
  const digest = createHmac('sha256', bytes).update(text.normalize('NFC').toLowerCase()).digest('hex');
  return `hash:${id}:${digest.slice(0, HASH_LENGTH)}`;
}
