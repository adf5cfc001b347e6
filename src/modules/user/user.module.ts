import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditModule } from '../audit/audit.module.js';
import { EmailKeyFill } from './email-key-fill.js';
import { EmailKeys } from './email-keys.js';
import { FirstAdministrator } from './first-administrator.js';
import { Passwords } from './passwords.js';
import { UserRepository } from './user.repository.js';
import { UserRecord, UserSchema } from './user.schema.js';
import { UserService } from './user.service.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: UserRecord.name, schema: UserSchema }]), AuditModule],
  providers: [UserRepository, UserService, Passwords, EmailKeys, EmailKeyFill, FirstAdministrator],
  exports: [UserRepository, UserService, Passwords],
})
export class UserModule {}
