import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AccountKeyService } from '../../modules/auth/api-key/account-key.service.js';
import type { ProvenAccountKey } from '../../modules/auth/api-key/api-key.types.js';
import { AppError } from '../../platform/common/app-error.js';

type GhostRequest = FastifyRequest & { user?: ProvenAccountKey };

/**
 * Proves the pair of keys in `Authorization: Basic` (decision H5). Whatever is wrong with a credential, the answer is the same
 * 401; only who proves to have a key of another surface is told 403. A store that cannot be asked is 503.
 */
@Injectable()
export class GhostGuard implements CanActivate {
  constructor(private readonly pairs: AccountKeyService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<GhostRequest>();
    const credential = credentialOf(request.headers.authorization);
    const proven = 'secretKey' in credential ? await this.prove(credential) : null;
    if (proven === null) throw await this.refusal(Object.values(credential));
    request.user = proven;
    return true;
  }

  private prove({ publicKey, secretKey }: Pair): Promise<ProvenAccountKey | null> {
    return this.pairs.prove(publicKey, secretKey, 'ghost');
  }

  private async refusal(keys: readonly string[]): Promise<AppError> {
    for (const key of keys)
      if (await this.pairs.isElsewhere(key, 'ghost')) return new AppError('forbidden', 'a key of another surface');
    return new AppError('unauthenticated', 'unauthorized');
  }
}

interface Pair {
  readonly publicKey: string;
  readonly secretKey: string;
}

/** Returns the pair, or the one key that other surfaces take, with or without the scheme word. */
function credentialOf(authorization = ''): Pair | { readonly key: string } {
  const [, scheme = '', text = ''] = /^\s*(?:(\w+)\s+)?(\S+)\s*$/.exec(authorization) ?? [];
  if (scheme.toLowerCase() !== 'basic') return { key: text };
  const pair = Buffer.from(text, 'base64').toString();
  const colon = pair.indexOf(':');
  return colon < 0 ? { key: pair } : { publicKey: pair.slice(0, colon), secretKey: pair.slice(colon + 1) };
}

/** Returns whom the guard has proven. */
export function provenKey(request: FastifyRequest): ProvenAccountKey {
  const { user } = request as GhostRequest;
  if (user === undefined) throw new Error('no proven key: the route has no guard');
  return user;
}
