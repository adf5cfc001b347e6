import type { Delivery, Event, WebhookEndpoint } from '../objects/event.js';
import type { World } from '../world.js';

/** Queues an event for every endpoint that listens to its type. The sender takes it from the timers. */
export function deliver(world: World, event: Event): Delivery[] {
  const queued: Delivery[] = [];
  for (const endpoint of world.tables.webhookEndpoint.oldest()) {
    if (endpoint.status === 'enabled' && listens(endpoint, event.type)) queued.push(queue(world, event, endpoint));
  }
  return queued;
}

/** A delivery of its own, due now. */
export function queue(world: World, event: Event, endpoint: WebhookEndpoint): Delivery {
  const now = world.clock.now();
  const delivery = world.store.put(world.tables.delivery, {
    id: world.ids.next('whd'),
    event: event.id,
    type: event.type,
    object: idOf(event.data.object),
    endpoint: endpoint.id,
    url: endpoint.url,
    created: now,
    attempts: [],
    next_at: now,
    delivered: false,
  });
  world.timers.schedule(now, 'delivery', delivery.id);
  return delivery;
}

export function openDeliveries(world: World, event: string): number {
  let open = 0;
  for (const delivery of world.tables.delivery.oldest('event', event)) if (delivery.next_at !== null) open++;
  return open;
}

/** Whether every endpoint that the event was queued for has taken it. */
export function allDelivered(world: World, event: string): boolean {
  for (const delivery of world.tables.delivery.oldest('event', event)) if (!delivery.delivered) return false;
  return true;
}

function listens(endpoint: WebhookEndpoint, type: string): boolean {
  return endpoint.enabled_events.some((wanted) => wanted === '*' || wanted === type);
}

function idOf(subject: unknown): string {
  return typeof subject === 'object' && subject !== null && 'id' in subject ? String(subject.id) : '';
}
