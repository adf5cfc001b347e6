import { Get, Param, Query } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { PersonMethodsService } from '../../../modules/customer/person/person-methods.service.js';
import { CensusController, CensusErrors, CurrentAccount } from '../census.dialect.js';
import type { CensusCaller } from '../census.guard.js';
import { ApiPersonId, PersonIdPipe } from '../person/person-id.pipe.js';
import { PersonFinder } from '../person/person-finder.service.js';
import { CensusPaymentMethod } from './payment-method.dto.js';
import { toCensusPaymentMethod } from './payment-method.mapper.js';
import { NUMBER, NumberPipe } from './number.pipe.js';

@CensusController('payment_methods', 'census payment method')
export class CensusPaymentMethodController {
  constructor(
    private readonly persons: PersonFinder,
    private readonly methods: PersonMethodsService,
  ) {}

  /** A person's payment methods, oldest first. */
  @Get()
  @ApiPersonId(true)
  @CensusErrors(422, 500)
  async list(
    @CurrentAccount() caller: CensusCaller,
    @Query('person_id', new PersonIdPipe()) personId: string,
  ): Promise<CensusPaymentMethod[]> {
    return (await this.methods.list(await this.persons.get(caller, personId))).map(toCensusPaymentMethod);
  }

  /** One payment method. */
  @Get(':id')
  @ApiParam({ name: 'id', schema: { type: 'integer', minimum: 1, pattern: NUMBER.source }, example: 17 })
  @CensusErrors(404, 500)
  async read(
    @CurrentAccount() caller: CensusCaller,
    @Param('id', new NumberPipe()) id: number,
  ): Promise<CensusPaymentMethod> {
    return toCensusPaymentMethod((await this.methods.read(caller, id)).view);
  }
}
