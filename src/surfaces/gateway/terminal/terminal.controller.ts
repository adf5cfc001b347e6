import { Get } from '@nestjs/common';
import { TerminalService } from '../../../modules/terminal/terminal.service.js';
import type { GatewayPrincipal } from '../../../modules/user/gateway/gateway-user.types.js';
import { listed } from '../envelope.js';
import { CurrentCaller, GatewayController, GatewayCredential, GatewayErrors } from '../gateway.dialect.js';
import { TerminalList } from './terminal.dto.js';
import { toTerminalBody } from './terminal.mapper.js';

@GatewayController('terminals', 'gateway terminal')
export class TerminalController {
  constructor(private readonly terminals: TerminalService) {}

  /** All terminals of the account, oldest first, those that take no payments included. */
  @Get()
  @GatewayCredential()
  @GatewayErrors(401, 503)
  async list(@CurrentCaller() caller: GatewayPrincipal): Promise<TerminalList> {
    const terminals = (await this.terminals.listFor(caller)).map(toTerminalBody);
    // Contract 9: the one list whose `msg` is empty.
    return { ...listed(terminals), msg: '', data: terminals };
  }
}
