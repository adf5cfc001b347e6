import { setMaxListeners } from 'node:events';
import { request, Agent } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import type { Delivery, DeliveryAttempt, WebhookEndpoint } from '../objects/event.js';
import { eventView } from '../resources/events/events.js';
import { Random } from '../state/random.js';
import type { World } from '../world.js';
import type { Disturbance } from './disturbance.js';
import { corrupted, signatureHeader } from './signature.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Stripe: "up to three days with an exponential back off"; the steps themselves are not documented. */
const BACKOFF = [1 * MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 12 * HOUR];
const GIVE_UP_MS = 72 * HOUR;
const TIMEOUT_MS = 10_000;
/** Attempts on their way to one endpoint at a time. */
const CONCURRENCY = 20;
/** Characters. */
const KEPT_OF_AN_ANSWER = 300;

type Outcome = Pick<DeliveryAttempt, 'status' | 'answer' | 'ms'>;

/** Attempts on one set of data, by the ids of deliveries. A reset ends them: the next data has the same ids again. */
class Round {
  readonly underWay = new Map<string, number>();
  readonly waiting = new Map<string, string[]>();
  readonly held = new Set<string>();
  /** Being sent right now: a timer and `before_response` may both want the same one. */
  readonly inFlight = new Set<string>();
  private readonly abort = new AbortController();

  constructor() {
    // One listener per attempt under way.
    setMaxListeners(0, this.abort.signal);
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  get over(): boolean {
    return this.signal.aborted;
  }

  end(): void {
    this.abort.abort();
  }
}

/** Sends queued deliveries, signed, and tries again until 2xx or 72 hours have passed on the simulator's clock. */
export class Sender {
  random = new Random('webhooks');
  private readonly agent = new Agent({ keepAlive: true });
  private readonly secureAgent = new SecureAgent({ keepAlive: true });
  private round = new Round();

  constructor(private readonly world: World) {
    world.timers.on('delivery', (id) => this.due(id));
  }

  get disturbance(): Disturbance {
    return this.world.settings.webhooks;
  }

  /** Puts what was open before a restart back on the timers. */
  resume(): void {
    for (const delivery of this.world.tables.delivery.oldest()) {
      if (delivery.next_at !== null) this.world.timers.schedule(delivery.next_at, 'delivery', delivery.id);
    }
  }

  disturb(change: Partial<Disturbance>): void {
    this.world.change({ webhooks: { ...this.disturbance, ...change } });
    if (this.disturbance.paused) return;
    const held = [...this.round.held];
    this.round.held.clear();
    for (const id of held) this.due(id);
  }

  /** Sends up to `limit` of what waits because of a pause, in order, although the pause goes on. @returns their ids */
  release(event: string | undefined, limit: number): string[] {
    const released: string[] = [];
    for (const id of this.round.held) {
      if (released.length === limit) break;
      if (event === undefined || this.world.tables.delivery.get(id)?.event === event) released.push(id);
    }
    for (const id of released) {
      this.round.held.delete(id);
      this.start(id);
    }
    return released;
  }

