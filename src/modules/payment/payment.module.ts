import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { PublicAddress } from '../../platform/common/public-address.js';
import { LimitsModule } from '../../platform/limits/limits.module.js';
import { MailModule } from '../../platform/mail/mail.module.js';
import { OperationsModule } from '../../platform/operations/operations.module.js';
import { StripeModule } from '../../platform/stripe/stripe.module.js';
import { WebhookModule } from '../../platform/stripe/webhook/webhook.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { CustomerModule } from '../customer/customer.module.js';
import { MerchantModule } from '../merchant/merchant.module.js';
import { UserModule } from '../user/user.module.js';
import { AccountWatch } from './account-watch.js';
import { OperationsReportService } from './operations-report.service.js';
import { AccountClosure } from './account-closure.service.js';
import { CHECKOUT_MODEL, checkoutSchema } from './checkout/checkout.schema.js';
import { CheckoutRegistration } from './checkout/checkout-registration.service.js';
import { CheckoutRepository } from './checkout/checkout.repository.js';
import { CheckoutService } from './checkout/checkout.service.js';
import { ConfirmAnswers } from './confirm-answers.js';
import { ConfirmPaymentService } from './confirm-payment.service.js';
import { CreatePaymentService } from './create-payment.service.js';
import { DeclineLimits } from './decline-limits.js';
import { EffectDrain } from './effects/effect-drain.js';
import { ParkedReceiptsService } from './effects/parked-receipts.service.js';
import { ReceiptService } from './effects/receipt.service.js';
import { PaymentEventsHandler } from './payment-events.handler.js';
import { PaymentFence } from './payment-fence.js';
import { PaymentObserver } from './payment-observer.js';
import { PaymentRepository } from './payment.repository.js';
import { PaymentResolver } from './payment-resolver.js';
import { OrphanCanceler } from './sweep/orphan-canceler.js';
import { OrphanRepository } from './sweep/orphan.repository.js';
import { OrphanService } from './sweep/orphan.service.js';
import { PaymentSweeper } from './sweep/payment-sweeper.js';
import { SweepItem } from './sweep/sweep-item.js';
import { SweepRepository } from './sweep/sweep.repository.js';
import { ORPHAN_MODEL, orphanSchema, SWEEP_MODEL, sweepSchema } from './sweep/sweep.schema.js';
import { UserAdministration } from './user-administration.service.js';
import { PAYMENT_MODEL, paymentSchema } from './payment.schema.js';
import { PaymentService } from './payment.service.js';

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: PAYMENT_MODEL, schema: paymentSchema },
      { name: CHECKOUT_MODEL, schema: checkoutSchema },
      { name: SWEEP_MODEL, schema: sweepSchema },
      { name: ORPHAN_MODEL, schema: orphanSchema },
    ]),
    AuditModule,
    MerchantModule,
    UserModule,
    CustomerModule,
    StripeModule,
    WebhookModule,
    LimitsModule,
    MailModule,
    OperationsModule,
  ],
  providers: [
    AccountClosure,
    AccountWatch,
    CheckoutRegistration,
    CheckoutRepository,
    CheckoutService,
    ConfirmAnswers,
    ConfirmPaymentService,
    CreatePaymentService,
    DeclineLimits,
    EffectDrain,
    ParkedReceiptsService,
    OrphanCanceler,
    OrphanRepository,
    OrphanService,
    OperationsReportService,
    PaymentEventsHandler,
    PaymentFence,
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
    CheckoutRegistration,
    CheckoutService,
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
