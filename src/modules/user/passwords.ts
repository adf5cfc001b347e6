import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import bcrypt from 'bcrypt';
import { createHash, randomBytes } from 'node:crypto';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Metrics } from '../../platform/operations/metrics.js';
import { HashQueue } from './hash-queue.js';

/**
 * bcrypt reads 72 bytes and stops at a NUL: of a longer password the rest would not count. The base64 of SHA-384 is 64
 * printable characters, so every character counts.
 */
function prehash(password: string): string {
  return createHash('sha384').update(password, 'utf8').digest('base64');
}

/**
 * Returns the ways in which keyboards send one password: accents composed (NFC) or decomposed (NFD). New hashes are of NFC; before
 * 0.2 they were of the bytes as sent. Without accents all three are the same.
 */
function spellings(password: string): string[] {
  return [...new Set([password.normalize('NFC'), password.normalize('NFD'), password])];
}

/** Hashes and compares passwords; both may throw AppError `overloaded`. */
@Injectable()
export class Passwords implements OnModuleInit {
  private readonly queue: HashQueue;
  private readonly cost: number;
  private nobodysHash = '';

  constructor(@Inject(CONFIG) { passwords }: Config, metrics: Metrics) {
    this.queue = new HashQueue(passwords.concurrency, passwords.queue, () => metrics.count('password_refused_total'));
    metrics.measure('password_queue_waiting', () => this.queue.size);
    this.cost = passwords.bcryptCost;
  }

  async onModuleInit(): Promise<void> {
    this.nobodysHash = await bcrypt.hash(prehash(randomBytes(32).toString('hex')), this.cost);
  }

  hash(password: string): Promise<string> {
    return this.queue.run(() => bcrypt.hash(prehash(password.normalize('NFC')), this.cost));
  }

  /**
   * Without a hash the same work is done for nothing, and every spelling is compared, also after the right one: so time
   * does not tell whether a user exists, or what was stored. One place in the queue: one hash at a time, however many spellings.
   */
  async matches(password: string, passwordHash: string | undefined): Promise<boolean> {
    const same = await this.queue.run(async () => {
      let any = false;
      for (const spelling of spellings(password))
        any = (await bcrypt.compare(prehash(spelling), passwordHash ?? this.nobodysHash)) || any;
      return any;
    });
    return same && passwordHash !== undefined;
  }
}
