import { Injectable } from '@nestjs/common';
import { AppError, invalidRequest } from '../../../platform/common/app-error.js';
import { PaymentMethodService } from '../payment-method.service.js';
import { isPersons } from './method-view.js';
import type { PersonMethod } from './person-method.types.js';
import { PersonMethodsService } from './person-methods.service.js';
import type { Person } from './person.types.js';
import { PersonVaultService } from './person-vault.service.js';

/** Bank accounts of persons: stored in the vault with their mandate, the same one once (decision C10). */
@Injectable()
export class PersonIbans {
  constructor(
    private readonly vault: PersonVaultService,
    private readonly methods: PaymentMethodService,
    private readonly numbers: PersonMethodsService,
  ) {}

  /**
   * Returns the row of the account, stored now or before.
   * @throws AppError validation_failed: Stripe does not take it; provider_unreachable, provider_refused, vault_customer_busy.
   */
  async store(person: Person, iban: string): Promise<PersonMethod> {
    const { _id: recordId } = await this.vault.ensure(person);
    const [identifier = ''] = person.identifiers;
    const account = { iban, holder: person.name || identifier, email: person.email };
    const { customer, methodId } = await this.methods.addIban(person, { recordId }, account).catch(refuse);
    const method = customer.methods.find(({ id }) => id === methodId);
    if (method === undefined || !isPersons(method)) throw new Error(`${recordId} has lost a method that was stored`);
    return this.numbers.numbered(person, recordId, method);
  }
}

function refuse(error: unknown): never {
  const code = error instanceof AppError ? error.code : undefined;
  if (code === 'payment_method_refused' || code === 'card_declined') throw invalidRequest('iban is invalid');
  throw error;
}
