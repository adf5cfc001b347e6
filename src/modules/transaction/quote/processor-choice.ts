import { Injectable } from '@nestjs/common';
import { invalidRequest } from '../../../platform/common/app-error.js';
import { defaultProcessorId, ProcessorService } from '../../merchant/processor.service.js';
import type { Processor } from '../../merchant/processor.types.js';
import { GatewayUserService } from '../../user/gateway/gateway-user.service.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';

/** Which processor a request means (contract gateway 5.1.8). */
@Injectable()
export class ProcessorChoice {
  constructor(
    private readonly processors: ProcessorService,
    private readonly users: GatewayUserService,
  ) {}

  /** Throws AppError `validation_failed` for what the caller's account has not. */
  async named({ accountId }: GatewayPrincipal, id: string): Promise<Processor> {
    const found = await this.processors.find(accountId, id);
    if (found === null) throw invalidRequest('processor_id is unknown');
    return found;
  }

  /** The caller's own default, else the account's. Throws AppError `validation_failed` where the caller's is unknown. */
  async ofCaller(caller: GatewayPrincipal): Promise<Processor> {
    const { defaults } = await this.users.read(caller, caller.id);
    const id = defaults.processorId === '' ? defaultProcessorId(caller.accountId) : defaults.processorId;
    const found = await this.processors.find(caller.accountId, id);
    if (found === null) throw invalidRequest('no processor');
    return found;
  }
}
