import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AccountKeyService } from '../../modules/auth/api-key/account-key.service.js';
import { AccountService, DEFAULT_ACCOUNT } from '../../modules/merchant/account.service.js';
import { AppError } from '../../platform/common/app-error.js';
import { CONFIG, type Config } from '../../platform/config/config.js';

/** Account that a request acts for. */
export interface CensusCaller {
  readonly accountId: string;
}

type CensusRequest = FastifyRequest & { user?: CensusCaller };

/**
 * Proves a key of this surface, sent as `Authorization: Bearer <key>`, as `Authorization: <key>` or as `X-Api-Key` (decision C1).
 * Whatever is wrong with it, the answer is the same 401.
 */
@Injectable()
export class CensusGuard implements CanActivate {
  constructor(
    private readonly keys: AccountKeyService,
    private readonly accounts: AccountService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<CensusRequest>();
    const { accountId } = this.config.census.wantsKey ? await this.proven(request) : await this.anybody();
    request.user = { accountId };
    return true;
  }

  private async proven({ headers }: FastifyRequest): Promise<CensusCaller> {
    const key = headers.authorization === undefined ? headers['x-api-key'] : bare(headers.authorization);
    const proven = typeof key === 'string' && key !== '' ? await this.keys.proveSecret(key, 'census') : null;
    if (proven === null) throw new AppError('unauthenticated', 'unauthorized');
    return proven;
  }

  private async anybody(): Promise<CensusCaller> {
    return { accountId: (await this.accounts.named(DEFAULT_ACCOUNT)).id };
  }
}

/** Takes the key out of its scheme word, if it has one. */
function bare(authorization: string): string {
  return authorization.trim().replace(/^bearer\s+/i, '');
}

/** Returns whom the guard has proven. */
export function provenCaller(request: FastifyRequest): CensusCaller {
  const { user } = request as CensusRequest;
  if (user === undefined) throw new Error('no proven caller: the route has no guard');
  return user;
}
