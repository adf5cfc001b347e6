import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { CONFIG, type Config } from '../../config/config.js';
import { StripeModule } from '../stripe.module.js';
import { InboxRepository } from './inbox.repository.js';
import { INBOX_MODEL, inboxSchema } from './inbox.schema.js';
import { InboxWorker } from './inbox-worker.js';
import { ProviderEvents } from './provider-events.js';
import { WebhookController } from './webhook.controller.js';
import { WebhookVerifier } from './webhook-verifier.js';

@Module({
  imports: [
    StripeModule,
    MongooseModule.forFeatureAsync([
      { name: INBOX_MODEL, inject: [CONFIG], useFactory: (config: Config) => inboxSchema(config.inbox.keepMs) },
    ]),
  ],
  controllers: [WebhookController],
  providers: [InboxRepository, InboxWorker, ProviderEvents, WebhookVerifier],
  exports: [InboxRepository, ProviderEvents],
})
export class WebhookModule {}
