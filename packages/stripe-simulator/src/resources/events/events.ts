import type { Stripe } from 'stripe';
import { list } from '../../api/list.js';
import { invalidRequest, missing } from '../../api/errors.js';
import { operation } from '../../api/operation.js';
import type { Event } from '../../objects/event.js';
import type { World } from '../../world.js';
import { allDelivered, deliver, openDeliveries } from '../../webhooks/outbox.js';

/** The object an event is about. Only the balance has no id. */
export interface Subject {
  id?: string;
  object: string;
}

/**
 * Records that something happened and queues it for every endpoint that wants it.
 *
 * `subject` is kept as it is now: rows never change, so the event shows the object at event time for ever. With `before`,
 * `previous_attributes` tells what changed.
 */
export function emit<T extends Subject>(world: World, type: string, subject: T, before?: T): Event {
  const previous = before === undefined ? undefined : changedFrom(before, subject);
  const event: Event = {
    id: world.ids.next('evt'),
    object: 'event',
    api_version: world.apiVersion,
    created: world.clock.seconds(),
    data: { object: subject, ...(previous === undefined ? {} : { previous_attributes: previous }) },
    livemode: false,
    pending_webhooks: 0,
    request: world.cause,
    type,
  };
  world.store.put(world.tables.event, event);
  deliver(world, event);
  world.reactions.get(type)?.(world, subject.id ?? '');
  return event;
}

/** The event as Stripe shows it now. */
export function eventView(world: World, event: Event): Event {
  return { ...event, pending_webhooks: openDeliveries(world, event.id) };
}

/** Old values of what differs, as in Stripe's events. Inside a hash such as `metadata`, null stands for a key that was not. */
function changedFrom(before: object, after: object, absent?: null): Record<string, unknown> {
  const changed: [string, unknown][] = [];
  const now = new Map<string, unknown>(Object.entries(after));
  for (const [key, value] of Object.entries<unknown>({ ...before })) {
    const next = now.get(key);
    now.delete(key);
    if (value === next || JSON.stringify(value) === JSON.stringify(next)) continue;
    changed.push([key, isHash(value) && isHash(next) ? changedFrom(value, next, null) : value]);
  }
  if (absent === null) for (const key of now.keys()) changed.push([key, null]);
  return Object.fromEntries(changed);
}

function isHash(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const retrieve = operation<Stripe.EventRetrieveParams>({
  method: 'GET',
  path: '/v1/events/:event',
  run({ world, path }) {
    const id = path['event'] ?? '';
    const event = world.tables.event.get(id);
    if (event === undefined) throw missing('event', id, 'id');
    return eventView(world, event);
  },
});

const MAX_TYPES = 20;

function checkTypes(type: string | undefined, types: readonly string[] | undefined): void {
  if (type !== undefined && types !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: type, types.', { param: 'types' });
  }
  if (types !== undefined && types.length > MAX_TYPES) {
    throw invalidRequest(`You may only specify up to ${MAX_TYPES} event types.`, { param: 'types' });
  }
}

const listAll = operation<Stripe.EventListParams>({
  method: 'GET',
  path: '/v1/events',
  run({ world, params }) {
    const { type, types, delivery_success } = params;
    checkTypes(type, types);
    const exact = type !== undefined && !type.includes('*');
    const found = list(
      {
        table: world.tables.event,
        what: 'event',
        url: '/v1/events',
        index: exact ? ['type', type] : undefined,
        keep: (event) =>
          (type === undefined || exact || matches(event.type, type)) &&
          (types === undefined || types.some((wanted) => matches(event.type, wanted))) &&
          (delivery_success === undefined || allDelivered(world, event.id) === delivery_success),
      },
      params,
    );
    return { ...found, data: found.data.map((event) => eventView(world, event)) };
  },
});

/** `charge.*` matches every event of charges. */
function matches(type: string, wanted: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}

export const eventOperations = [retrieve, listAll];
