import { Body, Get, Inject, Param, Post, Query, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ConfirmPaymentService } from '../../../modules/payment/shopper/confirm-payment.service.js';
import { CreatePaymentService } from '../../../modules/payment/shopper/create-payment.service.js';
import { PaymentService } from '../../../modules/payment/shopper/payment.service.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import type { Principal } from '../../../platform/common/principal.js';
import { absentOr } from '../../shared/absent-or.js';
import { PaymentRateLimitGuard } from '../payment-rate-limit.guard.js';
import { CurrentPrincipal, StorefrontController, StorefrontErrors } from '../storefront.dialect.js';
import { ApiListPage, LimitPipe, linkBehind } from '../list-page.js';
import { namedPrice } from './named-price.js';
import { ConfirmPayment, CreatePayment, PaymentCreated, ReturnPayment } from './payment.dto.js';
import { toPaymentCreated, toReturnPayment } from './payment.mapper.js';
import { ApiProviderPaymentId, PROVIDER_PAYMENT_ID_FORM, ProviderPaymentIdPipe } from './provider-payment-id.pipe.js';

@UseGuards(PaymentRateLimitGuard) // above the controller's own guard, so that it runs after it: the limit is per user
@StorefrontController('payment', 'payment')
export class PaymentController {
  constructor(
    private readonly payments: PaymentService,
    private readonly creation: CreatePaymentService,
    private readonly confirmation: ConfirmPaymentService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The caller's payments, newest first. A header `Link` with `rel="next"` says that there are older ones, and where. */
  @Get()
  @ApiListPage(PROVIDER_PAYMENT_ID_FORM)
  @StorefrontErrors(400, 401, 429, 503)
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query('limit', absentOr(new LimitPipe())) limit: number | null,
    @Query('starting_after', absentOr(new ProviderPaymentIdPipe())) startingAfter: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReturnPayment[]> {
    const page = await this.payments.list(principal, { limit, startingAfter });
    linkBehind(reply, '/payment', limit, page);
    return page.items.map(toReturnPayment);
  }

  /**
   * Creates a payment, or answers the one that this `cuid` has already created. What it costs is the merchant's to say,
   * unless the deployment takes `amount` and `currency` from the payer (donations).
   */
  @Post()
  @StorefrontErrors(400, 401, 409, 413, 415, 429, 502, 503)
  async create(@CurrentPrincipal() principal: Principal, @Body() body: CreatePayment): Promise<PaymentCreated> {
    const named = namedPrice(body, this.config.storefront.clientAmounts !== null);
    return toPaymentCreated(await this.creation.create(principal, { cuid: body.cuid, named }, body));
  }

  /**
   * Confirms with a payment method. `requires_action` means 3-D Secure: finish with Stripe.js and the client secret.
   * A declined payment stays payable: confirm it again with another method.
   */
  @Post('confirm')
  @StorefrontErrors(400, 401, 402, 404, 409, 413, 415, 429, 503)
  async confirm(@CurrentPrincipal() principal: Principal, @Body() body: ConfirmPayment): Promise<ReturnPayment> {
    return toReturnPayment(
      await this.confirmation.confirm(principal, {
        cuid: body.cuid,
        providerPaymentId: body.paymentId,
        paymentMethodId: body.paymentMethodId,
      }),
    );
  }

  /** One payment of the caller's, read through from Stripe while it is open. */
  @Get(':id')
  @ApiProviderPaymentId()
  @StorefrontErrors(400, 401, 404, 429, 503)
  async read(
    @CurrentPrincipal() principal: Principal,
    @Param('id', ProviderPaymentIdPipe) id: string,
  ): Promise<ReturnPayment> {
    return toReturnPayment(await this.payments.read(principal, id));
  }
}
