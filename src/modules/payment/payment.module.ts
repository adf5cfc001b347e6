import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { PublicAddress } from '../../platform/common/public-address.js';
import { LimitsModule } from '../../platform/limits/limits.module.js';
import { MailModule } from '../../platform/mail/mail.module.js';
import { OperationsModule } from '../../platform/operations/operations.module.js';
import { StripeModule } from '../../platform/stripe/stripe.module.js';
import { WebhookModule } from '../../platform/stripe/webhook/webhook.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { ShopperModule } from '../customer/shopper/shopper.module.js';
import { VaultModule } from '../customer/vault.module.js';
import { MerchantModule } from '../merchant/merchant.module.js';
import { UserModule } from '../user/user.module.js';
import { AttemptSteps } from './provider/attempt-steps.js';
import { AccountWatch } from './upkeep/account-watch.js';
import { OperationsReportService } from './upkeep/operations-report.service.js';
import { AccountClosure } from './shopper/account-closure.service.js';
import { OFFER_MODEL, offerSchema } from './shopper/offer.schema.js';
import { OfferRegistration } from './shopper/offer-registration.service.js';
import { OfferRepository } from './shopper/offer.repository.js';
import { OfferService } from './shopper/offer.service.js';
import { ConfirmAnswers } from './shopper/confirm-answers.js';
import { ConfirmPaymentService } from './shopper/confirm-payment.service.js';
import { CreatePaymentService } from './shopper/create-payment.service.js';
import { DeclineLimits } from './limits/decline-limits.js';
import { EffectConsumers } from './record/effect-consumers.js';
import { EffectDrain } from './effects/effect-drain.js';
import { ParkedReceiptsService } from './effects/parked-receipts.service.js';
import { ReceiptService } from './effects/receipt.service.js';
import { PaymentEventsHandler } from './upkeep/payment-events.handler.js';
import { CardOnFileService } from './charge/card-on-file.service.js';
import { CaptureService } from './charge/capture.service.js';
import { ChargeAnswers } from './charge/charge-answers.js';
import { ChargeService } from './charge/charge.service.js';
import { RefundService } from './charge/refund.service.js';
import { DisputeReader } from './upkeep/dispute-reader.js';
import { DisputeSweeper } from './upkeep/dispute-sweeper.js';
import { PaymentAftercare } from './upkeep/payment-aftercare.js';
import { PaymentCapturer } from './provider/payment-capturer.js';
import { ReaderPayer } from './provider/reader-payer.js';
import { PaymentRefunder } from './provider/payment-refunder.js';
import { PaymentFence } from './provider/payment-fence.js';
import { PaymentIntentMaker } from './provider/payment-intent-maker.js';
import { PaymentObserver } from './provider/payment-observer.js';
import { PaymentRepository } from './record/payment.repository.js';
import { PaymentResolver } from './upkeep/payment-resolver.js';
import { OrphanCanceler } from './provider/orphan-canceler.js';
import { OrphanRepository } from './record/orphan.repository.js';
import { OrphanService } from './upkeep/orphan.service.js';
import { PaymentSweeper } from './upkeep/payment-sweeper.js';
import { SweepItem } from './upkeep/sweep-item.js';
import { SweepRepository } from './upkeep/sweep.repository.js';
import { ORPHAN_MODEL, orphanSchema } from './record/orphan.schema.js';
import { SWEEP_MODEL, sweepSchema } from './upkeep/sweep.schema.js';
import { UserAdministration } from './shopper/user-administration.service.js';
import { PAYMENT_MODEL, paymentSchema } from './record/payment.schema.js';
import { PaymentService } from './shopper/payment.service.js';

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: PAYMENT_MODEL, schema: paymentSchema },
      { name: OFFER_MODEL, schema: offerSchema },
      { name: SWEEP_MODEL, schema: sweepSchema },
      { name: ORPHAN_MODEL, schema: orphanSchema },
    ]),
    AuditModule,
    MerchantModule,
    UserModule,
    ShopperModule,
    VaultModule,
    StripeModule,
    WebhookModule,
    LimitsModule,
    MailModule,
    OperationsModule,
  ],
  providers: [
    AccountClosure,
    AccountWatch,
    AttemptSteps,
    CaptureService,
    CardOnFileService,
    ChargeAnswers,
    ChargeService,
    DisputeReader,
    DisputeSweeper,
    PaymentAftercare,
    PaymentCapturer,
    PaymentRefunder,
    ReaderPayer,
    RefundService,
    OfferRegistration,
    OfferRepository,
    OfferService,
    ConfirmAnswers,
    ConfirmPaymentService,
    CreatePaymentService,
    DeclineLimits,
    EffectConsumers,
    EffectDrain,
    ParkedReceiptsService,
    OrphanCanceler,
    OrphanRepository,
    OrphanService,
    OperationsReportService,
    PaymentEventsHandler,
    PaymentFence,
    PaymentIntentMaker,
    PaymentObserver,
    PaymentRepository,
    PaymentResolver,
    PaymentService,
    PaymentSweeper,
    PublicAddress,
    ReceiptService,
    SweepItem,
    SweepRepository,
    UserAdministration,
  ],
  exports: [
    AccountClosure,
    CaptureService,
    CardOnFileService,
    ChargeService,
    EffectConsumers,
    OfferRegistration,
    OfferService,
    RefundService,
    ConfirmPaymentService,
    CreatePaymentService,
    OperationsReportService,
    OrphanService,
    PaymentObserver,
    PaymentRepository,
    PaymentService,
    UserAdministration,
  ],
})
export class PaymentModule {}
