import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { MailModule } from '../../platform/mail/mail.module.js';
import { OperationsModule } from '../../platform/operations/operations.module.js';
import { StripeModule } from '../../platform/stripe/stripe.module.js';
import { WebhookModule } from '../../platform/stripe/webhook/webhook.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { VaultModule } from '../customer/vault.module.js';
import { MerchantModule } from '../merchant/merchant.module.js';
import { PaymentModule } from '../payment/payment.module.js';
import { TerminalModule } from '../terminal/terminal.module.js';
import { GatewayUserModule } from '../user/gateway/gateway-user.module.js';
import { InstrumentMaker } from './process/instrument-maker.js';
import { KeyClaimRepository } from './process/key-claim.repository.js';
import { KEY_CLAIM_MODEL, keyClaimSchema } from './process/key-claim.schema.js';
import { KeyClaims } from './process/key-claims.service.js';
import { MethodSources } from './process/method-sources.service.js';
import { MethodVerifier } from './process/method-verifier.js';
import { ProcessService } from './process/process.service.js';
import { TransactionCharger } from './process/transaction-charger.js';
import { TransactionPlanner } from './process/transaction-plan.service.js';
import { AmountQuoteService } from './quote/amount-quote.service.js';
import { FeeQuoteService } from './quote/fee-quote.service.js';
import { ProcessorChoice } from './quote/processor-choice.js';
import { SettlingRepository } from './record/settling.repository.js';
import { RedirectPages } from './record/redirect-pages.service.js';
import { TransactionBook } from './record/transaction-book.service.js';
import { TransactionPayments } from './record/transaction-payments.service.js';
import { TransactionRepository } from './record/transaction.repository.js';
import { TRANSACTION_MODEL, transactionSchema } from './record/transaction.schema.js';
import { TransactionSearchService } from './search/transaction-search.service.js';
import { TransactionExport } from './support/transaction-export.service.js';
import { TransactionStories } from './support/transaction-story.service.js';
import { TransactionReceipts } from './upkeep/transaction-receipts.service.js';
import { TransactionNews } from './upkeep/transaction-news.service.js';
import { TransactionResolver } from './upkeep/transaction-resolver.js';
import { VaultKeeper } from './vault-keeper.service.js';
import { CaptureTransaction } from './verbs/capture-transaction.service.js';
import { RefundTransaction } from './verbs/refund-transaction.service.js';
import { TransactionReader } from './verbs/transaction-reader.service.js';
import { VoidTransaction } from './verbs/void-transaction.service.js';

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: TRANSACTION_MODEL, schema: transactionSchema },
      { name: KEY_CLAIM_MODEL, schema: keyClaimSchema },
    ]),
    AuditModule,
    GatewayUserModule,
    MailModule,
    MerchantModule,
    OperationsModule,
    PaymentModule,
    StripeModule,
    TerminalModule,
    VaultModule,
    WebhookModule,
  ],
  providers: [
    AmountQuoteService,
    CaptureTransaction,
    FeeQuoteService,
    InstrumentMaker,
    KeyClaimRepository,
    KeyClaims,
    MethodSources,
    MethodVerifier,
    ProcessService,
    ProcessorChoice,
    RedirectPages,
    RefundTransaction,
    SettlingRepository,
    TransactionBook,
    TransactionCharger,
    TransactionExport,
    TransactionNews,
    TransactionPayments,
    TransactionPlanner,
    TransactionReader,
    TransactionReceipts,
    TransactionRepository,
    TransactionResolver,
    TransactionSearchService,
    TransactionStories,
    VaultKeeper,
    VoidTransaction,
  ],
  exports: [
    AmountQuoteService,
    CaptureTransaction,
    FeeQuoteService,
    ProcessService,
    RefundTransaction,
    SettlingRepository,
    TransactionExport,
    TransactionReader,
    TransactionRepository,
    TransactionSearchService,
    TransactionStories,
    VoidTransaction,
  ],
})
export class TransactionModule {}
