import type { Account } from '../../../modules/merchant/account.service.js';
import type { GhostAccount } from './account.dto.js';

export function toGhostAccount(account: Account & { readonly number: number }, publicKey: string): GhostAccount {
  return {
    id: account.number,
    name: account.name,
    email: account.email,
    currency: account.currency,
    publicKey,
    createdAt: account.createdAt.toISOString(),
    updatedAt: account.updatedAt.toISOString(),
  };
}
