import { Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { CreateVaultCustomerService } from '../create-vault-customer.service.js';
import type { VaultCustomer } from '../record/vault-customer.types.js';
import { VaultCustomerService } from '../vault-customer.service.js';
import { PersonRepository } from './person.repository.js';
import { drawnVault } from './person.service.js';
import type { Person } from './person.types.js';

const ROUNDS = 5;

/** The customer of the vault behind a person: the only place where their payment methods are kept. */
@Injectable()
export class PersonVaultService {
  constructor(
    private readonly persons: PersonRepository,
    private readonly customers: VaultCustomerService,
    private readonly creation: CreateVaultCustomerService,
    private readonly clock: Clock,
  ) {}

  /** Returns null where nothing of the person's was ever kept, or their customer was deleted. */
  find(person: Person): Promise<VaultCustomer | null> {
    return this.customers.find(person, { recordId: person.vault.recordId });
  }

  /**
   * Returns the customer, made if there is none. The record's id stands in the person before the record is made, so that
   * requests at the same time, and after a crash, make the same one; one that was deleted in the vault is replaced by another.
   * @throws AppError vault_customer_busy, StoreError.
   */
  async ensure(person: Person): Promise<VaultCustomer> {
    let current = person;
    for (let round = 0; round < ROUNDS; round++) {
      const found = (await this.find(current)) ?? (current.vault.isMade ? null : await this.make(current));
      if (found !== null) {
        await this.noteMade(current);
        return found;
      }
      current = await this.relink(current);
    }
    throw new AppError('vault_customer_busy', 'the person is being changed', { retryAfterSeconds: 1 });
  }

  private async make(person: Person): Promise<VaultCustomer | null> {
    const { vault, name, email } = person;
    const address = { ...(name === '' ? {} : { firstName: name }), ...(email === '' ? {} : { email }) };
    const asked = {
      ...(email === '' ? {} : { email }),
      ...(Object.keys(address).length === 0 ? {} : { billingAddress: address }),
    };
    const made = await this.creation.create(person, asked, vault);
    return made.state === 'active' ? made : null;
  }

  private async noteMade(person: Person): Promise<void> {
    if (person.vault.isMade) return;
    // A swap that loses has lost to a request that noted the same.
    await atFailpoint('person.made', () => this.persons.swap(person, { vault: { ...person.vault, isMade: true } }));
  }

  private async relink(person: Person): Promise<Person> {
    const vault = drawnVault(this.clock.date());
    const changed = await atFailpoint('person.relink', () => this.persons.swap(person, { vault }));
    return changed ?? atFailpoint('person.reload', () => this.persons.reload(person));
  }
}
