import type { Stripe } from 'stripe';
import { mergeMetadata } from '../../api/common-params.js';
import { invalidRequest, missing } from '../../api/errors.js';
import { list } from '../../api/list.js';
import { operation } from '../../api/operation.js';
import type { WebhookEndpoint } from '../../objects/event.js';
import type { World } from '../../world.js';

/** The endpoint as Stripe shows it; the secret only in the answer to its creation. */
function view(
  endpoint: WebhookEndpoint,
): Omit<WebhookEndpoint, 'secret' | 'previous_secret' | 'previous_secret_until' | 'managed'> {
  const {
    secret: _secret,
    previous_secret: _previous,
    previous_secret_until: _until,
    managed: _managed,
    ...shown
  } = endpoint;
  return shown;
}

function inPath(world: World, id = ''): WebhookEndpoint {
  const endpoint = world.tables.webhookEndpoint.get(id);
  if (endpoint === undefined) throw missing('webhook endpoint', id, 'webhook_endpoint');
  return endpoint;
}

/** Stripe takes plain http only in test mode, which is all there is here. */
function checkUrl(url: string): string {
  if (URL.canParse(url) && /^https?:/.test(url)) return url;
  throw invalidRequest('Invalid URL: URL must be an explicit HTTP or HTTPS address.', {
    code: 'url_invalid',
    param: 'url',
  });
}

export function newSecret(world: World): string {
  return `whsec_${world.ids.letters('webhook_secret', 32)}`;
}

/** A new endpoint with a secret of its own, not stored yet. */
export function makeEndpoint(world: World, given: { url: string; enabled_events: string[] }): WebhookEndpoint {
  return {
    id: world.ids.next('we'),
    object: 'webhook_endpoint',
    api_version: null,
    application: null,
    created: world.clock.seconds(),
    description: null,
    enabled_events: given.enabled_events,
    livemode: false,
    metadata: {},
    secret: newSecret(world),
    status: 'enabled',
    url: given.url,
    previous_secret: null,
    previous_secret_until: null,
    managed: false,
  };
}

const create = operation<Stripe.WebhookEndpointCreateParams>({
  method: 'POST',
  path: '/v1/webhook_endpoints',
  run({ world, params }) {
    const endpoint = world.store.put(world.tables.webhookEndpoint, {
      ...makeEndpoint(world, { url: checkUrl(params.url), enabled_events: params.enabled_events }),
      api_version: params.api_version ?? null,
      description: params.description ?? null,
      metadata: mergeMetadata({}, params.metadata),
    });
    return { ...view(endpoint), secret: endpoint.secret };
  },
});

const retrieve = operation<Stripe.WebhookEndpointRetrieveParams>({
  method: 'GET',
  path: '/v1/webhook_endpoints/:webhook_endpoint',
  run: ({ world, path }) => view(inPath(world, path['webhook_endpoint'])),
});

const update = operation<Stripe.WebhookEndpointUpdateParams>({
  method: 'POST',
  path: '/v1/webhook_endpoints/:webhook_endpoint',
  run({ world, path, params }) {
    const before = inPath(world, path['webhook_endpoint']);
    const endpoint = world.store.put(world.tables.webhookEndpoint, {
      ...before,
      description: params.description === undefined ? before.description : params.description,
      enabled_events: params.enabled_events ?? before.enabled_events,
      metadata: mergeMetadata(before.metadata, params.metadata),
      status: params.disabled === undefined ? before.status : params.disabled ? 'disabled' : 'enabled',
      url: params.url === undefined ? before.url : checkUrl(params.url),
    });
    return view(endpoint);
  },
});

const remove = operation<Stripe.WebhookEndpointDeleteParams>({
  method: 'DELETE',
  path: '/v1/webhook_endpoints/:webhook_endpoint',
  run({ world, path }) {
    const endpoint = inPath(world, path['webhook_endpoint']);
    world.store.delete(world.tables.webhookEndpoint, endpoint.id);
    return { id: endpoint.id, object: 'webhook_endpoint', deleted: true };
  },
});

const listAll = operation<Stripe.WebhookEndpointListParams>({
  method: 'GET',
  path: '/v1/webhook_endpoints',
  run({ world, params }) {
    const found = list(
      { table: world.tables.webhookEndpoint, what: 'webhook endpoint', url: '/v1/webhook_endpoints' },
      params,
    );
    return { ...found, data: found.data.map(view) };
  },
});

export const webhookEndpointOperations = [create, retrieve, update, remove, listAll];
