import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type KeyPurpose, VersionedKeys } from './versioned-keys.js';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM under the keys of one setting: the first encrypts, each decrypts what it encrypted. Texts are
 * `v1.<key id>.<base64url of iv, tag, cipher text>` and bound to the record they belong to.
 */
export class RecordCipher {
  private readonly keys: VersionedKeys;

  /** @param setting the name of the environment's variable, for the error of a missing key */
  constructor(setting: string, secrets: readonly string[], purpose: KeyPurpose) {
    this.keys = new VersionedKeys(setting, secrets, purpose);
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
