import { Get, Param } from '@nestjs/common';
import type { ProvenAccountKey } from '../../../modules/auth/api-key/api-key.types.js';
import { AccountService } from '../../../modules/merchant/account.service.js';
import { CurrentKey, GhostController, GhostErrors } from '../ghost.dialect.js';
import { AccountNumberPipe, ApiAccountNumber } from './account-number.pipe.js';
import { GhostAccountAnswer } from './account.dto.js';
import { toGhostAccount } from './account.mapper.js';

@GhostController('accounts', 'ghost account')
export class GhostAccountController {
  constructor(private readonly accounts: AccountService) {}

  /** The caller's own account; any other number is 404. */
  @Get(':accountId')
  @ApiAccountNumber('accountId')
  @GhostErrors(400, 404)
  async read(
    @CurrentKey() key: ProvenAccountKey,
    @Param('accountId', new AccountNumberPipe()) number: number,
  ): Promise<GhostAccountAnswer> {
    return { doc: toGhostAccount(await this.accounts.getNumbered(key.accountId, number), key.publicKey) };
  }
}
