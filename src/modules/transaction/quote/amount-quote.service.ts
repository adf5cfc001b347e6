import { Injectable } from '@nestjs/common';
import { type AmountRequest, type Amounts, computeAmounts } from '../../calculator/amounts.js';
import type { Processor } from '../../merchant/processor.types.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import { ProcessorChoice } from './processor-choice.js';

export interface AmountQuote {
  readonly processor: Processor;
  readonly amounts: Amounts;
}

/** Contract gateway 5.4: what an order would come to. Nothing is stored. */
@Injectable()
export class AmountQuoteService {
  constructor(private readonly processors: ProcessorChoice) {}

  /** Throws AppError `validation_failed`: an unknown processor, nothing to compute from, or a figure that is too great. */
  async quote(caller: GatewayPrincipal, processorId: string, request: AmountRequest): Promise<AmountQuote> {
    const processor = await this.processors.named(caller, processorId);
    return { processor, amounts: computeAmounts(request, processor) };
  }
}
