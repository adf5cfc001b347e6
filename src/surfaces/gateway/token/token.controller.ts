import { Body, HttpCode, Post } from '@nestjs/common';
import { GatewaySessionService } from '../../../modules/auth/gateway/gateway-session.service.js';
import type { Client } from '../../../platform/limits/client-address.js';
import { RequestClient } from '../../shared/client.decorator.js';
import { single } from '../envelope.js';
import { GatewayController, GatewayErrors } from '../gateway.dialect.js';
import { LogIn, TokenAnswer } from './token.dto.js';

@GatewayController('token-auth', 'gateway user')
export class TokenController {
  constructor(private readonly sessions: GatewaySessionService) {}

  /** Logs in to the control panel. The same answer for an unknown name, a wrong password and a disabled user. An addition to the contract. */
  @Post()
  @HttpCode(200)
  @GatewayErrors(400, 401, 413, 415, 429, 503)
  async logIn(@Body() body: LogIn, @RequestClient() client: Client): Promise<TokenAnswer> {
    return single({ token: await this.sessions.login(body.username, body.password, client) });
  }
}
