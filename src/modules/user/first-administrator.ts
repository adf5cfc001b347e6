import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { AppError } from '../../platform/common/app-error.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { startActor } from '../audit/actors.js';
import { personal } from '../audit/audit-state.js';
import { AuditTrail } from '../audit/audit-trail.service.js';
import { emailKey, normalizeEmail } from './email.js';
import { EmailKeys } from './email-keys.js';
import { Passwords } from './passwords.js';
import { UserRepository } from './user.repository.js';
import type { User } from './user.types.js';

/**
 * The one place that makes an administrator: who ADMIN_EMAIL names, at start. An account that is there already is promoted
 * only if ADMIN_PASSWORD is its password: registering is public, so the address alone proves nothing. Both are audited.
 */
@Injectable()
export class FirstAdministrator implements OnApplicationBootstrap {
  private readonly log = new Logger(FirstAdministrator.name);

  constructor(
    private readonly users: UserRepository,
    private readonly emailKeys: EmailKeys,
    private readonly passwords: Passwords,
    private readonly audit: AuditTrail,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.admin === null) return;
    const { password } = this.config.admin;
    const { email: named } = this.config.admin;
    if (await this.promote(named, password)) return;
    await this.emailKeys.settle(); // an older account may have the address in another spelling
    if (await this.promote(named, password)) return;
    if (await this.create(normalizeEmail(named), password)) this.log.log('The first administrator was created');
    else await this.promote(named, password); // another instance, or a registration, was faster
  }

  /** @returns false when the address is taken by now. */
  private async create(email: string, password: string): Promise<boolean> {
    const passwordHash = await this.passwords.hash(password);
    const id = derivedUserId(emailKey(email));
    const admin = { userName: 'Administrator', email, passwordHash, isAdmin: true };
    const asked = { email: personal(email), isAdmin: true };
    try {
      await this.audit.record(
        startActor('ADMIN_EMAIL'),
        { action: 'user.create', object: { kind: 'storefront_user', id }, asked },
        async () => {
          if ((await this.users.insert(admin, id)) === null) throw new AppError('email_taken', 'Somebody was faster');
        },
        () => ({ after: asked }),
      );
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'email_taken') return false;
      throw error;
    }
  }

  /** @returns whether there is such a user, made an administrator or not. */
  private async promote(email: string, password: string): Promise<boolean> {
    const found = await this.users.findCredentialsByEmail(email);
    if (found === null) return false;
    if (found.user.isAdmin) return true;
    if (!(await this.passwords.matches(password, found.passwordHash))) {
      this.log.error(
        'ADMIN_EMAIL is registered with another password than ADMIN_PASSWORD: nobody was made administrator',
      );
    } else if (await this.makeAdmin(found.user)) {
      this.log.warn(`User ${found.user.id} is an administrator now, as ADMIN_EMAIL says`);
    }
    return true;
  }

  /** @returns false when the user is gone. */
  private makeAdmin({ id, email }: User): Promise<boolean> {
    return this.audit.record(
      startActor('ADMIN_EMAIL'),
      {
        action: 'user.rights',
        object: { kind: 'storefront_user', id },
        before: { email: personal(email), isAdmin: false },
        asked: { isAdmin: true },
      },
      () => this.users.makeAdmin(id),
      (made) => ({ after: made ? { email: personal(email), isAdmin: true } : { deleted: true } }),
    );
  }
}

/** Derived, so that instances that start together collide on `_id` even before the unique index on e-mail is built. */
function derivedUserId(key: string): string {
  return createHash('sha256').update(`first-administrator|${key}`).digest('hex').slice(0, 24);
}
