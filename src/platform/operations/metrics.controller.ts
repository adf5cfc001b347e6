import { Controller, Get, Headers, HttpException, Inject, NotFoundException, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { createHash, timingSafeEqual } from 'node:crypto';
import { CONFIG, type Config } from '../config/config.js';
import { Metrics } from './metrics.js';
import { Readiness } from './readiness.js';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Serves metrics to Prometheus. Closed in production until METRICS_TOKEN is set. */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    @Inject(CONFIG) private readonly config: Config,
    readiness: Readiness,
  ) {
    metrics.gauge('test_keys', config.production && !config.stripe.livemode ? 1 : 0);
    metrics.measure('ready', () => (readiness.report().ready ? 1 : 0));
  }

  @Get()
  async read(@Headers('authorization') given: string | undefined, @Res({ passthrough: true }) reply: FastifyReply) {
    const { metricsToken, metricsOpen } = this.config.http;
    if (metricsToken === undefined && !metricsOpen) throw new NotFoundException();
    // Digests have one length, so that comparing them takes one time.
    if (metricsToken !== undefined && !timingSafeEqual(digest(`Bearer ${metricsToken}`), digest(given ?? ''))) {
      throw new HttpException('Unauthorized', 401);
    }
    void reply.type(this.metrics.contentType);
    return this.metrics.exposition();
  }
}
