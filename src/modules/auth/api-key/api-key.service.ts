import { Inject, Injectable, Logger } from '@nestjs/common';
import { AppError, invalidRequest } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { newXid, XID_PATTERN } from '../../../platform/common/xid.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import { ApiKeyRepository } from './api-key.repository.js';
import type { ApiKeyRecord } from './api-key.schema.js';
import type { ApiKey, ApiKeyType, KeyOwner, KeySurface } from './api-key.types.js';
import { KeyCipher } from './key-cipher.js';
import { hashOf, keyTypeOf, maskKey, newKey } from './key-text.js';

/** A use is written once in so long: a busy key would otherwise write with every request. */
const USE_NOTED_EVERY_MS = 60_000;

const notFound = () => new AppError('api_key_not_found', 'there is no such key');

/** API keys (contract gateway 4, ruling 29). Nothing is cached: a deleted key is dead with the next request, everywhere. */
@Injectable()
export class ApiKeyService {
  private readonly log = new Logger(ApiKeyService.name);
  private readonly maskAll: boolean;

  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly cipher: KeyCipher,
    private readonly clock: Clock,
    @Inject(CONFIG) { gateway }: Config,
  ) {
    this.maskAll = gateway.maskKeysInList;
  }

  /** A new key of the owner's; the answer shows it. */
  create(owner: KeyOwner, type: ApiKeyType, name: string): Promise<ApiKey> {
    return this.store(owner, type, name, newKey(type));
  }

  /** A key that was issued elsewhere. Throws `validation_failed` for what is no key, `api_key_taken`. */
  import(owner: KeyOwner, name: string, key: string): Promise<ApiKey> {
    const type = keyTypeOf(key);
    if (type === null) {
      const messages = ['key must be api_ or pub_ and 20 to 100 letters or digits'];
      throw invalidRequest(...messages);
    }
    return this.store(owner, type, name, key);
  }

  /** All of the account, newest first; who is no administrator sees only their own keys whole (ruling 31). */
  async list(caller: GatewayPrincipal): Promise<ApiKey[]> {
    const records = await this.keys.listInAccount(caller.accountId);
    return records.map((record) => this.shown(record, caller.role === 'admin' || record.userId === caller.id));
  }

  /** Of all accounts, for the operator. */
  async listAll(): Promise<ApiKey[]> {
    return (await this.keys.listAll()).map((record) => this.shown(record, true));
  }

  /** `idOrKey` as the path has it. Throws `api_key_not_found`. */
  async delete(caller: GatewayPrincipal, idOrKey: string): Promise<void> {
    const by = XID_PATTERN.test(idOrKey) ? { id: idOrKey } : { hash: hashOf(idOrKey) };
    if (!(await this.keys.deleteInAccount(caller.accountId, by))) throw notFound();
  }

  /** For the operator: of any account. Throws `api_key_not_found`. */
  async revoke(id: string): Promise<void> {
    if (!(await this.keys.deleteById(id))) throw notFound();
  }

  /** The key of a request, if it is a private one that may speak on this surface. The use is noted to the minute. */
  async prove(key: string, surface: KeySurface): Promise<KeyOwner | null> {
    if (keyTypeOf(key) !== 'api') return null;
    const record = await this.keys.findByHash(hashOf(key));
    if (record === null || record.type !== 'api' || !record.surfaces.includes(surface)) return null;
    const now = this.clock.date();
    if (now.getTime() - (record.lastUsedAt?.getTime() ?? 0) >= USE_NOTED_EVERY_MS) {
      await this.keys.noteUse(record._id, now);
    }
    return { userId: record.userId, accountId: record.accountId };
  }

  /** Encrypts again what an older key encrypted. @returns how many keys, and how many that no configured key can open. */
  async reencrypt(): Promise<{ reencrypted: number; unreadable: number }> {
    let [reencrypted, unreadable] = [0, 0];
    for (const record of await this.keys.listAll()) {
      if (this.cipher.isCurrent(record.cipher)) continue;
      const key = this.cipher.decrypt(record.cipher, record._id);
      if (key === null) unreadable++;
      else if (await this.keys.replaceCipher(record, this.cipher.encrypt(key, record._id))) reencrypted++;
    }
    return { reencrypted, unreadable };
  }

  private async store(owner: KeyOwner, type: ApiKeyType, name: string, key: string): Promise<ApiKey> {
    const now = this.clock.date();
    const id = newXid(now.getTime());
    const record = {
      _id: id,
      accountId: owner.accountId,
      userId: owner.userId,
      type,
      name,
      surfaces: ['gateway' as const],
      hash: hashOf(key),
      cipher: this.cipher.encrypt(key, id),
      masked: maskKey(key),
      lastUsedAt: null,
      createdAt: now,
      updatedAt: now,
    };
    if (!(await this.keys.insert(record))) throw new AppError('api_key_taken', 'this key exists already');
    return { ...toApiKey({ ...record, v: 1, w: '' }), key };
  }

  private shown(record: ApiKeyRecord, whole: boolean): ApiKey {
    const masked = toApiKey(record);
    if (this.maskAll || !whole) return masked;
    const key = this.cipher.decrypt(record.cipher, record._id);
    if (key !== null) return { ...masked, key };
    this.log.warn(`API key ${record._id} cannot be shown: the key that encrypted it is not in API_KEY_ENCRYPTION_KEY`);
    return masked;
  }
}

function toApiKey(record: ApiKeyRecord): ApiKey {
  const { _id: id, accountId, userId, type, name, masked: key, createdAt, updatedAt, lastUsedAt } = record;
  return { id, accountId, userId, type, name, key, createdAt, updatedAt, lastUsedAt };
}
