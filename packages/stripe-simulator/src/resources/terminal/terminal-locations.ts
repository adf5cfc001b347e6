import type { Stripe } from 'stripe';
import { mergeMetadata, toAddress } from '../../api/common-params.js';
import { invalidRequest, missing, missingParam } from '../../api/errors.js';
import { list } from '../../api/list.js';
import { operation } from '../../api/operation.js';
import type { Location } from '../../objects/terminal.js';
import type { World } from '../../world.js';

/** The location a parameter means, or Stripe's 400. */
export function locationParam(world: World, id: string): Location {
  const location = world.tables.location.get(id);
  if (location === undefined) throw missing('terminal.location', id, 'location', 400);
  return location;
}

function inPath(world: World, id = ''): Location {
  const location = world.tables.location.get(id);
  if (location === undefined) throw missing('terminal.location', id, 'location');
  return location;
}

const create = operation<Stripe.Terminal.LocationCreateParams>({
  method: 'POST',
  path: '/v1/terminal/locations',
  run({ world, params }) {
    const { address, display_name: name } = params;
    if (name === undefined || name === null) throw missingParam('display_name');
    if (address === undefined) throw missingParam('address');
    for (const part of ['line1', 'country'] as const) {
      if ((address[part] ?? null) === null) throw missingParam(`address[${part}]`);
    }
    return world.store.put(world.tables.location, {
      id: world.ids.next('tml'),
      object: 'terminal.location',
      address: toAddress(address),
      ...optional('configuration_overrides', params.configuration_overrides),
      display_name: name,
      livemode: false,
      metadata: mergeMetadata({}, params.metadata),
      ...optional('phone', params.phone),
    });
  },
});

const retrieve = operation<Stripe.Terminal.LocationRetrieveParams>({
  method: 'GET',
  path: '/v1/terminal/locations/:location',
  run: ({ world, path }) => world.tables.deletedLocation.get(path['location'] ?? '') ?? inPath(world, path['location']),
});

const update = operation<Stripe.Terminal.LocationUpdateParams>({
  method: 'POST',
  path: '/v1/terminal/locations/:location',
  run({ world, path, params }) {
    const { configuration_overrides: overrides, phone, ...before } = inPath(world, path['location']);
    const { country } = params.address ?? {};
    if (country !== undefined && country !== before.address.country) {
      throw invalidRequest('You cannot change the country of a location.', { param: 'address[country]' });
    }
    return world.store.put(world.tables.location, {
      ...before,
      address: params.address === undefined ? before.address : toAddress(params.address, before.address),
      ...optional(
        'configuration_overrides',
        params.configuration_overrides === undefined ? overrides : params.configuration_overrides,
      ),
      display_name: params.display_name ?? before.display_name,
      metadata: mergeMetadata(before.metadata, params.metadata),
      ...optional('phone', params.phone === undefined ? phone : params.phone),
    });
  },
});

const remove = operation<Stripe.Terminal.LocationDeleteParams>({
  method: 'DELETE',
  path: '/v1/terminal/locations/:location',
  run({ world, path }) {
    const { id } = inPath(world, path['location']);
    if (world.tables.reader.newest('location', id).next().done !== true) {
      throw invalidRequest('You cannot delete a location that has readers: delete the readers first.');
    }
    world.store.delete(world.tables.location, id);
    return world.store.put(world.tables.deletedLocation, { id, object: 'terminal.location', deleted: true });
  },
});

const listAll = operation<Stripe.Terminal.LocationListParams>({
  method: 'GET',
  path: '/v1/terminal/locations',
  run: ({ world, params }) =>
    list({ table: world.tables.location, what: 'terminal.location', url: '/v1/terminal/locations' }, params),
});

const createToken = operation<Stripe.Terminal.ConnectionTokenCreateParams>({
  method: 'POST',
  path: '/v1/terminal/connection_tokens',
  run({ world, params }) {
    const { location } = params;
    return {
      object: 'terminal.connection_token',
      ...(location === undefined ? {} : { location: locationParam(world, location).id }),
      secret: `pst_test_${world.ids.letters('connection_token', 32)}`,
    };
  },
});

function optional(name: string, value: string | null | undefined): Record<string, string> {
  return typeof value === 'string' ? { [name]: value } : {};
}

export const terminalLocationOperations = [create, retrieve, update, remove, listAll, createToken];
