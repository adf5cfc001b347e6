import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { VaultModule } from '../vault.module.js';
import { MethodHistory } from './method-history.service.js';
import { PersonIbans } from './person-ibans.service.js';
import { PersonMethodRepository } from './person-method.repository.js';
import { COUNTER_MODEL, counterSchema, PERSON_METHOD_MODEL, personMethodSchema } from './person-method.schema.js';
import { PersonMethodsService } from './person-methods.service.js';
import { PersonRepository } from './person.repository.js';
import { PERSON_MODEL, personSchema } from './person.schema.js';
import { PersonService } from './person.service.js';
import { PersonVaultService } from './person-vault.service.js';

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: PERSON_MODEL, schema: personSchema },
      { name: PERSON_METHOD_MODEL, schema: personMethodSchema },
      { name: COUNTER_MODEL, schema: counterSchema },
    ]),
    VaultModule,
  ],
  providers: [
    MethodHistory,
    PersonIbans,
    PersonMethodRepository,
    PersonMethodsService,
    PersonRepository,
    PersonService,
    PersonVaultService,
  ],
  exports: [MethodHistory, PersonIbans, PersonMethodsService, PersonService, PersonVaultService],
})
export class PersonModule {}
