import { Inject, Injectable, Logger } from '@nestjs/common';
import { AppError, invalidRequest } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { newXid, XID_PATTERN } from '../../../platform/common/xid.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import type { AuditAction } from '../../audit/audit-actions.js';
import { AuditTrail } from '../../audit/audit-trail.service.js';
import type { AuditActor } from '../../audit/audit.types.js';
import { auditActor } from '../../user/gateway/gateway-user.audit.js';
import { GatewayUserService } from '../../user/gateway/gateway-user.service.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import { auditedKey, auditedReading } from './api-key.audit.js';
import { ApiKeyRepository } from './api-key.repository.js';
import type { ApiKeyRecord, UserKeyRecord } from './api-key.schema.js';
import type { ApiKey, ApiKeyType, KeyOwner, KeySurface, ProvenKey } from './api-key.types.js';
import { KeyCipher } from './key-cipher.js';
import { hashOf, keyTypeOf, maskKey, newKey } from './key-text.js';
import { isUseNews } from './key-use.js';

const notFound = () => new AppError('api_key_not_found', 'there is no such key');

interface NewKey {
  readonly owner: KeyOwner;
  readonly type: ApiKeyType;
  readonly name: string;
  readonly key: string;
}

/** API keys (contract gateway 4, ruling 29). Nothing is cached: a deleted key is dead with the next request, everywhere. */
@Injectable()
export class ApiKeyService {
  private readonly log = new Logger(ApiKeyService.name);
  private readonly maskAll: boolean;

  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly cipher: KeyCipher,
    private readonly users: GatewayUserService,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    @Inject(CONFIG) { gateway }: Config,
  ) {
    this.maskAll = gateway.maskKeysInList;
  }

  /** Makes a key of the caller's own; the answer shows it. */
  createOwn(caller: GatewayPrincipal, type: ApiKeyType, name: string): Promise<ApiKey> {
    return this.create(auditActor(caller), { userId: caller.id, accountId: caller.accountId }, type, name);
  }

  /** Makes a key for any user, for the operator; the answer shows it. */
  create(actor: AuditActor, owner: KeyOwner, type: ApiKeyType, name: string): Promise<ApiKey> {
    return this.store(actor, 'key.create', { owner, type, name, key: newKey(type) });
  }

  /** Imports a key that was issued elsewhere. Throws `validation_failed` for what is no key, `api_key_taken`. */
  import(actor: AuditActor, owner: KeyOwner, name: string, key: string): Promise<ApiKey> {
    const type = keyTypeOf(key);
    if (type === null) {
      const messages = ['key must be api_ or pub_ and 20 to 100 letters or digits'];
      throw invalidRequest(...messages);
    }
    return this.store(actor, 'key.import', { owner, type, name, key });
  }

  /** Lists the account's keys, oldest first; only administrators see other users' keys in full (ruling 31). */
  async list(caller: GatewayPrincipal): Promise<ApiKey[]> {
    const records = await this.keys.listInAccount(caller.accountId);
    const mayRead = ({ userId }: UserKeyRecord) => !this.maskAll && (caller.role === 'admin' || userId === caller.id);
    const object = { kind: 'account' as const, id: caller.accountId };
    return this.read(auditActor(caller), object, records, mayRead);
  }

  /** Users' keys of all accounts, for the operator. */
  async listAll(actor: AuditActor): Promise<ApiKey[]> {
    return this.read(actor, { kind: 'keys', id: 'all' }, await this.keys.listUserKeys(), () => !this.maskAll);
  }

  /**
   * `idOrKey` as the path has it. A key carries what its owner may do, so who deletes another's must have all of that.
   * Throws `api_key_not_found`, `forbidden`.
   */
  async delete(caller: GatewayPrincipal, idOrKey: string): Promise<void> {
    const by = XID_PATTERN.test(idOrKey) ? { id: idOrKey } : { hash: hashOf(idOrKey) };
    const record = await this.keys.findInAccount(caller.accountId, by);
    if (record === null) throw notFound();
    await this.end(auditActor(caller), record, () => this.users.refuseEndingKeyOf(caller, record.userId));
  }

  /** For the operator: of any account, also an account's own. Throws `api_key_not_found`. */
  async revoke(actor: AuditActor, id: string): Promise<void> {
    const record = await this.keys.findById(id);
    if (record === null) throw notFound();
    await this.end(actor, record, async () => undefined);
  }

  /** The key of a request, if it is a private one that may speak on this surface. The use is noted to the minute. */
  async prove(key: string, surface: KeySurface): Promise<ProvenKey | null> {
    if (keyTypeOf(key) !== 'api') return null;
    const record = await this.keys.findUserKey(hashOf(key));
    if (record === null || record.type !== 'api' || !record.surfaces.includes(surface)) return null;
    const now = this.clock.date();
    if (isUseNews(record.lastUsedAt, now)) await this.keys.noteUse(record._id, now);
    return { userId: record.userId, accountId: record.accountId, keyId: record._id };
  }

  /** Encrypts again what an older key encrypted. @returns how many keys, and how many that no configured key can open. */
  reencrypt(actor: AuditActor): Promise<{ reencrypted: number; unreadable: number }> {
    const intent = { action: 'keys.reencrypt' as const, object: { kind: 'keys' as const, id: 'all' } };
    return this.audit.record(
      actor,
      intent,
      () => this.reencryptAll(),
      (after) => ({ after }),
    );
  }

  private async reencryptAll(): Promise<{ reencrypted: number; unreadable: number }> {
    let [reencrypted, unreadable] = [0, 0];
    for (const record of await this.keys.listUserKeys()) {
      if (this.cipher.isCurrent(record.cipher)) continue;
      const key = this.cipher.decrypt(record.cipher, record._id);
      if (key === null) unreadable++;
      else if (await this.keys.replaceCipher(record, this.cipher.encrypt(key, record._id))) reencrypted++;
    }
    return { reencrypted, unreadable };
  }

  private store(actor: AuditActor, action: AuditAction, made: NewKey): Promise<ApiKey> {
    const now = this.clock.date();
    const id = newXid(now.getTime());
    const record = {
      _id: id,
      accountId: made.owner.accountId,
      userId: made.owner.userId,
      type: made.type,
      name: made.name,
      surfaces: ['gateway' as const],
      hash: hashOf(made.key),
      cipher: this.cipher.encrypt(made.key, id),
      masked: maskKey(made.key),
      lastUsedAt: null,
      createdAt: now,
      updatedAt: now,
    };
    const insert = async () => {
      if (!(await this.keys.insert(record))) throw new AppError('api_key_taken', 'this key exists already');
      return { ...toApiKey({ ...record, v: 1, w: '' }), key: made.key };
    };
    const intent = { action, object: { kind: 'api_key' as const, id }, asked: auditedKey(record) };
    return this.audit.record(actor, intent, insert, () => ({ after: auditedKey(record) }));
  }

  private end(actor: AuditActor, record: ApiKeyRecord, refuse: () => Promise<void>): Promise<void> {
    const object = { kind: 'api_key' as const, id: record._id };
    const intent = { action: 'key.delete' as const, object, before: auditedKey(record) };
    return this.audit.record(
      actor,
      intent,
      async () => {
        await refuse();
        if (!(await this.keys.deleteById(record._id))) throw notFound();
      },
      () => ({ after: { deleted: true } }),
    );
  }

  /** Returns full keys only after the audit trail says who reads them. */
  private async read(
    actor: AuditActor,
    object: { kind: 'account' | 'keys'; id: string },
    records: readonly UserKeyRecord[],
    mayRead: (record: UserKeyRecord) => boolean,
  ): Promise<ApiKey[]> {
    const show = async () => records.map((record) => this.shown(record, mayRead(record)));
    const whole = records.filter(mayRead);
    if (whole.length === 0) return show();
    return this.audit.record(actor, { action: 'keys.read', object, asked: auditedReading(whole) }, show);
  }

  private shown(record: UserKeyRecord, whole: boolean): ApiKey {
    const masked = toApiKey(record);
    if (!whole) return masked;
    const key = this.cipher.decrypt(record.cipher, record._id);
    if (key !== null) return { ...masked, key };
    this.log.warn(`API key ${record._id} cannot be shown: the key that encrypted it is not in API_KEY_ENCRYPTION_KEY`);
    return masked;
  }
}

function toApiKey(record: UserKeyRecord): ApiKey {
  const { _id: id, accountId, userId, type, name, masked: key, createdAt, updatedAt, lastUsedAt } = record;
  return { id, accountId, userId, type, name, key, createdAt, updatedAt, lastUsedAt };
}
