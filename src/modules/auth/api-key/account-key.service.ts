import { Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { newXid } from '../../../platform/common/xid.js';
import { AuditTrail } from '../../audit/audit-trail.service.js';
import type { AuditActor } from '../../audit/audit.types.js';
import { auditedKey } from './api-key.audit.js';
import { ApiKeyRepository } from './api-key.repository.js';
import type { AccountKeyRecord } from './api-key.schema.js';
import type { AccountKey, AccountKeySurface, ProvenAccountKey, ProvenSecret } from './api-key.types.js';
import { hashOf, maskKey, newAccountKey } from './key-text.js';
import { isUseNews } from './key-use.js';

interface NewAccountKey {
  readonly accountId: string;
  readonly surface: AccountKeySurface;
  readonly name: string;
}

/**
 * Keys of a merchant account, for surfaces without users: pairs, or secrets alone. Nothing is cached: a revoked one is dead with
 * the next request, everywhere. The secret is stored as a hash only, so it is shown once.
 */
@Injectable()
export class AccountKeyService {
  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Makes a key or a pair; the answer, and no other, shows the secret. */
  create(actor: AuditActor, { accountId, surface, name }: NewAccountKey): Promise<AccountKey> {
    const now = this.clock.date();
    const { publicKey, secretKey } = newAccountKey(surface);
    const record: Omit<AccountKeyRecord, 'v' | 'w'> = {
      _id: newXid(now.getTime()),
      accountId,
      type: 'secret',
      name,
      surfaces: [surface],
      publicKey,
      hash: hashOf(secretKey),
      masked: maskKey(secretKey),
      lastUsedAt: null,
      createdAt: now,
      updatedAt: now,
    };
    const insert = async () => {
      if (!(await this.keys.insert(record))) throw new AppError('api_key_taken', 'this key exists already');
      return { ...toAccountKey(record), secretKey };
    };
    const object = { kind: 'api_key' as const, id: record._id };
    const intent = { action: 'key.create' as const, object, asked: auditedKey(record) };
    return this.audit.record(actor, intent, insert, () => ({ after: auditedKey(record) }));
  }

  /** For the operator: of all accounts, oldest first, with masked secrets. */
  async listAll(): Promise<AccountKey[]> {
    return (await this.keys.listAccountKeys()).map(toAccountKey);
  }

  /** Returns whom the pair proves on this surface; null unless both keys are of one pair. */
  async prove(publicKey: string, secretKey: string, surface: AccountKeySurface): Promise<ProvenAccountKey | null> {
    const proven = await this.proven(publicKey, secretKey, surface);
    return proven === null ? null : { ...proven, publicKey };
  }

  /** Returns whom the secret proves on a surface whose clients send it alone. */
  proveSecret(secretKey: string, surface: AccountKeySurface): Promise<ProvenSecret | null> {
    return this.proven(null, secretKey, surface);
  }

  /** Notes the use to the minute. */
  private async proven(
    publicKey: string | null,
    secretKey: string,
    surface: AccountKeySurface,
  ): Promise<ProvenSecret | null> {
    const record = await this.keys.findAccountKey(hashOf(secretKey));
    if (record === null || record.publicKey !== publicKey || !record.surfaces.includes(surface)) return null;
    const now = this.clock.date();
    if (isUseNews(record.lastUsedAt, now)) await this.keys.noteUse(record._id, now);
    return { accountId: record.accountId, keyId: record._id };
  }

  /** Returns whether it is a secret that speaks on some other surface than the one that asks: a user's or an account's. */
  async isElsewhere(key: string, surface: AccountKeySurface): Promise<boolean> {
    const record = await this.keys.findSecret(hashOf(key));
    return record !== null && !record.surfaces.some((one) => one === surface);
  }
}

function toAccountKey(record: Omit<AccountKeyRecord, 'v' | 'w'>): AccountKey {
  const { _id: id, accountId, surfaces, name, publicKey, masked: secretKey, createdAt, lastUsedAt } = record;
  return { id, accountId, surface: surfaces[0], name, publicKey, secretKey, createdAt, lastUsedAt };
}
