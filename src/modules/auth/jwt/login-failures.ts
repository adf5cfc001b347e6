import { Inject, Injectable } from '@nestjs/common';
import { DAY } from '../../../platform/common/duration.js';
import { derivedId } from '../../../platform/common/id.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { type Client, clientAddress } from '../../../platform/limits/client-address.js';
import { tooMany } from '../../../platform/limits/rate-limiters.js';
import { RateWindows } from '../../../platform/limits/rate-windows.js';
import { KnownAddresses } from './known-addresses.js';

/** A login that is allowed to be tried. */
export interface LoginAttempt {
  readonly account: string;
  readonly client: Client;
  /** The account has logged in from there: failures of others do not lock it, its own do not lock others. */
  readonly known: boolean;
}

interface Limit {
  readonly key: string;
  readonly windowMs: number;
  readonly max: number;
}

/**
 * Failed logins. Few per address, whatever the account, so that nobody guesses; those for one account from one address
 * are among them. Many more per account from all addresses, which is what a distributed guess costs, and none of that where
 * the account has logged in before: wrong passwords from elsewhere keep no owner out. Successes do not count.
 */
@Injectable()
export class LoginFailures {
  private readonly limits: Config['limits'];

  constructor(
    private readonly windows: RateWindows,
    private readonly addresses: KnownAddresses,
    @Inject(CONFIG) { limits }: Config,
  ) {
    this.limits = limits;
  }

  /**
   * `account` is the user's id behind the name of their surface or, for an account that does not exist, the name tried.
   * Throws `rate_limited` once a limit is reached, whatever the password.
   */
  async begin(account: string, client: Client): Promise<LoginAttempt> {
    const known = await this.addresses.has(account, clientAddress(client.ip));
    const attempt = { account, client, known };
    await this.refuseLocked(attempt);
    return attempt;
  }

  /** Throws `rate_limited` when parallel attempts have used up a limit meanwhile. */
  async refuseLocked(attempt: LoginAttempt): Promise<void> {
    const full = await Promise.all(
      this.limitsOf(attempt).map(async ({ key, windowMs, max }) => {
        const { count, resetsInMs } = await this.windows.peek(key, windowMs);
        return count >= max ? resetsInMs : 0;
      }),
    );
    const waitMs = Math.max(...full);
    if (waitMs > 0) throw tooMany(waitMs);
  }

  /** Counts a failure; throws `rate_limited` when parallel attempts have used up a limit meanwhile. */
  async count(attempt: LoginAttempt): Promise<void> {
    // One after the other: taken together, two attempts could each get one of the last two places and both be refused. The
    // address comes first: once it is locked it takes no more places of the account.
    for (const { key, windowMs, max } of this.limitsOf(attempt)) {
      const { taken, resetsInMs } = await this.windows.take(key, windowMs, max);
      if (!taken) throw tooMany(resetsInMs);
    }
  }

  /** The account has proven itself from there: from now on the address is known. */
  async remember(account: string, { ip, certain }: Client): Promise<void> {
    if (certain) await this.addresses.remember(account, clientAddress(ip));
  }

  private limitsOf({ account, client, known }: LoginAttempt): Limit[] {
    const { loginFailures, loginFailuresPerAccount, loginFailuresPerAccountAndDay, loginWindowMs } = this.limits;
    const byAddress = { key: `login:ip:${clientAddress(client.ip)}`, windowMs: loginWindowMs, max: loginFailures };
    if (known) return [byAddress];
    // Hashed: the counters are no list of who tried to log in.
    const id = derivedId('login', account);
    return [
      byAddress,
      { key: `login:account:${id}`, windowMs: loginWindowMs, max: loginFailuresPerAccount },
      { key: `login:account-day:${id}`, windowMs: DAY, max: loginFailuresPerAccountAndDay },
    ];
  }
}
