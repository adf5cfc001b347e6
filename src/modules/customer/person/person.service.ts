import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { invalidRequest } from '../../../platform/common/app-error.js';
import { containsCardNumber } from '../../../platform/common/card-number.js';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { newXid } from '../../../platform/common/xid.js';
import type { VaultCaller } from '../record/vault-caller.js';
import { VaultCustomerService } from '../vault-customer.service.js';
import { type PersonChange, PersonRepository } from './person.repository.js';
import { keyOf, type Person, type PersonVault, type SaidPerson } from './person.types.js';

/** Each lost race means that somebody has written one of few identifiers. */
const ROUNDS = 10;
/** Keeps a person's document small. */
const MOST_IDENTIFIERS = 50;

/** Persons of an account, each known by any of several identifiers. */
@Injectable()
export class PersonService {
  constructor(
    private readonly persons: PersonRepository,
    private readonly vault: VaultCustomerService,
    private readonly clock: Clock,
  ) {}

  /** Returns null when nobody of the account has the identifier. */
  find({ accountId }: VaultCaller, identifier: string): Promise<Person | null> {
    return atFailpoint('person.find', () => this.persons.findByIdentifier(accountId, identifier));
  }

  /**
   * Stores the person, or adds to the one who has one of the identifiers what was not known: saying the same again changes
   * nothing.
   * @throws AppError validation_failed: the identifiers are of two persons, or the vault has no such customer to link.
   */
  async say(caller: VaultCaller, said: SaidPerson): Promise<Person> {
    // Identifiers that a client chooses are no exception (ruling 44).
    if (said.identifiers.some(containsCardNumber)) throw invalidRequest('ids must not contain a card number');
    for (let round = 0; round < ROUNDS; round++) {
      const known = await this.known(caller, said);
      const stored = known === null ? await this.insert(caller, said) : await this.complete(caller, known, said);
      if (stored !== null) return stored;
    }
    throw invalidRequest(
      said.vaultCustomerId === undefined
        ? 'id is being given to another person'
        : 'vault_customer_id is another person’s',
    );
  }

  private async known(caller: VaultCaller, { identifiers }: SaidPerson): Promise<Person | null> {
    const found = new Map<string, Person>();
    for (const identifier of identifiers) {
      const person = await this.find(caller, identifier);
      if (person !== null) found.set(person._id, person);
    }
    if (found.size > 1) throw invalidRequest('ids belong to more than one person');
    const [person = null] = found.values();
    return person;
  }

  private async insert(caller: VaultCaller, said: SaidPerson): Promise<Person | null> {
    const now = this.clock.date();
    const { accountId } = caller;
    const person: Omit<Person, 'v' | 'w'> = {
      _id: newXid(now.getTime()),
      accountId,
      ...identified(accountId, said.identifiers),
      name: said.name ?? '',
      email: said.email ?? '',
      vault: await this.linkOf(caller, said, now),
      createdAt: now,
      updatedAt: now,
    };
    return atFailpoint('person.insert', () => this.persons.insert(person));
  }

  private async complete(caller: VaultCaller, person: Person, said: SaidPerson): Promise<Person | null> {
    const { vaultCustomerId } = said;
    if (vaultCustomerId !== undefined && vaultCustomerId !== person.vault.customerId)
      throw invalidRequest('vault_customer_id is not the person’s');
    const change: PersonChange = {
      ...identified(caller.accountId, [...person.identifiers, ...said.identifiers]),
      name: said.name ?? person.name,
      email: said.email ?? person.email,
    };
    const isKnown =
      change.identifiers?.length === person.identifiers.length &&
      change.name === person.name &&
      change.email === person.email;
    if (isKnown) return person;
    return atFailpoint('person.complete', () => this.persons.swap(person, { ...change, updatedAt: this.clock.date() }));
  }

  /** A customer of the vault is drawn, and made when something has to be kept there. */
  private async linkOf(caller: VaultCaller, { vaultCustomerId }: SaidPerson, now: Date): Promise<PersonVault> {
    if (vaultCustomerId === undefined) return drawnVault(now);
    const found = await this.vault.find(caller, vaultCustomerId);
    if (found === null) throw invalidRequest('vault_customer_id is not in the vault');
    return { recordId: found._id, customerId: found.customerId, isMade: true };
  }
}

/** A link to a customer of the vault who is not there yet. */
export function drawnVault(now: Date): PersonVault {
  return { recordId: newXid(now.getTime()), customerId: randomUUID(), isMade: false };
}

function identified(accountId: string, said: readonly string[]): Pick<Person, 'identifiers' | 'keys'> {
  const identifiers = [...new Set(said)];
  if (identifiers.length > MOST_IDENTIFIERS) throw invalidRequest(`ids must be at most ${MOST_IDENTIFIERS}`);
  return { identifiers, keys: identifiers.map((identifier) => keyOf(accountId, identifier)) };
}
