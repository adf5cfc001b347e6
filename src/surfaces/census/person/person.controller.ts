import { Body, Post } from '@nestjs/common';
import { PersonService } from '../../../modules/customer/person/person.service.js';
import { CensusBody, CensusController, CensusErrors, CurrentAccount } from '../census.dialect.js';
import type { CensusCaller } from '../census.guard.js';
import { CensusPerson, NewCensusPerson, PERSON_EXAMPLES } from './person.dto.js';
import { toCensusPerson, toSaidPerson } from './person.mapper.js';

@CensusController('persons', 'census person')
export class CensusPersonController {
  constructor(private readonly persons: PersonService) {}

  /**
   * Stores a person, or adds what is new to the one who has one of the identifiers; the same again changes nothing. An addition
   * to the contract.
   */
  @Post()
  @CensusBody(NewCensusPerson, PERSON_EXAMPLES)
  @CensusErrors(413, 415, 422, 500)
  async say(@CurrentAccount() caller: CensusCaller, @Body() body: NewCensusPerson): Promise<CensusPerson> {
    return toCensusPerson(await this.persons.say(caller, toSaidPerson(body)));
  }
}
