import { Injectable } from '@nestjs/common';
import { PersonService } from '../../../modules/customer/person/person.service.js';
import type { Person } from '../../../modules/customer/person/person.types.js';
import { AppError } from '../../../platform/common/app-error.js';
import type { CensusCaller } from '../census.guard.js';

/** Persons whom a query names: in this language nobody is 422, not 404 (contract census 4). */
@Injectable()
export class PersonFinder {
  constructor(private readonly persons: PersonService) {}

  /** Throws AppError validation_failed without a message, so that the body is `{}`. */
  async get(caller: CensusCaller, personId: string): Promise<Person> {
    const person = await this.persons.find(caller, personId);
    if (person === null) throw new AppError('validation_failed', 'person_id names nobody');
    return person;
  }
}
