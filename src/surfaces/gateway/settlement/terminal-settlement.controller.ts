import { HttpCode, Param, Post } from '@nestjs/common';
import { TerminalSettlement } from '../../../modules/settlement/terminal-settlement.service.js';
import type { GatewayPrincipal } from '../../../modules/user/gateway/gateway-user.types.js';
import { single } from '../envelope.js';
import { CurrentCaller, GatewayController, GatewayCredential, GatewayErrors } from '../gateway.dialect.js';
import { ApiPathId } from '../path-id.js';
import { TerminalSettled } from './settlement.dto.js';
import { toBatchBody } from './settlement.mapper.js';

@GatewayController('terminal', 'gateway terminal')
export class TerminalSettlementController {
  constructor(private readonly terminals: TerminalSettlement) {}

  /** Closes the terminal's open batch now. Takes no body. `data` is null when nothing was open. */
  @Post(':terminalId/settle')
  @HttpCode(200)
  @ApiPathId('terminalId', '1ucio551tlv85l7moe5s')
  @GatewayCredential()
  @GatewayErrors(400, 401, 403, 404, 413, 415, 503)
  async settle(@CurrentCaller() caller: GatewayPrincipal, @Param('terminalId') id: string): Promise<TerminalSettled> {
    const batch = await this.terminals.close(caller.accountId, id);
    return single(batch === null ? null : toBatchBody(batch));
  }
}
