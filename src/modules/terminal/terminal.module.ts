import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { StripeModule } from '../../platform/stripe/stripe.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { ReaderList } from './reader-list.js';
import { TerminalSync } from './terminal-sync.service.js';
import { TerminalRepository } from './terminal.repository.js';
import { TERMINAL_MODEL, terminalSchema } from './terminal.schema.js';
import { TerminalService } from './terminal.service.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: TERMINAL_MODEL, schema: terminalSchema }]), AuditModule, StripeModule],
  providers: [ReaderList, TerminalRepository, TerminalService, TerminalSync],
  exports: [TerminalService, TerminalSync],
})
export class TerminalModule {}
