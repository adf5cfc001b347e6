import { Module } from '@nestjs/common';
import { VaultModule } from '../customer/vault.module.js';
import { MerchantModule } from '../merchant/merchant.module.js';
import { GatewayUserModule } from '../user/gateway/gateway-user.module.js';
import { AmountQuoteService } from './quote/amount-quote.service.js';
import { FeeQuoteService } from './quote/fee-quote.service.js';
import { ProcessorChoice } from './quote/processor-choice.js';

@Module({
  imports: [GatewayUserModule, MerchantModule, VaultModule],
  providers: [AmountQuoteService, FeeQuoteService, ProcessorChoice],
  exports: [AmountQuoteService, FeeQuoteService],
})
export class TransactionModule {}
