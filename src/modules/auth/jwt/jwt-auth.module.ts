import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { MongooseModule } from '@nestjs/mongoose';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { LimitsModule } from '../../../platform/limits/limits.module.js';
import { AuditModule } from '../../audit/audit.module.js';
import { UserModule } from '../../user/user.module.js';
import { AccessTokens, TOKEN_ALGORITHM } from './access-tokens.js';
import { jwtKey } from './jwt-key.js';
import { KnownAddresses } from './known-addresses.js';
import { LoginAddressesRepository } from './login-addresses.repository.js';
import { LOGIN_ADDRESSES_MODEL, loginAddressesSchema } from './login-addresses.schema.js';
import { LoginFailures } from './login-failures.js';
import { SessionService } from './session.service.js';
import { StorefrontJwtStrategy } from './storefront-jwt.strategy.js';

@Module({
  imports: [
    MongooseModule.forFeature([{ name: LOGIN_ADDRESSES_MODEL, schema: loginAddressesSchema }]),
    AuditModule,
    UserModule,
    LimitsModule,
    JwtModule.registerAsync({
      inject: [CONFIG],
      useFactory: ({ storefront }: Config) => ({
        secret: jwtKey(storefront.jwtSecret),
        signOptions: { algorithm: TOKEN_ALGORITHM },
      }),
    }),
  ],
  providers: [
    AccessTokens,
    KnownAddresses,
    LoginAddressesRepository,
    LoginFailures,
    SessionService,
    StorefrontJwtStrategy,
  ],
  exports: [SessionService, StorefrontJwtStrategy, LoginFailures],
})
export class JwtAuthModule {}
