import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { PersonMethodRepository } from './person-method.repository.js';
import type { PersonMethod, PersonMethodChange } from './person-method.types.js';

/** Keeps what payments have shown of a person's methods: told again, it changes nothing. */
@Injectable()
export class MethodHistory {
  constructor(
    private readonly rows: PersonMethodRepository,
    private readonly clock: Clock,
  ) {}

  /** Notes that a payment with the method has succeeded: it stays verified, whatever comes later. */
  paid(methodId: string): Promise<void> {
    return this.note(methodId, ({ verifiedAt }, now) => (verifiedAt === null ? { verifiedAt: now } : null));
  }

  /** Notes that its issuer or bank never lets it pay again. */
  refusedForGood(methodId: string): Promise<void> {
    return this.note(methodId, ({ rejectedAt }, now) => (rejectedAt === null ? { rejectedAt: now } : null));
  }

  private async note(
    methodId: string,
    think: (row: PersonMethod, now: Date) => PersonMethodChange | null,
  ): Promise<void> {
    const row = await atFailpoint('person_method.load_noted', () => this.rows.load(methodId));
    if (row === null) return; // lost with a restored backup: it gets a number again when it is told
    const now = this.clock.date();
    await atFailpoint('person_method.note', () =>
      this.rows.changeUntil(row, (current) => {
        const change = think(current, now);
        return change === null ? null : { ...change, updatedAt: now };
      }),
    );
  }
}
