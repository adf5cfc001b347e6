import { Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import type { Principal } from '../../../platform/common/principal.js';
import type { Client } from '../../../platform/limits/client-address.js';
import { storefrontActor } from '../../audit/actors.js';
import { AuditTrail } from '../../audit/audit-trail.service.js';
import { emailKey } from '../../user/email.js';
import { Passwords } from '../../user/passwords.js';
import { UserRepository } from '../../user/user.repository.js';
import { type NewAccount, UserService } from '../../user/user.service.js';
import type { User } from '../../user/user.types.js';
import { AccessTokens } from './access-tokens.js';
import { type LoginAttempt, LoginFailures } from './login-failures.js';

type Credentials = NonNullable<Awaited<ReturnType<UserRepository['findCredentialsByEmail']>>>;

/** One sentence for an unknown address and a wrong password, so that accounts cannot be told from it. */
const WRONG = 'Wrong e-mail or password';

/** Name under which failures are counted and addresses remembered; a changed e-mail changes neither. */
const accountOf = ({ id }: Pick<User, 'id'>): string => `storefront:${id}`;

const tokenDied = () => new AppError('unauthenticated', 'Unauthorized');

/** Issues and revokes tokens. Every method that returns a string returns an access token. */
@Injectable()
export class SessionService {
  constructor(
    private readonly users: UserRepository,
    private readonly accounts: UserService,
    private readonly passwords: Passwords,
    private readonly failures: LoginFailures,
    private readonly tokens: AccessTokens,
    private readonly audit: AuditTrail,
  ) {}

  /** Throws `email_taken`, `overloaded`. */
  async register(account: NewAccount, client: Client): Promise<string> {
    const user = await this.accounts.create(null, account);
    await this.failures.remember(accountOf(user), client);
    return this.tokens.issue(user);
  }

  /** Throws `bad_credentials`, `rate_limited`, `overloaded`. */
  async login(email: string, password: string, client: Client): Promise<string> {
    const found = await this.users.findCredentialsByEmail(email);
    const attempt = await this.failures.begin(
      found === null ? `storefront-email:${emailKey(email)}` : accountOf(found.user),
      client,
    );
    return this.tokens.issue(await this.prove(found, password, attempt));
  }

  /**
   * Kills all other tokens; an administrator's change goes into the audit trail. Throws `bad_credentials`, `rate_limited`,
   * `overloaded`, `unauthenticated`.
   */
  async changePassword(caller: Principal, current: string, next: string, client: Client): Promise<string> {
    const found = await this.users.findCredentialsById(caller.id);
    if (found === null) throw tokenDied();
    const attempt = await this.failures.begin(accountOf(found.user), client);
    const user = await this.prove(found, current, attempt);
    const passwordHash = await this.passwords.hash(next);
    const replace = async () => {
      const version = await this.users.replacePassword(user.id, user.tokenVersion, passwordHash);
      if (version === null) throw tokenDied();
      return version;
    };
    const tokenVersion = await (user.isAdmin ? this.audited(user, replace) : replace());
    return this.tokens.issue({ ...user, tokenVersion });
  }

  /** Kills every token of the caller, this one too. */
  async logoutEverywhere(caller: Principal): Promise<void> {
    await this.users.bumpTokenVersion(caller.id);
  }

  private audited(user: User, replace: () => Promise<number>): Promise<number> {
    const object = { kind: 'storefront_user', id: user.id } as const;
    return this.audit.record(storefrontActor(user), { action: 'user.password', object }, replace, () => ({
      after: { passwordReplaced: true },
    }));
  }

  private async prove(found: Credentials | null, password: string, attempt: LoginAttempt): Promise<User> {
    const right = await this.passwords.matches(password, found?.passwordHash);
    if (found === null || !right) {
      await this.failures.count(attempt);
      throw new AppError('bad_credentials', WRONG);
    }
    // Parallel guesses pass the first check together; a right one among them must not count once the limit is used up.
    await this.failures.refuseLocked(attempt);
    await this.failures.remember(attempt.account, attempt.client);
    return found.user;
  }
}
