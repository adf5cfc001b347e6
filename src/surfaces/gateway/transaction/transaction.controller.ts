import { Body, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { ProcessService } from '../../../modules/transaction/process/process.service.js';
import { CaptureTransaction } from '../../../modules/transaction/verbs/capture-transaction.service.js';
import { RefundTransaction } from '../../../modules/transaction/verbs/refund-transaction.service.js';
import { TransactionReader } from '../../../modules/transaction/verbs/transaction-reader.service.js';
import { VoidTransaction } from '../../../modules/transaction/verbs/void-transaction.service.js';
import type { GatewayPrincipal } from '../../../modules/user/gateway/gateway-user.types.js';
import type { Client } from '../../../platform/limits/client-address.js';
import { RequestClient } from '../../shared/client.decorator.js';
import { EmptyEnvelope } from '../envelope.dto.js';
import { listed, single } from '../envelope.js';
import { CurrentCaller, GatewayController, GatewayCredential, GatewayErrors } from '../gateway.dialect.js';
import { ApiPathId } from '../path-id.js';
import { CaptureTransactionBody, RefundTransactionBody } from './lifecycle.dto.js';
import { toCaptureOrder, toRefundOrder } from './lifecycle.mapper.js';
import { ProcessTransaction } from './process.dto.js';
import { toTransactionRequest } from './process.mapper.js';
import { TransactionAnswer, TransactionListOfOne } from './transaction-answer.dto.js';
import { CAPTURE_EXAMPLES, PROCESS_EXAMPLES, REFUND_EXAMPLES } from './transaction.examples.js';
import { toTransactionBody } from './transaction.mapper.js';

const ApiTransactionId = () => ApiPathId('transactionId', 'b7kgflt1tlv51er0fts0');

@GatewayController('transaction', 'gateway transaction')
export class TransactionController {
  constructor(
    private readonly processing: ProcessService,
    private readonly reader: TransactionReader,
    private readonly captures: CaptureTransaction,
    private readonly voids: VoidTransaction,
    private readonly refunds: RefundTransaction,
  ) {}

  /** Charges, authorizes or verifies. A decline is 200, with its `response_code`. */
  @Post()
  @HttpCode(200)
  @GatewayCredential()
  @ApiBody({ type: ProcessTransaction, examples: PROCESS_EXAMPLES })
  @GatewayErrors(400, 401, 403, 413, 415, 503)
  async process(
    @CurrentCaller() caller: GatewayPrincipal,
    @RequestClient() client: Client,
    @Body() body: ProcessTransaction,
  ): Promise<TransactionAnswer> {
    const request = toTransactionRequest(body, client.ip);
    return single(toTransactionBody(await this.processing.process(caller, request)));
  }

  /** One transaction, in a list of one. */
  @Get(':transactionId')
  @ApiTransactionId()
  @GatewayCredential()
  @GatewayErrors(400, 401, 404, 503)
  async read(
    @CurrentCaller() caller: GatewayPrincipal,
    @Param('transactionId') id: string,
  ): Promise<TransactionListOfOne> {
    const data = [toTransactionBody(await this.reader.read(caller, id))];
    return { ...listed(data), data };
  }

  /** Takes what an authorization holds, or a part of it, once; the rest is released. */
  @Post(':transactionId/capture')
  @HttpCode(200)
  @ApiTransactionId()
  @GatewayCredential()
  @ApiBody({ type: CaptureTransactionBody, examples: CAPTURE_EXAMPLES, required: false })
  @GatewayErrors(400, 401, 403, 404, 413, 415, 503)
  async capture(
    @CurrentCaller() caller: GatewayPrincipal,
    @Param('transactionId') id: string,
    @Body() body: CaptureTransactionBody,
  ): Promise<TransactionAnswer> {
    return single(toTransactionBody(await this.captures.capture(caller, id, toCaptureOrder(body))));
  }

  /** Cancels what has not settled: releases what is held, gives back what was taken. */
  @Post(':transactionId/void')
  @HttpCode(200)
  @ApiTransactionId()
  @GatewayCredential()
  @GatewayErrors(400, 401, 403, 404, 413, 415, 503)
  async void(@CurrentCaller() caller: GatewayPrincipal, @Param('transactionId') id: string): Promise<EmptyEnvelope> {
    await this.voids.void(caller, id);
    return single(null);
  }

  /** Gives back what has settled, or a part of it. Answers the refund’s own transaction. */
  @Post(':transactionId/refund')
  @HttpCode(200)
  @ApiTransactionId()
  @GatewayCredential()
  @ApiBody({ type: RefundTransactionBody, examples: REFUND_EXAMPLES, required: false })
  @GatewayErrors(400, 401, 403, 404, 413, 415, 503)
  async refund(
    @CurrentCaller() caller: GatewayPrincipal,
    @Param('transactionId') id: string,
    @Body() body: RefundTransactionBody,
  ): Promise<TransactionAnswer> {
    return single(toTransactionBody(await this.refunds.refund(caller, id, toRefundOrder(body))));
  }
}
