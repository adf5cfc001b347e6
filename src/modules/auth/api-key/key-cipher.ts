import { Inject, Injectable } from '@nestjs/common';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { VersionedKeys } from '../../../platform/common/versioned-keys.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Must stay as it is, or come with a migration: stored keys are decrypted with the keys that it leads to. */
const PURPOSE = { label: 'api-keys', idLabel: 'api-key-encryption-id', idLength: 12 } as const;

/**
 * AES-256-GCM under the keys of API_KEY_ENCRYPTION_KEY: the first encrypts, each decrypts what it encrypted. Texts are
 * `v1.<key id>.<base64url of iv, tag, cipher text>` and bound to the record they belong to.
 */
@Injectable()
export class KeyCipher {
  private readonly keys: VersionedKeys;

  constructor(@Inject(CONFIG) { gateway }: Config) {
    this.keys = new VersionedKeys('API_KEY_ENCRYPTION_KEY', gateway.encryptionKeys, PURPOSE);
  }

  encrypt(text: string, recordId: string): string {
    const key = this.keys.newest;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key.bytes, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(recordId));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return `v1.${key.id}.${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')}`;
  }

  /** @returns null when none of the configured keys encrypted it. Throws when it was tampered with. */
  decrypt(stored: string, recordId: string): string | null {
    const [, keyId, sealed = ''] = stored.split('.');
    const key = this.keys.named(keyId);
    if (key === undefined) return null;
    const bytes = Buffer.from(sealed, 'base64url');
    const iv = bytes.subarray(0, IV_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(recordId));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  }

  /** Tells whether the newest key encrypted the text. */
  isCurrent(stored: string): boolean {
    return stored.split('.')[1] === this.keys.all[0]?.id;
  }
}
