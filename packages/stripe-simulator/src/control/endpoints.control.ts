import type { WebhookEndpoint } from '../objects/event.js';
import { makeEndpoint, newSecret } from '../resources/webhook-endpoints/webhook-endpoints.js';
import type { World } from '../world.js';
import { asHash, integer, onlyKnown, text } from './body.js';
import type { ControlRoute } from './control.js';
import { ControlError } from './control-error.js';

/** Stripe's longest time during which the old secret signs too: https://docs.stripe.com/webhooks#roll-endpoint-secrets */
const ROLL_MS = 24 * 60 * 60 * 1000;

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
  if (url === undefined || !URL.canParse(url) || !/^https?:/i.test(url))
    throw new ControlError(400, 'an endpoint needs a url.');
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
      previous_secret_until: null,
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

/** A new secret; the old one signs too until then (epoch milliseconds of simulator time). */
function rollSecret(world: World, endpoint: WebhookEndpoint, until: number): WebhookEndpoint {
  return world.store.put(world.tables.webhookEndpoint, {
    ...endpoint,
    secret: newSecret(world),
    previous_secret: endpoint.secret,
    previous_secret_until: until,
  });
}

export const endpointRoutes: readonly ControlRoute[] = [
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
    method: 'POST',
    path: '/_sim/webhooks/*/roll',
    run({ parts: { world }, id, body }) {
      onlyKnown(body, ['expire_ms'], 'a roll');
      const endpoint = world.tables.webhookEndpoint.get(id);
      if (endpoint === undefined) throw new ControlError(404, `No endpoint ${id}.`);
      const until = world.clock.now() + (integer(body, 'expire_ms', 0) ?? ROLL_MS);
      const { secret } = world.byItself(() => rollSecret(world, endpoint, until));
      return { id, secret, previous_secret_until: until };
    },
  },
];
