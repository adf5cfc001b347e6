import { Injectable } from '@nestjs/common';
import { AppError, invalidRequest } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import type { Client } from '../../../platform/limits/client-address.js';
import { tooMany } from '../../../platform/limits/rate-limiters.js';
import { RateWindows } from '../../../platform/limits/rate-windows.js';
import { AuditTrail } from '../../audit/audit-trail.service.js';
import { isPassword, PASSWORD_RULE } from '../../user/gateway/credential-rules.js';
import { auditActor } from '../../user/gateway/gateway-user.audit.js';
import { GatewayUserRepository, usernameKey } from '../../user/gateway/gateway-user.repository.js';
import type { GatewayUserRecord } from '../../user/gateway/gateway-user.schema.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import { Passwords } from '../../user/passwords.js';
import { LoginFailures } from '../jwt/login-failures.js';
import { GatewayTokens } from './gateway-tokens.js';

/** Contract gateway 3.6. */
const WRONG_PASSWORDS = 5;
const WRONG_PASSWORDS_WINDOW_MS = 15 * 60_000;

const unauthorized = () => new AppError('unauthenticated', 'unauthorized');
export interface PasswordChange {
  readonly username: string;
  readonly currentPassword: string;
  readonly newPassword: string;
}

/** Log-ins to the control panel, and the passwords they need. */
@Injectable()
export class GatewaySessionService {
  constructor(
    private readonly users: GatewayUserRepository,
    private readonly passwords: Passwords,
    private readonly failures: LoginFailures,
    private readonly tokens: GatewayTokens,
    private readonly windows: RateWindows,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /**
   * A control-panel token. One answer for an unknown name, a wrong password and a disabled user.
   * Throws `unauthenticated`, `rate_limited`, `overloaded`.
   */
  async login(username: string, password: string, client: Client): Promise<string> {
    const user = await this.users.findByUsername(username);
    const account = user === null ? `gateway-name:${usernameKey(username)}` : `gateway:${user._id}`;
    const attempt = await this.failures.begin(account, client);
    const right = await this.passwords.matches(password, user?.passwordHash);
    if (user === null || !right || user.status !== 'active') {
      await this.failures.count(attempt);
      throw unauthorized();
    }
    // Parallel guesses pass the first check together; a right one among them must not count once the limit is used up.
    await this.failures.refuseLocked(attempt);
    await this.failures.remember(attempt.account, attempt.client);
    return this.tokens.issue({ userId: user._id, tokenVersion: user.tokenVersion });
  }

  /**
   * Kills the user's tokens; keys stay. Throws `unauthenticated` when the name is another's, `wrong_password`,
   * `validation_failed`, `rate_limited`, `overloaded`.
   */
  async changePassword(caller: GatewayPrincipal, change: PasswordChange): Promise<void> {
    if (usernameKey(change.username) !== usernameKey(caller.username)) throw unauthorized();
    const user = await this.users.findById(caller.id);
    if (user === null) throw unauthorized();
    await this.prove(user, change.currentPassword);
    if (!isPassword(change.newPassword)) throw invalidRequest(`new_password must be ${PASSWORD_RULE}`);
    if (change.newPassword === change.currentPassword)
      throw invalidRequest('new_password must differ from current_password');
    const passwordHash = await this.passwords.hash(change.newPassword);
    const updatedAt = this.clock.date();
    await this.audit.record(
      auditActor(caller),
      { action: 'user.password', object: { kind: 'gateway_user', id: caller.id } },
      async () => {
        const changed = await this.users.swap(user, { passwordHash, tokenVersion: user.tokenVersion + 1, updatedAt });
        if (changed === null) throw new AppError('overloaded', 'the user is being changed', { retryAfterSeconds: 1 });
      },
      () => ({ after: { passwordReplaced: true } }),
    );
  }

  private async prove(user: GatewayUserRecord, password: string): Promise<void> {
    const key = `gateway:password:${user._id}`;
    const seen = await this.windows.peek(key, WRONG_PASSWORDS_WINDOW_MS);
    if (seen.count >= WRONG_PASSWORDS) throw tooMany(seen.resetsInMs);
    if (await this.passwords.matches(password, user.passwordHash)) {
      // As in `login`: a right guess among parallel wrong ones does not count.
      const now = await this.windows.peek(key, WRONG_PASSWORDS_WINDOW_MS);
      if (now.count >= WRONG_PASSWORDS) throw tooMany(now.resetsInMs);
      return;
    }
    const counted = await this.windows.take(key, WRONG_PASSWORDS_WINDOW_MS, WRONG_PASSWORDS);
    if (!counted.taken) throw tooMany(counted.resetsInMs);
    throw new AppError('wrong_password', 'current_password is wrong');
  }
}
