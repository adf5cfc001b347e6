import { type DynamicModule, Module } from '@nestjs/common';
import { BooksModule } from './modules/books/books.module.js';
import { VaultModule } from './modules/customer/vault.module.js';
import { OrderModule } from './modules/order/order.module.js';
import { PaymentModule } from './modules/payment/payment.module.js';
import { SettlementModule } from './modules/settlement/settlement.module.js';
import type { Clock } from './platform/common/clock.js';
import type { Config } from './platform/config/config.js';
import { ConfigModule } from './platform/config/config.module.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { OperationsModule } from './platform/operations/operations.module.js';
import { census } from './surfaces/census/census.dialect.js';
import { CensusModule } from './surfaces/census/census.module.js';
import { FileBatchRowsModule } from './surfaces/gateway/file-batch/file-batch-rows.module.js';
import { gateway } from './surfaces/gateway/gateway.dialect.js';
import { GatewayModule } from './surfaces/gateway/gateway.module.js';
import { ghost } from './surfaces/ghost/ghost.dialect.js';
import { GhostModule } from './surfaces/ghost/ghost.module.js';
import { komoju } from './surfaces/komoju/komoju.dialect.js';
import { KomojuModule } from './surfaces/komoju/komoju.module.js';
import { operator } from './surfaces/operator/operator.dialect.js';
import { OperatorModule } from './surfaces/operator/operator.module.js';
import type { Language } from './surfaces/shared/dialect.js';
import { storefront } from './surfaces/storefront/storefront.dialect.js';
import { StorefrontModule } from './surfaces/storefront/storefront.module.js';

/** Everything with work of its own behind the requests; a worker (`ROLE=worker`) is these and no surface. */
const MODULES = [PaymentModule, BooksModule, FileBatchRowsModule, VaultModule, OrderModule, SettlementModule];

/** The languages that are spoken: a line each, and nothing else of the app knows them. The first is that of all other addresses. */
export const LANGUAGES: readonly [Language, ...Language[]] = [
  { dialect: storefront, module: StorefrontModule },
  { dialect: operator, module: OperatorModule },
  { dialect: gateway, module: GatewayModule },
  { dialect: ghost, module: GhostModule },
  { dialect: komoju, module: KomojuModule },
  { dialect: census, module: CensusModule },
];

@Module({})
export class AppModule {
  static with(config: Config, clock: Clock, languages: readonly Language[] = LANGUAGES): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config, clock),
        DatabaseModule,
        OperationsModule,
        ...MODULES,
        ...(config.role === 'worker' ? [] : languages.map((language) => language.module)),
      ],
    };
  }
}
