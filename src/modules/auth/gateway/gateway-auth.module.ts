import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { LimitsModule } from '../../../platform/limits/limits.module.js';
import { AuditModule } from '../../audit/audit.module.js';
import { GatewayUserModule } from '../../user/gateway/gateway-user.module.js';
import { UserModule } from '../../user/user.module.js';
import { ApiKeyModule } from '../api-key/api-key.module.js';
import { TOKEN_ALGORITHM } from '../jwt/access-tokens.js';
import { JwtAuthModule } from '../jwt/jwt-auth.module.js';
import { jwtKey } from '../jwt/jwt-key.js';
import { GatewayAuthentication } from './gateway-authentication.service.js';
import { GatewaySessionService } from './gateway-session.service.js';
import { GatewayTokens } from './gateway-tokens.js';
import { GatewayUserRemoval } from './gateway-user-removal.service.js';

@Module({
  imports: [
    AuditModule,
    GatewayUserModule,
    UserModule,
    ApiKeyModule,
    LimitsModule,
    JwtAuthModule,
    JwtModule.registerAsync({
      inject: [CONFIG],
      useFactory: ({ gateway }: Config) => ({
        secret: jwtKey(gateway.jwtSecret),
        signOptions: { algorithm: TOKEN_ALGORITHM },
      }),
    }),
  ],
  providers: [GatewayAuthentication, GatewaySessionService, GatewayTokens, GatewayUserRemoval],
  exports: [GatewayAuthentication, GatewaySessionService, GatewayUserRemoval, GatewayUserModule, ApiKeyModule],
})
export class GatewayAuthModule {}
