import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditModule } from '../../audit/audit.module.js';
import { MerchantModule } from '../../merchant/merchant.module.js';
import { UserModule } from '../user.module.js';
import { GatewayUserRepository } from './gateway-user.repository.js';
import { GATEWAY_USER_MODEL, gatewayUserSchema } from './gateway-user.schema.js';
import { GatewayUserService } from './gateway-user.service.js';
import { LastAdministrator } from './last-administrator.js';

@Module({
  imports: [
    MongooseModule.forFeature([{ name: GATEWAY_USER_MODEL, schema: gatewayUserSchema }]),
    AuditModule,
    MerchantModule,
    UserModule, // its Passwords: one queue of hashes for the process
  ],
  providers: [GatewayUserRepository, GatewayUserService, LastAdministrator],
  exports: [GatewayUserRepository, GatewayUserService],
})
export class GatewayUserModule {}
