import { Module } from '@nestjs/common';
import { Mailer } from './mailer.js';
import { Outbox } from './outbox.js';
import { OutboxController } from './outbox.controller.js';

@Module({ controllers: [OutboxController], providers: [Mailer, Outbox], exports: [Mailer] })
export class MailModule {}
