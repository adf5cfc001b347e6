import { Body, Get, Header, Param, Put } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import { OfferRegistration } from '../../../modules/payment/shopper/offer-registration.service.js';
import type { Principal } from '../../../platform/common/principal.js';
import { CurrentPrincipal, Public, StorefrontController, StorefrontErrors } from '../storefront.dialect.js';
import { CheckoutRegistered, RegisterCheckout } from './checkout.dto.js';
import { toCheckoutRegistered, toCheckoutTerms } from './checkout.mapper.js';
import { ApiCuid, CuidPipe } from './cuid.pipe.js';
import { RETURN_PAGE } from './return-page.js';

@StorefrontController('checkout', 'checkout')
export class CheckoutController {
  constructor(private readonly offers: OfferRegistration) {}

  /** Page to which Stripe sends the payer back when no shop page is configured. Its query is neither read nor believed. */
  @Get('return')
  @Public()
  @ApiExcludeEndpoint()
  @Header('content-type', 'text/html; charset=utf-8')
  returned(): string {
    return RETURN_PAGE;
  }

  /**
   * Registers what a cuid costs, from the merchant's back end with an administrator's token, before the payer pays it.
   * It can be replaced until a payment has claimed it. An addition to the storefront contract.
   */
  @Put(':cuid')
  @ApiCuid()
  @StorefrontErrors(400, 401, 403, 409, 413, 415, 503)
  async register(
    @CurrentPrincipal() principal: Principal,
    @Param('cuid', CuidPipe) cuid: string,
    @Body() body: RegisterCheckout,
  ): Promise<CheckoutRegistered> {
    return toCheckoutRegistered(await this.offers.register(principal, cuid, toCheckoutTerms(body)));
  }
}
