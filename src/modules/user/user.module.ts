import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { StripeModule } from '../../platform/stripe/stripe.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { ContactMirror } from './contact-mirror.service.js';
import { CustomerClaim } from './customer-claim.service.js';
import { EmailKeyFill } from './email-key-fill.js';
import { EmailKeys } from './email-keys.js';
import { FirstAdministrator } from './first-administrator.js';
import { Passwords } from './passwords.js';
import { UserRepository } from './user.repository.js';
import { UserRecord, UserSchema } from './user.schema.js';
import { UserService } from './user.service.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: UserRecord.name, schema: UserSchema }]), StripeModule, AuditModule],
  providers: [
    UserRepository,
    UserService,
    Passwords,
    CustomerClaim,
    ContactMirror,
    EmailKeys,
    EmailKeyFill,
    FirstAdministrator,
  ],
  exports: [UserRepository, UserService, Passwords, ContactMirror],
})
export class UserModule {}
