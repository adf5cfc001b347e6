import { Module } from '@nestjs/common';
import { GatewayAuthModule } from '../../modules/auth/gateway/gateway-auth.module.js';
import { BatchModule } from '../../modules/batch/batch.module.js';
import { VaultModule } from '../../modules/customer/vault.module.js';
import { RecurringModule } from '../../modules/recurring/recurring.module.js';
import { SettlementModule } from '../../modules/settlement/settlement.module.js';
import { TerminalModule } from '../../modules/terminal/terminal.module.js';
import { TransactionModule } from '../../modules/transaction/transaction.module.js';
import { AmountController } from './amount/amount.controller.js';
import { ApiKeyController } from './api-key/api-key.controller.js';
import { FeeController } from './fee/fee.controller.js';
import { AddOnController } from './recurring/add-on.controller.js';
import { DiscountController } from './recurring/discount.controller.js';
import { PlanController } from './recurring/plan.controller.js';
import { SettlementController } from './settlement/settlement.controller.js';
import { TerminalSettlementController } from './settlement/terminal-settlement.controller.js';
import { FileBatchController } from './file-batch/file-batch.controller.js';
import { TransactionController } from './transaction/transaction.controller.js';
import { TerminalController } from './terminal/terminal.controller.js';
import { TokenController } from './token/token.controller.js';
import { TransactionSearchController } from './transaction/search.controller.js';
import { GatewayUserController } from './user/user.controller.js';
import { VaultAddressController } from './vault/vault-address.controller.js';
import { PaymentMethodController } from './vault/payment-method.controller.js';
import { VaultCustomerController } from './vault/vault-customer.controller.js';

@Module({
  imports: [
    BatchModule,
    GatewayAuthModule,
    RecurringModule,
    SettlementModule,
    TerminalModule,
    TransactionModule,
    VaultModule,
  ],
  controllers: [
    TokenController,
    ApiKeyController,
    GatewayUserController,
    FeeController,
    AmountController,
    TransactionController,
    FileBatchController,
    AddOnController,
    DiscountController,
    PlanController,
    TerminalController,
    TransactionSearchController,
    TerminalSettlementController,
    SettlementController,
    VaultAddressController,
    VaultCustomerController,
    PaymentMethodController,
  ],
})
export class GatewayModule {}
