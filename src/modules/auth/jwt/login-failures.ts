import { Inject, Injectable } from '@nestjs/common';
import { derivedId } from '../../../platform/common/id.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { clientAddress } from '../../../platform/limits/client-address.js';
import { tooMany } from '../../../platform/limits/rate-limiters.js';
import { type RateWindow, RateWindows } from '../../../platform/limits/rate-windows.js';

/** Who tries: the account named, whether it exists or not, and the client's IP address. */
export interface LoginAttempt {
  /** The e-mail address, or the gateway's username behind `gateway:`. */
  readonly account: string;
  readonly ip: string;
}

/** Failed logins per account and per address. Successful ones do not count. */
@Injectable()
export class LoginFailures {
  private readonly max: number;
  private readonly windowMs: number;

  constructor(
    private readonly windows: RateWindows,
    @Inject(CONFIG) { limits }: Config,
  ) {
    this.max = limits.loginFailures;
    this.windowMs = limits.loginWindowMs;
  }

  /** Throws `rate_limited` once the limit is reached, whatever the password. */
  async refuseLocked(attempt: LoginAttempt): Promise<void> {
    const windows = await Promise.all(keys(attempt).map((key) => this.windows.peek(key, this.windowMs)));
    this.refuse(windows.filter(({ count }) => count >= this.max));
  }

  /** Counts a failure; throws `rate_limited` when parallel attempts have used up the limit meanwhile. */
  async count(attempt: LoginAttempt): Promise<void> {
    // One after the other: taken together, two attempts could each get one of the last two places and both be refused.
    for (const key of keys(attempt)) {
      const window = await this.windows.take(key, this.windowMs, this.max);
      if (!window.taken) this.refuse([window]);
    }
  }

  private refuse(full: readonly Pick<RateWindow, 'resetsInMs'>[]): void {
    if (full.length > 0) throw tooMany(Math.max(...full.map(({ resetsInMs }) => resetsInMs)));
  }
}

/** The account is hashed: the counters are no list of who tried to log in. */
function keys({ account, ip }: LoginAttempt): string[] {
  return [`login:account:${derivedId('login', account)}`, `login:ip:${clientAddress(ip)}`];
}
