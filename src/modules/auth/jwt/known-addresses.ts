import { Inject, Injectable } from '@nestjs/common';
import { createHmac, hkdfSync } from 'node:crypto';
import { Clock, SystemClock } from '../../../platform/common/clock.js';
import { DAY } from '../../../platform/common/duration.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { LoginAddressesRepository } from './login-addresses.repository.js';
import type { KnownAddress } from './login-addresses.schema.js';

const KNOWN_FOR_MS = 30 * DAY;
const PER_ACCOUNT = 20;
/** Logins of one account from new addresses that meet each other; who loses each time is recorded by the next login. */
const TRIES = 5;

const machine = new SystemClock();

/** Remembers the addresses from which each account has logged in lately. Every method may throw StoreError. */
@Injectable()
export class KnownAddresses {
  private readonly key: Buffer;

  constructor(
    private readonly records: LoginAddressesRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) { storefront }: Config,
  ) {
    // From the configuration, never from the database: who has a dump could try all four billion IPv4 addresses.
    this.key = Buffer.from(hkdfSync('sha256', storefront.jwtSecret, '', 'login-addresses', 32));
  }

  async has(account: string, address: string): Promise<boolean> {
    const record = await this.records.find(account);
    return this.current(record?.addresses ?? []).some(({ hash }) => hash === this.hash(account, address));
  }

  /** Remembers an address with at most one write a day. */
  async remember(account: string, address: string): Promise<void> {
    const hash = this.hash(account, address);
    const at = this.clock.date();
    for (let tries = 0; tries < TRIES; tries++) {
      const seen = await this.records.find(account);
      const known = this.current(seen?.addresses ?? []);
      if (known.some((one) => one.hash === hash && one.at.getTime() > at.getTime() - DAY)) return;
      const addresses = [{ hash, at }, ...known.filter((one) => one.hash !== hash)].slice(0, PER_ACCOUNT);
      // The store deletes by its machine's time, which a moved Clock is not.
      const expireAt = new Date(machine.now() + KNOWN_FOR_MS + DAY);
      if (await this.records.replace(account, seen, addresses, expireAt)) return;
    }
  }

  private current(addresses: readonly KnownAddress[]): KnownAddress[] {
    const since = this.clock.now() - KNOWN_FOR_MS;
    return addresses.filter(({ at }) => at.getTime() > since);
  }

  private hash(account: string, address: string): string {
    return createHmac('sha256', this.key).update(`${account}|${address}`).digest('base64url');
  }
}
