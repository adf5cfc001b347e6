import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { OperationsModule } from '../../platform/operations/operations.module.js';
import { AuditSeal } from './audit-seal.js';
import { AuditTrail } from './audit-trail.service.js';
import { AuditRepository } from './audit.repository.js';
import { CommandWatch } from './command-watch.js';
import { AUDIT_MODEL, auditSchema } from './audit.schema.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: AUDIT_MODEL, schema: auditSchema }]), OperationsModule],
  providers: [AuditRepository, AuditSeal, AuditTrail, CommandWatch],
  exports: [AuditTrail],
})
export class AuditModule {}
