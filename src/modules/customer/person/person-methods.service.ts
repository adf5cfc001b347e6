import { Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { derivedId } from '../../../platform/common/id.js';
import type { VaultCaller } from '../record/vault-caller.js';
import type { VaultCustomer } from '../record/vault-customer.types.js';
import { isPersons, nameOf, type PersonVaultMethod, viewOf } from './method-view.js';
import { PersonMethodRepository } from './person-method.repository.js';
import type { PersonMethod, PersonMethodView } from './person-method.types.js';
import { PersonRepository } from './person.repository.js';
import type { Person } from './person.types.js';
import { PersonVaultService } from './person-vault.service.js';

/** A method by its number, with what the vault has of it. */
export interface NumberedMethod {
  readonly row: PersonMethod;
  readonly view: PersonMethodView;
  /** Null where the vault has it no more. */
  readonly method: PersonVaultMethod | null;
  /** The customer of the vault who has it. */
  readonly customer: VaultCustomer | null;
}

/** Payment methods of persons, by number. A method of the vault gets its number when it is first told. */
@Injectable()
export class PersonMethodsService {
  constructor(
    private readonly rows: PersonMethodRepository,
    private readonly persons: PersonRepository,
    private readonly vault: PersonVaultService,
    private readonly clock: Clock,
  ) {}

  /** Returns the person's methods, oldest first. */
  async list(person: Person): Promise<PersonMethodView[]> {
    const customer = await this.vault.find(person);
    const methods = (customer?.methods ?? []).filter(isPersons);
    const before = await this.rowsOf(person);
    const known = new Set(before.map(({ vault }) => vault.methodId));
    const unnumbered = methods.filter(({ id }) => !known.has(id));
    for (const method of unnumbered) await this.numbered(person, person.vault.recordId, method);
    const rows = unnumbered.length === 0 ? before : await this.rowsOf(person);
    const now = this.clock.date();
    return rows.map((row) =>
      viewOf(
        row,
        methods.find(({ id }) => id === row.vault.methodId),
        now,
      ),
    );
  }

  /** Throws AppError payment_method_not_found: no method of the account has that number. */
  async read({ accountId }: VaultCaller, number: number): Promise<NumberedMethod> {
    const row = await atFailpoint('person_method.find', () => this.rows.findByNumber(accountId, number));
    if (row === null) throw new AppError('payment_method_not_found', 'there is no such payment method');
    const person = await atFailpoint('person_method.person', () => this.persons.load(row.personId));
    if (person === null) throw new Error(`the person of payment method ${number} has vanished`);
    const customer = await this.vault.find(person);
    const found = customer?.methods.find(({ id }) => id === row.vault.methodId);
    const method = found !== undefined && isPersons(found) ? found : null;
    return { row, view: viewOf(row, method ?? undefined, this.clock.date()), method, customer };
  }

  /** Returns the number's row of a method that the vault has, given now if it had none. */
  async numbered(person: Person, recordId: string, method: PersonVaultMethod): Promise<PersonMethod> {
    const { id: methodId, type } = method;
    const id = derivedId('person-method', person._id, recordId, methodId);
    const known = await atFailpoint('person_method.load', () => this.rows.load(id));
    return known ?? this.insert(person, id, { type, vault: { recordId, methodId }, name: nameOf(method) });
  }

  private insert(
    { _id: personId, accountId }: Person,
    id: string,
    said: Pick<PersonMethod, 'type' | 'vault' | 'name'>,
  ): Promise<PersonMethod> {
    const now = this.clock.date();
    const fresh = { verifiedAt: null, rejectedAt: null, createdAt: now, updatedAt: now };
    return atFailpoint('person_method.insert', () =>
      this.rows.insert({ _id: id, accountId, personId, ...said, ...fresh }),
    );
  }

  private rowsOf({ _id: id }: Person): Promise<PersonMethod[]> {
    return atFailpoint('person_method.list', () => this.rows.ofPerson(id));
  }
}
