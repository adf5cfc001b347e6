import type { Delivery, WebhookEndpoint } from '../objects/event.js';
import { makeEndpoint } from '../resources/webhook-endpoints.js';
import { deliver } from '../webhooks/outbox.js';
import { type Disturbance, UNDISTURBED } from '../webhooks/sender.js';
import type { World } from '../world.js';
import { asHash, flag, type Json, number, onlyKnown, text } from './body.js';
import type { ControlRoute } from './control.js';
import { ControlError } from './control-error.js';

interface Wanted {
  id: string | undefined;
  url: string;
  secret: string;
  enabled_events: string[];
  previous_secret: string | null;
}

function readEndpoint(value: unknown): Wanted {
  const body = asHash(value, 'an endpoint');
  onlyKnown(body, ['id', 'url', 'secret', 'enabled_events', 'previous_secret'], 'an endpoint');
  const url = text(body, 'url');
  const secret = text(body, 'secret');
  if (url === undefined || !URL.canParse(url)) throw new ControlError(400, 'an endpoint needs a url.');
  if (secret === undefined || secret === '') throw new ControlError(400, 'an endpoint needs a secret.');
  const events = body['enabled_events'] ?? ['*'];
  if (!Array.isArray(events)) throw new ControlError(400, 'enabled_events must be an array.');
  return {
    id: text(body, 'id'),
    url,
    secret,
    enabled_events: events.map(String),
    previous_secret: text(body, 'previous_secret') ?? null,
  };
}

/** Replaces the managed endpoints; those that stay keep their id, and with it the deliveries still open. */
function replaceManaged(world: World, wanted: readonly Wanted[]): WebhookEndpoint[] {
  const old = [...world.tables.webhookEndpoint.oldest()].filter((endpoint) => endpoint.managed);
  const kept = new Set<string>();
  const replaced = wanted.map((one) => {
    const same =
      old.find((endpoint) => endpoint.id === one.id || endpoint.url === one.url) ??
      // One app that came back under another address is still the same app.
      (wanted.length === 1 && old.length === 1 && one.id === undefined ? old[0] : undefined);
    const base = same ?? makeEndpoint(world, one);
    const { enabled_events, previous_secret, secret, url } = one;
    const id = same?.id ?? one.id ?? base.id;
    kept.add(id);
    return world.store.put(world.tables.webhookEndpoint, {
      ...base,
      id,
      enabled_events,
      previous_secret,
      secret,
      url,
      managed: true,
    });
  });
  for (const endpoint of old) {
    if (!kept.has(endpoint.id)) world.store.delete(world.tables.webhookEndpoint, endpoint.id);
  }
  return replaced;
}

function readDisturbance(body: Json): Partial<Disturbance> {
  onlyKnown(body, Object.keys(UNDISTURBED), 'webhooks');
  const change: Partial<Disturbance> = {};
  for (const name of ['paused', 'corrupt_signature', 'before_response'] as const) {
    const value = flag(body, name);
    if (value !== undefined) change[name] = value;
  }
  for (const name of ['drop', 'duplicate', 'reorder_ms', 'delay_ms', 'stale_seconds'] as const) {
    const value = number(body, name);
    if (value !== undefined) change[name] = value;
  }
  const steps = body['retry_ms'];
  if (steps === null) change.retry_ms = null;
  else if (Array.isArray(steps)) change.retry_ms = steps.map(Number);
  return change;
}

/** One row per attempt; a delivery not tried yet has one with attempt 0. */
function rowsOf(delivery: Delivery) {
  const { id, event, type, object, endpoint, url, attempts, next_at, delivered } = delivery;
  const common = { id, event, type, object, endpoint, url };
  if (attempts.length === 0) return [{ ...common, attempt: 0, at: null, status: null, next_at, delivered }];
  return attempts.map((attempt, index) => ({
    ...common,
    attempt: index + 1,
    ...attempt,
    next_at: index === attempts.length - 1 ? next_at : null,
    delivered,
  }));
}

export const webhookRoutes: readonly ControlRoute[] = [
  {
    method: 'PUT',
    path: '/_sim/webhooks',
    run({ parts, body }) {
      onlyKnown(body, ['endpoints'], 'webhooks');
      const { endpoints } = body;
      if (!Array.isArray(endpoints)) throw new ControlError(400, 'endpoints must be an array.');
      const wanted = endpoints.map(readEndpoint);
      const replaced = parts.world.byItself(() => replaceManaged(parts.world, wanted));
      return { endpoints: replaced.map(({ id, url, enabled_events }) => ({ id, url, enabled_events })) };
    },
  },
  {
    method: 'GET',
    path: '/_sim/webhooks',
    run: ({ parts }) => ({
      ...parts.sender.disturbance,
      endpoints: [...parts.world.tables.webhookEndpoint.oldest()].map(
        ({ id, url, enabled_events, managed, status }) => ({
          id,
          url,
          enabled_events,
          managed,
          status,
        }),
      ),
    }),
  },
  {
    method: 'POST',
    path: '/_sim/webhooks',
    run({ parts, body }) {
      parts.sender.disturb(readDisturbance(body));
      return parts.sender.disturbance;
    },
  },
  {
    method: 'GET',
    path: '/_sim/deliveries',
    run({ parts, query }) {
      const { delivery } = parts.world.tables;
      const [event, type, object] = [query.get('event'), query.get('type'), query.get('object')];
      const rows = event === null ? delivery.oldest() : delivery.oldest('event', event);
      const deliveries = [];
      for (const row of rows) {
        if ((type === null || row.type === type) && (object === null || row.object === object)) {
          deliveries.push(...rowsOf(row));
        }
      }
      return { deliveries };
    },
  },
  {
    method: 'POST',
    path: '/_sim/events/*/resend',
    run({ parts, id }) {
      const event = parts.world.tables.event.get(id);
      if (event === undefined) throw new ControlError(404, `No event ${id}.`);
      const queued = parts.world.byItself(() => deliver(parts.world, event));
      return { deliveries: queued.map((delivery) => delivery.id) };
    },
  },
];
