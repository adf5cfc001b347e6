import { Injectable } from '@nestjs/common';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import { GatewayUserService } from '../../user/gateway/gateway-user.service.js';
import { ApiKeyRepository } from '../api-key/api-key.repository.js';

@Injectable()
export class GatewayUserRemoval {
  constructor(
    private readonly users: GatewayUserService,
    private readonly keys: ApiKeyRepository,
  ) {}

  /**
   * Ends a user with their keys. The user goes first: keys of a deleted user prove nobody, so those that a crash leaves
   * behind are only entries in a list. Throws as GatewayUserService.delete.
   */
  async remove(caller: GatewayPrincipal, userId: string): Promise<void> {
    await this.users.delete(caller, userId);
    await this.keys.deleteOfUser(userId);
  }
}
