import { Controller, Headers, HttpCode, Post, type RawBodyRequest, Req } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../common/app-error.js';
import { atFailpoint } from '../../common/failpoints.js';
import { Metrics } from '../../operations/metrics.js';
import { InboxRepository } from './inbox.repository.js';
import { InboxWorker } from './inbox-worker.js';
import { WebhookReceived } from './webhook-received.dto.js';
import { WebhookVerifier } from './webhook-verifier.js';

/** Verify, store, answer: nothing else happens in the request (p99 below 100 ms is Stripe's patience and ours). */
@ApiTags('webhook')
@Controller('webhook/stripe')
export class WebhookController {
  constructor(
    private readonly verifier: WebhookVerifier,
    private readonly inbox: InboxRepository,
    private readonly worker: InboxWorker,
    private readonly metrics: Metrics,
  ) {}

  /** Receives events from Stripe (or `stripe listen --forward-to`). Signed with STRIPE_WEBHOOK_SECRET; no token. */
  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Stripe events' })
  @ApiHeader({ name: 'stripe-signature', required: true, description: '`t=…,v1=…` over the raw body' })
  @ApiResponse({ status: 400, description: 'Not a fresh event of this account, or the signature does not match' })
  @ApiResponse({ status: 413, description: 'Larger than 256 KB' })
  @ApiResponse({ status: 503, description: 'Not stored; Stripe delivers it again' })
  async receive(
    @Req() request: RawBodyRequest<FastifyRequest>,
    @Headers('stripe-signature') signature?: string,
  ): Promise<WebhookReceived> {
    const event = await this.verifier.verify(request.rawBody, signature).catch((error: unknown) => {
      if (error instanceof AppError) this.metrics.count('inbox_received_total', { result: 'refused' });
      throw error;
    });
    const result = await atFailpoint('webhook.insert', () => this.inbox.store(event));
    this.metrics.count('inbox_received_total', { result });
    if (result === 'stored') this.worker.nudge();
    return { received: true };
  }
}
