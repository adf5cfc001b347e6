import { Inject, Injectable } from '@nestjs/common';
import { RecordCipher } from '../../../platform/common/record-cipher.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';

/** Must stay as it is while rows are pending: they are decrypted with the keys that it leads to. */
const PURPOSE = { label: 'file-batch-rows', idLabel: 'file-batch-row-encryption-id', idLength: 12 } as const;

/** Encrypts what pending rows ask for, card data included (ruling 30). */
@Injectable()
export class RowCipher extends RecordCipher {
  constructor(@Inject(CONFIG) { gateway }: Config) {
    super('API_KEY_ENCRYPTION_KEY', gateway.encryptionKeys, PURPOSE);
  }
}
