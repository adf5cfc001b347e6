import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AccountKeyService } from '../../modules/auth/api-key/account-key.service.js';
import type { ProvenSecret } from '../../modules/auth/api-key/api-key.types.js';
import { AppError } from '../../platform/common/app-error.js';

type KomojuRequest = FastifyRequest & { user?: ProvenSecret };

/** Keys that a merchant's pages show to everybody: no resource of this language takes one (decision K14). */
const PUBLISHABLE = /^pk_\w/;

/**
 * Proves the secret key in `Authorization: Basic`, whose password is ignored. Whatever is wrong with a credential, the answer is
 * the same 401; who proves to have a key of another surface, or sends a publishable one, is told 403. A store that cannot be
 * asked is 503.
 */
@Injectable()
export class KomojuGuard implements CanActivate {
  constructor(private readonly keys: AccountKeyService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<KomojuRequest>();
    const { userName, password } = credentialOf(request.headers.authorization);
    const proven = userName === '' ? null : await this.keys.proveSecret(userName, 'komoju');
    if (proven === null) throw await this.refusal(userName, password);
    request.user = proven;
    return true;
  }

  private async refusal(userName: string, password: string): Promise<AppError> {
    if (PUBLISHABLE.test(userName)) return new AppError('forbidden', 'a publishable key');
    for (const key of [userName, password])
      if (key !== '' && (await this.keys.isElsewhere(key, 'komoju')))
        return new AppError('forbidden', 'a key of another surface');
    return new AppError('unauthenticated', 'unauthorized');
  }
}

/**
 * Returns the two halves of Basic, empty where there are none; other schemes' text is a password, which proves nothing here. Some
 * clients break the Base64 into lines (contract komoju 1).
 */
function credentialOf(authorization = ''): { userName: string; password: string } {
  const [, scheme = '', text = ''] = /^\s*(?:(\w+)\s+)?(.*)$/s.exec(authorization) ?? [];
  if (scheme.toLowerCase() !== 'basic') return { userName: '', password: text.trim() };
  const pair = Buffer.from(text.replace(/\s/g, ''), 'base64').toString();
  const colon = pair.indexOf(':');
  return colon < 0
    ? { userName: '', password: pair }
    : { userName: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

/** Returns whom the guard has proven. */
export function provenKey(request: FastifyRequest): ProvenSecret {
  const { user } = request as KomojuRequest;
  if (user === undefined) throw new Error('no proven key: the route has no guard');
  return user;
}
