import { Body, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { ApiKeyService } from '../../../modules/auth/api-key/api-key.service.js';
import type { GatewayPrincipal } from '../../../modules/user/gateway/gateway-user.types.js';
import { SuccessEnvelope } from '../envelope.dto.js';
import { done, listed, single } from '../envelope.js';
import { CurrentCaller, GatewayController, GatewayCredential, GatewayErrors } from '../gateway.dialect.js';
import { ApiPathId } from '../path-id.js';
import { ApiKeyAnswer, ApiKeyList, CreateApiKey } from './api-key.dto.js';
import { toApiKeyBody, toKeyType } from './api-key.mapper.js';

@GatewayController('user', 'gateway API key')
export class ApiKeyController {
  constructor(private readonly keys: ApiKeyService) {}

  /** Creates a key of the caller's. */
  @Post('apikey')
  @HttpCode(200)
  @GatewayCredential()
  @ApiBody({
    type: CreateApiKey,
    examples: {
      private: { summary: 'for servers', value: { type: 'api', name: 'Private Key' } },
      public: { summary: 'for browsers', value: { type: 'public', name: 'Shop page' } },
    },
  })
  @GatewayErrors(400, 401, 403, 413, 415, 503)
  async create(@CurrentCaller() caller: GatewayPrincipal, @Body() body: CreateApiKey): Promise<ApiKeyAnswer> {
    return single(toApiKeyBody(await this.keys.createOwn(caller, toKeyType(body.type), body.name)));
  }

  /** All keys of the account, oldest first; other users' are shown whole to administrators only. */
  @Get('apikeys')
  @GatewayCredential()
  @GatewayErrors(401, 403, 503)
  async list(@CurrentCaller() caller: GatewayPrincipal): Promise<ApiKeyList> {
    const keys = (await this.keys.list(caller)).map(toApiKeyBody);
    return { ...listed(keys), data: keys };
  }

  /**
   * Deletes a key, by its id or by the key itself; the id is better, addresses end up in logs. It is dead at once. Another
   * user's only who may all that its owner may.
   */
  @Delete('apikey/:apiKey')
  @ApiPathId('apiKey', 'cpfkb7rug2jghjrp79rg')
  @GatewayCredential()
  @GatewayErrors(400, 401, 403, 404, 413, 415, 503)
  async delete(@CurrentCaller() caller: GatewayPrincipal, @Param('apiKey') apiKey: string): Promise<SuccessEnvelope> {
    await this.keys.delete(caller, apiKey);
    return done();
  }
}
