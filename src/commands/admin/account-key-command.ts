import type { INestApplicationContext } from '@nestjs/common';
import { IsOptional, MaxLength } from 'class-validator';
import type { CommandOptions } from './command-options.js';
import { checked } from './checked.js';
import { commandLineActor } from '../../modules/audit/actors.js';
import { AccountKeyService } from '../../modules/auth/api-key/account-key.service.js';
import { ACCOUNT_KEY_SURFACES, type AccountKey } from '../../modules/auth/api-key/api-key.types.js';
import { type Account, AccountService, DEFAULT_ACCOUNT } from '../../modules/merchant/account.service.js';
import { AppError, invalidRequest } from '../../platform/common/app-error.js';
import { CreateApiKey } from '../../surfaces/gateway/api-key/api-key.dto.js';
import { IsEmailAddress, NoInvisible, TypedEmail } from '../../surfaces/shared/field-rules.js';

class OwnerAddress {
  @IsOptional()
  @MaxLength(254)
  @NoInvisible()
  @IsEmailAddress()
  @TypedEmail()
  email?: string;
}

/** Returns the account that an option names. Throws AppError `validation_failed` for what is no name. */
export function accountOf(app: INestApplicationContext, name: string = DEFAULT_ACCOUNT): Promise<Account> {
  if (!/^[\w.-]{1,50}$/.test(name))
    throw new AppError('validation_failed', 'account must be 1 to 50 letters, digits or ._-');
  return app.get(AccountService, { strict: false }).named(name);
}

/** `npm run admin -- create-key --surface …`: a key, or a pair, of an account's. Only this answer shows the secret. */
export async function createAccountKey(app: INestApplicationContext, options: CommandOptions): Promise<object> {
  const surface = ACCOUNT_KEY_SURFACES.find((one) => one === options['surface']);
  if (surface === undefined) throw invalidRequest(`surface must be one of ${ACCOUNT_KEY_SURFACES.join(', ')}`);
  const { name } = await checked({ name: options['name'], type: 'api' }, CreateApiKey);
  const { email } = await checked({ email: options['email'] }, OwnerAddress);
  if (surface !== 'ghost' && email !== undefined) throw invalidRequest('email belongs to a key of ghost');
  const account = await accountOf(app, options['account']);
  const number = surface === 'ghost' ? await numberOf(app, account, email) : undefined;
  const keys = app.get(AccountKeyService, { strict: false });
  const made = await keys.create(commandLineActor(), { accountId: account.id, surface, name });
  return {
    id: made.id,
    surface,
    name: made.name,
    account: account.name,
    ...(number !== undefined && { accountId: number }),
    ...(made.publicKey === null ? { key: made.secretKey } : { publicKey: made.publicKey, secretKey: made.secretKey }),
    created_at: made.createdAt.toISOString(),
  };
}

/** Returns the number by which a client of ghost knows the account. */
async function numberOf(app: INestApplicationContext, { id }: Account, email: string | undefined): Promise<number> {
  return (await app.get(AccountService, { strict: false }).numbered(id, email)).number;
}

/** An account's key in a list, in the words of the users' keys beside it; `key` is masked. */
export function shownAccountKey(key: AccountKey): object {
  return {
    id: key.id,
    account_id: key.accountId,
    surface: key.surface,
    name: key.name,
    ...(key.publicKey !== null && { public_key: key.publicKey }),
    key: key.secretKey,
    created_at: key.createdAt.toISOString(),
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
  };
}
