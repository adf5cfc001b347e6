import { Body, Post, UseGuards } from '@nestjs/common';
import { SessionService } from '../../../modules/auth/jwt/session.service.js';
import type { Principal } from '../../../platform/common/principal.js';
import type { Client } from '../../../platform/limits/client-address.js';
import { RequestClient } from '../../shared/client.decorator.js';
import { CurrentPrincipal, Public, StorefrontController, StorefrontErrors } from '../storefront.dialect.js';
import { RegistrationLimitGuard } from './registration-limit.guard.js';
import { AuthGrant, ChangePassword, CreateUser, LoggedOut, LoginUser } from './user.dto.js';
import { toAuthGrant } from './user.mapper.js';

/** Routes that issue and revoke tokens. */
@StorefrontController('user', 'user')
export class SessionController {
  constructor(private readonly sessions: SessionService) {}

  /** Signs up and logs in. */
  @Post('register')
  @Public()
  @UseGuards(RegistrationLimitGuard)
  @StorefrontErrors(400, 409, 413, 415, 429, 503)
  async register(@Body() body: CreateUser, @RequestClient() client: Client): Promise<AuthGrant> {
    return toAuthGrant(await this.sessions.register(body, client));
  }

  /** Logs in. The same answer for an unknown address and a wrong password; too many failures are 429 for a while. */
  @Post('login')
  @Public()
  @StorefrontErrors(400, 401, 413, 415, 429, 503)
  async login(@Body() body: LoginUser, @RequestClient() client: Client): Promise<AuthGrant> {
    return toAuthGrant(await this.sessions.login(body.email, body.password, client));
  }

  /** Changes the caller's password and answers a new token; all others are dead. An addition to the contract. */
  @Post('change-password')
  @StorefrontErrors(400, 401, 413, 415, 429, 503)
  async changePassword(
    @CurrentPrincipal() caller: Principal,
    @Body() body: ChangePassword,
    @RequestClient() client: Client,
  ): Promise<AuthGrant> {
    return toAuthGrant(await this.sessions.changePassword(caller, body.currentPassword, body.newPassword, client));
  }

  /** Kills every token of the caller, on all devices. Takes no body. An addition to the contract. */
  @Post('logout')
  @StorefrontErrors(401, 503)
  async logout(@CurrentPrincipal() caller: Principal): Promise<LoggedOut> {
    await this.sessions.logoutEverywhere(caller);
    return { loggedOut: true };
  }
}
