import { Injectable } from '@nestjs/common';
import { emailKey } from './email.js';
import { UserRepository } from './user.repository.js';
import type { User } from './user.types.js';

const PAGE = 200;

/** Accounts of one address: who has its key, and who does not. */
export interface Twins {
  readonly key: string;
  readonly holder: User;
  readonly others: readonly User[];
}

/**
 * The keys of accounts made before there were any. Each is given by a compare-and-swap to the oldest account of the
 * address, so several instances may do it at once, and whoever was interrupted starts again. Meanwhile everybody logs in by
 * the spelling they had. Every method may throw StoreError.
 */
@Injectable()
export class EmailKeys {
  private settled: Promise<ReadonlyMap<string, readonly string[]>> | undefined;

  constructor(private readonly users: UserRepository) {}

  /**
   * Whether another account than `ownId` has the address in another spelling and no key that the unique index would see.
   * The few addresses that can have one are filled in before the first answer; the plain ones are found as they stand.
   */
  async isTwin(email: string, ownId?: string): Promise<boolean> {
    const key = emailKey(email);
    const others = (await this.settle()).get(key) ?? [];
    const candidates = await Promise.all([this.users.findByEmail(key), ...others.map((id) => this.users.findById(id))]);
    return candidates.some((user) => user !== null && user.id !== ownId && emailKey(user.email) === key);
  }

  /** Fills in the addresses that may have several spellings. @returns who is left without, by key; once a process. */
  settle(): Promise<ReadonlyMap<string, readonly string[]>> {
    this.settled ??= this.fillNotPlain().catch((error: unknown) => {
      this.settled = undefined; // the next one tries again
      throw error;
    });
    return this.settled;
  }

  /** Fills in all that are missing. @returns how many are left without, because an older account has theirs. */
  async fill(isStopping: () => boolean = () => false): Promise<number> {
    await this.settle();
    let left = 0;
    for await (const user of this.withoutKey(false)) {
      if (isStopping()) break;
      if (!(await this.give(user))) left++;
    }
    return left;
  }

  /**
   * Returns accounts that share an address, after filling in missing keys. An account that has a key of its own by then
   * is left out.
   */
  async twins(): Promise<Twins[]> {
    await this.fill();
    const found = new Map<string, { holder: User; others: User[] }>();
    for await (const user of this.withoutKey(false)) {
      const key = emailKey(user.email);
      const holder = found.get(key)?.holder ?? (await this.users.findByEmailKey(key));
      if (holder === null) continue; // deleted since: the next fill gives it away
      found.set(key, { holder, others: [...(found.get(key)?.others ?? []), user] });
    }
    return [...found].map(([key, { holder, others }]) => ({ key, holder, others }));
  }

  private async fillNotPlain(): Promise<ReadonlyMap<string, readonly string[]>> {
    const left = new Map<string, string[]>();
    for await (const user of this.withoutKey(true)) {
      if (await this.give(user)) continue;
      const key = emailKey(user.email);
      left.set(key, [...(left.get(key) ?? []), user.id]);
    }
    return left;
  }

  /**
   * Gives the user their key unless it is taken or an older account spells the address plainly. Users are passed oldest
   * first.
   */
  private async give(user: User): Promise<boolean> {
    const key = emailKey(user.email);
    const plain = key === user.email ? null : await this.users.findByEmail(key);
    if (plain === null || !isOlder(plain, user)) return this.users.fillEmailKey(user);
    await this.users.fillEmailKey(plain);
    return false;
  }

  private async *withoutKey(notPlain: boolean): AsyncGenerator<User> {
    let after: User | undefined;
    do {
      const page = await this.users.listWithoutEmailKey(PAGE, { after, notPlain });
      yield* page;
      after = page.length < PAGE ? undefined : page.at(-1);
    } while (after !== undefined);
  }
}

function isOlder(one: User, other: User): boolean {
  const by = one.createdAt.getTime() - other.createdAt.getTime();
  return by === 0 ? one.id < other.id : by < 0;
}
