import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/audit-trail.service.js';
import { auditActor, auditedUser } from '../../user/gateway/gateway-user.audit.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import { GatewayUserService } from '../../user/gateway/gateway-user.service.js';
import { ApiKeyRepository } from '../api-key/api-key.repository.js';

@Injectable()
export class GatewayUserRemoval {
  constructor(
    private readonly users: GatewayUserService,
    private readonly keys: ApiKeyRepository,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Ends a user with their keys. The user goes first: keys of a deleted user prove nobody, so those that a crash leaves
   * behind are only entries in a list. Throws as GatewayUserService.delete.
   */
  async remove(caller: GatewayPrincipal, userId: string): Promise<void> {
    const user = await this.users.read(caller, userId);
    await this.audit.record(
      auditActor(caller),
      { action: 'user.delete', object: { kind: 'gateway_user', id: userId }, before: auditedUser(user) },
      async () => {
        await this.users.delete(caller, userId);
        return this.keys.deleteOfUser(userId);
      },
      (keys) => ({ after: { deleted: true, keysDeleted: keys } }),
    );
  }
}
