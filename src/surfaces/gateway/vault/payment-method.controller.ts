import { applyDecorators, Body, Delete, HttpCode, Param, Post } from '@nestjs/common';
import type { AskedMethod } from '../../../modules/customer/record/new-method.types.js';
import { PaymentMethodService } from '../../../modules/customer/payment-method.service.js';
import type { VaultCustomer } from '../../../modules/customer/record/vault-customer.types.js';
import { ApiBody } from '@nestjs/swagger';
import type { GatewayPrincipal } from '../../../modules/user/gateway/gateway-user.types.js';
import { done, single } from '../envelope.js';
import type { SuccessEnvelope } from '../envelope.dto.js';
import { CurrentCaller, GatewayController, GatewayCredential, GatewayErrors } from '../gateway.dialect.js';
import { ApiPathId } from '../path-id.js';
import { ApiCustomerId } from './customer-id.js';
import {
  ApplePayFields,
  BankAccountFields,
  CardFields,
  GooglePayFields,
  NewBankAccountFields,
  NewCardFields,
  NewTokenFields,
  TokenFields,
} from './payment-method.dto.js';
import * as examples from './payment-method.examples.js';
import * as mapper from './payment-method.mapper.js';
import { NewMethodAnswer, VaultCustomerAnswer } from './vault-record.dto.js';
import { toVaultRecord } from './vault.mapper.js';

const ApiMethodId = () => ApiPathId('methodId', 'bl6nqk69ku6897l45fq0');

/** Decorators of all routes that answer with the record. */
const Method = () =>
  applyDecorators(
    HttpCode(200),
    ApiCustomerId(),
    GatewayCredential(),
    GatewayErrors(400, 401, 403, 404, 409, 413, 415, 503),
  );

@GatewayController('vault/customer/:customerId', 'gateway vault')
export class PaymentMethodController {
  constructor(private readonly methods: PaymentMethodService) {}

  /** Adds a card; the customer's first method becomes the default. */
  @Post('card')
  @Method()
  @ApiBody({ type: NewCardFields, examples: examples.CARD_EXAMPLES })
  addCard(
    @CurrentCaller() caller: GatewayPrincipal,
    @Param('customerId') customerId: string,
    @Body() body: NewCardFields,
  ): Promise<NewMethodAnswer> {
    return this.add(caller, customerId, mapper.toNewCard(body));
  }

  /** Adds a bank account; on Stripe's side it may have to be verified before it can be charged. */
  @Post('ach')
  @Method()
  @ApiBody({ type: NewBankAccountFields, examples: examples.ACH_EXAMPLES })
  addBankAccount(
    @CurrentCaller() caller: GatewayPrincipal,
    @Param('customerId') customerId: string,
    @Body() body: NewBankAccountFields,
  ): Promise<NewMethodAnswer> {
    return this.add(caller, customerId, mapper.toNewBankAccount(body));
  }

  /** Adds what a token stands for, a card or a bank account. */
  @Post('token')
  @Method()
  @ApiBody({ type: NewTokenFields, examples: examples.TOKEN_EXAMPLES })
  addToken(
    @CurrentCaller() caller: GatewayPrincipal,
    @Param('customerId') customerId: string,
    @Body() body: NewTokenFields,
  ): Promise<NewMethodAnswer> {
    return this.add(caller, customerId, mapper.toNewToken(body.token));
  }

  /** Adds the card in an Apple Pay payload, flagged `applepay`; it is changed and deleted as a card. */
  @Post('applepay')
  @Method()
  @ApiBody({ type: ApplePayFields, examples: examples.APPLE_PAY_EXAMPLES })
  addApplePay(
    @CurrentCaller() caller: GatewayPrincipal,
    @Param('customerId') customerId: string,
    @Body() body: ApplePayFields,
  ): Promise<NewMethodAnswer> {
    return this.add(caller, customerId, mapper.toApplePay(body));
  }

  /** Adds the card in a Google Pay payload; it is changed and deleted as a card. */
  @Post('googlepay')
  @Method()
  @ApiBody({ type: GooglePayFields, examples: examples.GOOGLE_PAY_EXAMPLES })
  addGooglePay(
    @CurrentCaller() caller: GatewayPrincipal,
    @Param('customerId') customerId: string,
    @Body() body: GooglePayFields,
  ): Promise<NewMethodAnswer> {
    return this.add(caller, customerId, mapper.toGooglePay(body.google_pay_token));
  }

  /** Changes what is sent; the id stays, also with another number. `flags` are replaced whole. */
  @Post('card/:methodId')
  @Method()
  @ApiMethodId()
  @ApiBody({ type: CardFields, examples: examples.CARD_CHANGE_EXAMPLES })
  async changeCard(
    @CurrentCaller() caller: GatewayPrincipal,
    @Param('customerId') customerId: string,
    @Param('methodId') methodId: string,
    @Body() body: CardFields,
  ): Promise<VaultCustomerAnswer> {
    return answer(await this.methods.changeCard(caller, customerId, methodId, mapper.toCardChange(body)));
  }

  /** Changes what is sent; the id stays, also with another account. `flags` are replaced whole. */
  @Post('ach/:methodId')
  @Method()
  @ApiMethodId()
  @ApiBody({ type: BankAccountFields, examples: examples.ACH_CHANGE_EXAMPLES })
  async changeBankAccount(
    @CurrentCaller() caller: GatewayPrincipal,
    @Param('customerId') customerId: string,
    @Param('methodId') methodId: string,
    @Body() body: BankAccountFields,
  ): Promise<VaultCustomerAnswer> {
    return answer(await this.methods.changeBankAccount(caller, customerId, methodId, mapper.toBankAccountChange(body)));
  }

  /** Another card or bank account under the same id, of the same type. `flags` are replaced whole. */
  @Post('token/:methodId')
  @Method()
  @ApiMethodId()
  @ApiBody({ type: TokenFields, examples: examples.TOKEN_CHANGE_EXAMPLES })
  async changeByToken(
    @CurrentCaller() caller: GatewayPrincipal,
    @Param('customerId') customerId: string,
    @Param('methodId') methodId: string,
    @Body() body: TokenFields,
  ): Promise<VaultCustomerAnswer> {
    return answer(await this.methods.changeByToken(caller, customerId, methodId, mapper.toTokenChange(body)));
  }

  /** Deletes a card; if it was the default, the newest that is left becomes it, a card before a bank account. */
  @Delete('card/:methodId')
  @Method()
  @ApiMethodId()
  async deleteCard(
    @CurrentCaller() caller: GatewayPrincipal,
    @Param('customerId') customerId: string,
    @Param('methodId') methodId: string,
  ): Promise<SuccessEnvelope> {
    await this.methods.delete(caller, customerId, 'card', methodId);
    return done();
  }

  /** Deletes a bank account, as a card is. */
  @Delete('ach/:methodId')
  @Method()
  @ApiMethodId()
  async deleteBankAccount(
    @CurrentCaller() caller: GatewayPrincipal,
    @Param('customerId') customerId: string,
    @Param('methodId') methodId: string,
  ): Promise<SuccessEnvelope> {
    await this.methods.delete(caller, customerId, 'ach', methodId);
    return done();
  }

  private async add(caller: GatewayPrincipal, customerId: string, asked: AskedMethod): Promise<NewMethodAnswer> {
    const { customer, methodId } = await this.methods.add(caller, customerId, asked);
    return single(Object.assign(toVaultRecord(customer), { created_payment_method_id: methodId }));
  }
}

const answer = (customer: VaultCustomer): VaultCustomerAnswer => single(toVaultRecord(customer));
