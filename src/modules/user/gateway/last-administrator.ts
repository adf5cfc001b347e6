import { Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { GatewayUserRepository } from './gateway-user.repository.js';
import type { GatewayUserRecord } from './gateway-user.schema.js';

/** A leave takes milliseconds; a mark this old is of a process that died over it. */
const STALE_MS = 60_000;

export const isActiveAdministrator = ({ role, status, deletedAt }: GatewayUserRecord): boolean =>
  role === 'admin' && status === 'active' && deletedAt === null;

/**
 * An account never loses its last active administrator, also when two leave at once. Who leaves is marked first, then the
 * others without a mark are counted, and only then the mark becomes the change. Two who leave together see each other's
 * marks, so at most one of them counts an administrator who stays.
 */
@Injectable()
export class LastAdministrator {
  constructor(
    private readonly users: GatewayUserRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns the marked version, whose next swap must clear the mark; null when somebody changed the user meanwhile.
   * Throws AppError `last_administrator`, the mark taken back.
   */
  async markLeaving(user: GatewayUserRecord): Promise<GatewayUserRecord | null> {
    const marked = await this.users.swap(user, { leavingSince: this.clock.date() });
    if (marked === null) return null;
    if (await this.anotherStays(marked)) return marked;
    await this.users.swap(marked, { leavingSince: null });
    throw new AppError('last_administrator', 'the account needs an active administrator');
  }

  private async anotherStays(leaving: GatewayUserRecord): Promise<boolean> {
    const staleBefore = this.clock.now() - STALE_MS;
    for (const other of await this.users.listActiveAdministrators(leaving.accountId)) {
      if (other._id === leaving._id) continue;
      if (other.leavingSince === null) return true;
      // Its swap changes the version, so whoever set the mark and is still alive fails to leave on it.
      const stale = other.leavingSince.getTime() < staleBefore;
      if (stale && (await this.users.swap(other, { leavingSince: null })) !== null) return true;
    }
    return false;
  }
}
