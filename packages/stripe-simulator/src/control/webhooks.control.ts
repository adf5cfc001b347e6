import type { Delivery } from '../objects/event.js';
import { type Disturbance, UNDISTURBED } from '../webhooks/disturbance.js';
import { deliver, queue } from '../webhooks/outbox.js';
import { chance, flag, integer, type Json, LONGEST_WAIT_MS, number, onlyKnown, text } from './body.js';
import type { ControlRoute } from './control.js';
import { ControlError } from './control-error.js';
import { limitOf } from './query.js';

const LONGEST_STALE_SECONDS = 10 * 365 * 24 * 60 * 60;

function readDisturbance(body: Json): Partial<Disturbance> {
  onlyKnown(body, Object.keys(UNDISTURBED), 'webhooks');
  const change: Partial<Disturbance> = {};
  for (const name of ['paused', 'corrupt_signature', 'before_response'] as const) {
    const value = flag(body, name);
    if (value !== undefined) change[name] = value;
  }
  for (const name of ['drop', 'duplicate'] as const) {
    const value = chance(body, name);
    if (value !== undefined) change[name] = value;
  }
  for (const name of ['reorder_ms', 'delay_ms'] as const) {
    const value = number(body, name, 0, LONGEST_WAIT_MS);
    if (value !== undefined) change[name] = value;
  }
  const stale = integer(body, 'stale_seconds', -LONGEST_STALE_SECONDS, LONGEST_STALE_SECONDS);
  if (stale !== undefined) change.stale_seconds = stale;
  if (body['retry_ms'] !== undefined) change.retry_ms = readSteps(body['retry_ms']);
  return change;
}

function readSteps(value: unknown): number[] | null {
  if (value === null) return null;
  if (Array.isArray(value) && value.length > 0 && value.every((step) => Number.isInteger(step) && Number(step) >= 0)) {
    return value.map(Number);
  }
  throw new ControlError(400, 'retry_ms must be a list of milliseconds, or null.');
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
      const limit = limitOf(query) ?? Number.POSITIVE_INFINITY;
      const found: Delivery[] = [];
      for (const row of event === null ? delivery.newest() : delivery.newest('event', event)) {
        if ((type !== null && row.type !== type) || (object !== null && row.object !== object)) continue;
        if (found.push(row) === limit) break;
      }
      return { deliveries: found.reverse().map(rowsOf).flat() };
    },
  },
  {
    method: 'POST',
    path: '/_sim/events/*/resend',
    run({ parts: { world }, id, body }) {
      onlyKnown(body, ['endpoint'], 'a resend');
      const event = world.tables.event.get(id);
      if (event === undefined) throw new ControlError(404, `No event ${id}.`);
      const wanted = text(body, 'endpoint');
      const endpoint = world.tables.webhookEndpoint.get(wanted ?? '');
      if (wanted !== undefined && endpoint === undefined) throw new ControlError(404, `No endpoint ${wanted}.`);
      const queued = world.byItself(() =>
        endpoint === undefined ? deliver(world, event) : [queue(world, event, endpoint)],
      );
      return { deliveries: queued.map((delivery) => delivery.id) };
    },
  },
  {
    method: 'POST',
    path: '/_sim/deliveries/release',
    run({ parts, body }) {
      onlyKnown(body, ['event', 'limit'], 'a release');
      const limit = integer(body, 'limit', 1) ?? Number.POSITIVE_INFINITY;
      return { deliveries: parts.sender.release(text(body, 'event'), limit) };
    },
  },
];
