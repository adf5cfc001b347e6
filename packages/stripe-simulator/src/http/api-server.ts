import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiRequest, Pipeline } from '../api/pipeline.js';
import { keyKind } from '../api/auth.js';
import type { Idempotency } from '../api/idempotency.js';
import type { Faults } from '../faults/faults.js';
import { serveFaulty } from '../faults/serve.js';
import type { Sender } from '../webhooks/sender.js';
import type { World } from '../world.js';
import { RateLimiter } from './rate-limiter.js';
import type { RequestLog } from './request-log.js';
import { send } from './send.js';

export interface ApiParts {
  world: World;
  pipeline: Pipeline;
  idempotency: Idempotency;
  faults: Faults;
  log: RequestLog;
  sender: Sender;
}

/** Answers requests to Stripe's API: rate limit, faults, log, and everything else through the pipeline. */
export class ApiServer {
  private readonly limiter = new RateLimiter();
  private requests = 0;

  constructor(private readonly parts: ApiParts) {}

  async serve(incoming: IncomingMessage, response: ServerResponse, url: Split, body: string): Promise<void> {
    const { world, pipeline, faults } = this.parts;
    const request = this.toRequest(incoming, url, body);
    const kind = keyKind(request.authorization);
    const form = request.method === 'POST' ? body : url.query;
    const fault = faults.strike({ ...request, publishable: kind === 'publishable', form });
    const logged = this.parts.log.add(
      {
        at: world.clock.now(),
        request_id: request.id,
        method: request.method,
        path: request.path,
        key_kind: kind ?? null,
        idempotency_key: request.idempotencyKey ?? null,
        executed: false,
        replayed: false,
        status: null,
        fault: fault?.action.type ?? null,
      },
      form,
    );
    if (fault !== undefined) {
      await serveFaulty(this.parts, fault, request, response, (done) => {
        logged.status = done.status;
        logged.executed = logged.executed || (done.executed ?? false);
        logged.replayed = logged.replayed || (done.replayed ?? false);
      });
      return;
    }
    const limits = world.settings.rate_limits;
    const refusal = limits === null ? undefined : this.limiter.refuses(limits, pipeline.endpointOf(request));
    if (refusal !== undefined) {
      logged.status = 429;
      send(response, pipeline.errorAnswer(request, refusal));
      return;
    }
    const before = world.tables.delivery.size;
    const done = pipeline.run(request);
    logged.status = done.answer.status;
    logged.executed = done.executed;
    logged.replayed = done.replayed;
    if (this.parts.sender.disturbance.before_response) await this.deliverSince(before);
    send(response, done.answer);
  }

  private async deliverSince(before: number): Promise<void> {
    const { delivery } = this.parts.world.tables;
    const fresh: string[] = [];
    for (const id of delivery.ids().newestFirst()) {
      if (fresh.length === delivery.size - before) break;
      fresh.push(id);
    }
    await this.parts.sender.deliverNow(fresh.reverse());
  }

  private toRequest(incoming: IncomingMessage, url: Split, body: string): ApiRequest {
    const { headers } = incoming;
    const key = headers['idempotency-key'];
    const version = headers['stripe-version'];
    return {
      id: this.requestId(),
      method: incoming.method ?? 'GET',
      path: url.path,
      query: url.query,
      body,
      authorization: headers.authorization,
      idempotencyKey: (Array.isArray(key) ? key[0] : key) || undefined,
      version: Array.isArray(version) ? version[0] : version,
      contentType: headers['content-type'],
      userAgent: headers['user-agent'],
    };
  }

  /** Not from the journaled counters: reads must not write. */
  private requestId(): string {
    const { ids, starts } = this.parts.world;
    return `req_${ids.of(`request|${starts}|${++this.requests}`, 14)}`;
  }
}

export interface Split {
  path: string;
  query: string;
}
