import { Body, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { GatewaySessionService } from '../../../modules/auth/gateway/gateway-session.service.js';
import { GatewayUserRemoval } from '../../../modules/auth/gateway/gateway-user-removal.service.js';
import { GatewayUserService } from '../../../modules/user/gateway/gateway-user.service.js';
import type { GatewayPrincipal } from '../../../modules/user/gateway/gateway-user.types.js';
import { EmptyEnvelope } from '../envelope.dto.js';
import { listed, single } from '../envelope.js';
import { CurrentCaller, GatewayController, GatewayCredential, GatewayErrors } from '../gateway.dialect.js';
import { ApiPathId } from '../path-id.js';
import {
  ChangeOwnPassword,
  CreateGatewayUser,
  GatewayUserAnswer,
  GatewayUserList,
  UpdateGatewayUser,
} from './user.dto.js';
import { CREATE_USER_EXAMPLES, UPDATE_USER_EXAMPLES } from './user.examples.js';
import { toGatewayUserBody, toGatewayUserChanges, toNewGatewayUser } from './user.mapper.js';

const ApiUserId = () => ApiPathId('userId', 'b89227ij8m0nuanr1tk0');

@GatewayController('', 'gateway user')
export class GatewayUserController {
  constructor(
    private readonly users: GatewayUserService,
    private readonly removal: GatewayUserRemoval,
    private readonly sessions: GatewaySessionService,
  ) {}

  /** Creates a user of the caller's account. Nobody grants a role or permission beyond their own. */
  @Post('user')
  @HttpCode(200)
  @GatewayCredential()
  @ApiBody({ type: CreateGatewayUser, examples: CREATE_USER_EXAMPLES })
  @GatewayErrors(400, 401, 403, 413, 415, 503)
  async create(@CurrentCaller() caller: GatewayPrincipal, @Body() body: CreateGatewayUser): Promise<GatewayUserAnswer> {
    return single(toGatewayUserBody(await this.users.create(caller, toNewGatewayUser(body))));
  }

  /** The user behind the credential; for a key its owner. */
  @Get('user')
  @GatewayCredential()
  @GatewayErrors(401, 503)
  async me(@CurrentCaller() caller: GatewayPrincipal): Promise<GatewayUserAnswer> {
    return single(toGatewayUserBody(await this.users.read(caller, caller.id)));
  }

  /** All users of the caller's account, newest first. */
  @Get('users')
  @GatewayCredential()
  @GatewayErrors(401, 403, 503)
  async list(@CurrentCaller() caller: GatewayPrincipal): Promise<GatewayUserList> {
    const users = (await this.users.list(caller)).map(toGatewayUserBody);
    return { ...listed(users), data: users };
  }

  /** Changes the caller's own password; their control-panel tokens die, their keys stay. */
  @Post('user/change-password')
  @HttpCode(200)
  @GatewayCredential()
  @GatewayErrors(400, 401, 413, 415, 429, 503)
  async changePassword(
    @CurrentCaller() caller: GatewayPrincipal,
    @Body() body: ChangeOwnPassword,
  ): Promise<EmptyEnvelope> {
    const { username, current_password: currentPassword, new_password: newPassword } = body;
    await this.sessions.changePassword(caller, { username, currentPassword, newPassword });
    return single(null);
  }

  /** One user of the caller's account; one's own without a permission. */
  @Get('user/:userId')
  @ApiUserId()
  @GatewayCredential()
  @GatewayErrors(400, 401, 403, 404, 503)
  async read(@CurrentCaller() caller: GatewayPrincipal, @Param('userId') id: string): Promise<GatewayUserAnswer> {
    return single(toGatewayUserBody(await this.users.read(caller, id)));
  }

  /** Changes what is sent. Nobody gives or takes what they do not have. The account keeps an active administrator. */
  @Post('user/:userId')
  @HttpCode(200)
  @ApiUserId()
  @GatewayCredential()
  @ApiBody({ type: UpdateGatewayUser, examples: UPDATE_USER_EXAMPLES })
  @GatewayErrors(400, 401, 403, 404, 413, 415, 503)
  async update(
    @CurrentCaller() caller: GatewayPrincipal,
    @Param('userId') id: string,
    @Body() body: UpdateGatewayUser,
  ): Promise<GatewayUserAnswer> {
    return single(toGatewayUserBody(await this.users.update(caller, id, toGatewayUserChanges(body))));
  }

  /** Ends a user: keys and tokens stop working at once, the username is free again. */
  @Delete('user/:userId')
  @ApiUserId()
  @GatewayCredential()
  @GatewayErrors(400, 401, 403, 404, 413, 415, 503)
  async delete(@CurrentCaller() caller: GatewayPrincipal, @Param('userId') id: string): Promise<EmptyEnvelope> {
    await this.removal.remove(caller, id);
    return single(null, 'successfully deleted');
  }
}
