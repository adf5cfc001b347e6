import { Injectable } from '@nestjs/common';
import { GatewayUserRepository } from '../../user/gateway/gateway-user.repository.js';
import { toGatewayUser } from '../../user/gateway/gateway-user.mapper.js';
import { type GatewayPrincipal, toPrincipal } from '../../user/gateway/gateway-user.types.js';
import { ApiKeyService } from '../api-key/api-key.service.js';
import { GatewayTokens } from './gateway-tokens.js';

/** Turns a credential into a Principal. Key and user are read for every request, so that whatever ends one counts at once. */
@Injectable()
export class GatewayAuthentication {
  constructor(
    private readonly users: GatewayUserRepository,
    private readonly keys: ApiKeyService,
    private readonly tokens: GatewayTokens,
  ) {}

  /** A private key bound to the gateway. @returns null when it proves nobody. Throws StoreError. */
  async byKey(key: string): Promise<GatewayPrincipal | null> {
    const owner = await this.keys.prove(key, 'gateway');
    return owner === null ? null : this.principal(owner.userId, `api_key ${owner.keyId}`);
  }

  /** A control-panel token. @returns null when it proves nobody. Throws StoreError. */
  async byToken(token: string): Promise<GatewayPrincipal | null> {
    const subject = await this.tokens.verify(token);
    return subject === null ? null : this.principal(subject.userId, 'token', subject.tokenVersion);
  }

  private async principal(userId: string, credential: string, tokenVersion?: number): Promise<GatewayPrincipal | null> {
    const user = await this.users.findById(userId);
    if (user?.status !== 'active') return null;
    if (tokenVersion !== undefined && user.tokenVersion !== tokenVersion) return null;
    return toPrincipal(toGatewayUser(user), credential);
  }
}
