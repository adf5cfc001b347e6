import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditModule } from '../../audit/audit.module.js';
import { GatewayUserModule } from '../../user/gateway/gateway-user.module.js';
import { AccountKeyService } from './account-key.service.js';
import { ApiKeyRepository } from './api-key.repository.js';
import { API_KEY_MODEL, apiKeySchema } from './api-key.schema.js';
import { ApiKeyService } from './api-key.service.js';
import { KeyCipher } from './key-cipher.js';

@Module({
  imports: [
    MongooseModule.forFeature([{ name: API_KEY_MODEL, schema: apiKeySchema }]),
    AuditModule,
    GatewayUserModule, // whose key it is decides who may delete it
  ],
  providers: [AccountKeyService, ApiKeyRepository, ApiKeyService, KeyCipher],
  exports: [AccountKeyService, ApiKeyRepository, ApiKeyService],
})
export class ApiKeyModule {}
