import { Module } from '@nestjs/common';
import { GatewayAuthModule } from '../../modules/auth/gateway/gateway-auth.module.js';
import { ApiKeyController } from './api-key/api-key.controller.js';
import { TokenController } from './token/token.controller.js';
import { GatewayUserController } from './user/user.controller.js';

@Module({
  imports: [GatewayAuthModule],
  controllers: [TokenController, ApiKeyController, GatewayUserController],
})
export class GatewayModule {}
