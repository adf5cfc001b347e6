import { Inject, Injectable } from '@nestjs/common';
import { RecordCipher } from '../../../platform/common/record-cipher.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';

/** Must stay as it is, or come with a migration: stored keys are decrypted with the keys that it leads to. */
const PURPOSE = { label: 'api-keys', idLabel: 'api-key-encryption-id', idLength: 12 } as const;

/** Encrypts API keys for the lists that show them. */
@Injectable()
export class KeyCipher extends RecordCipher {
  constructor(@Inject(CONFIG) { gateway }: Config) {
    super('API_KEY_ENCRYPTION_KEY', gateway.encryptionKeys, PURPOSE);
  }
}