  /** Tries these now and waits until each was answered or failed. */
  async deliverNow(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => this.attemptOnce(id)));
  }

  /** Drops what waits and breaks off what is on its way; for a reset. */
  forget(): void {
    this.round.end();
    this.round = new Round();
  }

  close(): void {
    this.round.end();
    this.agent.destroy();
    this.secureAgent.destroy();
  }

  private due(id: string): void {
    const delivery = this.world.tables.delivery.get(id);
    if (delivery === undefined || delivery.next_at === null || delivery.next_at > this.world.clock.now()) return;
    if (this.disturbance.paused) {
      this.round.held.add(id);
      return;
    }
    const { round } = this;
    const { delay_ms, reorder_ms } = this.disturbance;
    const wait = delay_ms + (delivery.attempts.length === 0 ? reorder_ms * this.random.next() : 0);
    if (wait > 0) setTimeout(() => round.over || this.start(id), wait).unref();
    else this.start(id);
  }

  private start(id: string): void {
    const endpoint = this.world.tables.delivery.get(id)?.endpoint;
    if (endpoint === undefined) return;
    const { round } = this;
    if ((round.underWay.get(endpoint) ?? 0) >= CONCURRENCY) {
      const queue = round.waiting.get(endpoint) ?? [];
      queue.push(id);
      round.waiting.set(endpoint, queue);
      return;
    }
    round.underWay.set(endpoint, (round.underWay.get(endpoint) ?? 0) + 1);
    void this.attemptOnce(id).finally(() => {
      if (round.over) return;
      round.underWay.set(endpoint, (round.underWay.get(endpoint) ?? 1) - 1);
      const next = round.waiting.get(endpoint)?.shift();
      if (next !== undefined) this.start(next);
    });
  }

  private async attemptOnce(id: string): Promise<void> {
    const { inFlight } = this.round;
    if (inFlight.has(id)) return;
    inFlight.add(id);
    await this.attempt(id).finally(() => inFlight.delete(id));
  }

  private async attempt(id: string): Promise<void> {
    const { world, round } = this;
    const delivery = world.tables.delivery.get(id);
    const endpoint = delivery === undefined ? undefined : world.tables.webhookEndpoint.get(delivery.endpoint);
    const event = delivery === undefined ? undefined : world.tables.event.get(delivery.event);
    if (delivery === undefined || delivery.next_at === null || round.over) return;
    if (endpoint === undefined || event === undefined) return this.finish(id, { status: 'endpoint_removed' }, true);
    if (this.random.happens(this.disturbance.drop)) return this.finish(id, { status: 'dropped' }, true);
    const body = JSON.stringify(eventView(world, event), null, 2);
    const twice = this.random.happens(this.disturbance.duplicate);
    const sent = [this.send(endpoint, body), ...(twice ? [this.send(endpoint, body)] : [])];
    const [outcome = { status: 'failed' }, duplicate] = await Promise.all(sent);
    if (round.over) return;
    if (duplicate !== undefined) this.note(id, { at: world.clock.now(), ...duplicate, duplicate: true });
    this.finish(id, outcome, false);
  }

  private note(id: string, attempt: DeliveryAttempt): void {
    const delivery = this.world.tables.delivery.get(id);
    if (delivery === undefined) return;
    const attempts = [...delivery.attempts, attempt];
    this.world.byItself(() => this.world.store.put(this.world.tables.delivery, { ...delivery, attempts }));
  }

  private finish(id: string, outcome: Outcome, forGood: boolean): void {
    const { world } = this;
    const delivery = world.tables.delivery.get(id);
    if (delivery === undefined) return;
    const now = world.clock.now();
    const { status } = outcome;
    const delivered = typeof status === 'number' && status >= 200 && status < 300;
    const attempts = [...delivery.attempts, { at: now, ...outcome }];
    const next_at = delivered || forGood ? null : this.nextAttempt(delivery, attempts.length, now);
    world.byItself(() => world.store.put(world.tables.delivery, { ...delivery, attempts, next_at, delivered }));
    if (next_at !== null) world.timers.schedule(next_at, 'delivery', id);
  }

  private nextAttempt(delivery: Delivery, made: number, now: number): number | null {
    const steps = this.disturbance.retry_ms ?? BACKOFF;
    const next = now + (steps[Math.min(made, steps.length) - 1] ?? HOUR);
    return next - delivery.created > GIVE_UP_MS ? null : next;
  }

  /** Sends it once and waits for the whole answer. */
  private async send(endpoint: WebhookEndpoint, body: string): Promise<Outcome> {
    const begun = performance.now();
    const { status, answer } = await this.post(endpoint, body);
    const ms = Math.round(performance.now() - begun);
    return { status, ...(answer === '' ? {} : { answer }), ms };
  }

  private signature(endpoint: WebhookEndpoint, body: string): string {
    const { secret, previous_secret: previous, previous_secret_until: until = null } = endpoint;
    const both = previous !== null && (until === null || this.world.clock.now() < until);
    const seconds = this.world.clock.seconds() - this.disturbance.stale_seconds;
    const signature = signatureHeader(body, both ? [secret, previous] : [secret], seconds);
    return this.disturbance.corrupt_signature ? corrupted(signature) : signature;
  }

  private post(endpoint: WebhookEndpoint, body: string): Promise<{ status: number | string; answer: string }> {
    const secure = endpoint.url.startsWith('https:');
    let answer = '';
    return new Promise((resolve) => {
      const over = (status: number | string): void => resolve({ status, answer });
      const outgoing = (secure ? secureRequest : request)(
        endpoint.url,
        {
          method: 'POST',
          agent: secure ? this.secureAgent : this.agent,
          signal: this.round.signal,
          headers: {
            'content-type': 'application/json; charset=utf-8',
            'content-length': Buffer.byteLength(body),
            accept: '*/*; q=0.5, application/xml',
            'cache-control': 'no-cache',
            'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
            'stripe-signature': this.signature(endpoint, body),
          },
        },
        (incoming) => {
          incoming.setEncoding('utf8');
          incoming.on('data', (text: string) => (answer = (answer + text).slice(0, KEPT_OF_AN_ANSWER)));
          incoming.on('end', () => over(incoming.statusCode ?? 'failed'));
          incoming.on('error', () => over('failed'));
        },
      );
      // Not the socket's idle timeout: Stripe's ten seconds are for the whole answer.
      const timer = setTimeout(() => {
        over('timeout');
        outgoing.destroy();
      }, TIMEOUT_MS);
      timer.unref();
      outgoing.on('error', (error: NodeJS.ErrnoException) => over(error.code ?? 'failed'));
      outgoing.on('close', () => clearTimeout(timer));
      outgoing.end(body);
    });
  }
}
