import type { Stripe } from 'stripe';
import { mergeMetadata } from '../../api/common-params.js';
import { invalidRequest } from '../../api/errors.js';
import { list } from '../../api/list.js';
import { operation } from '../../api/operation.js';
import type { Reader } from '../../objects/terminal.js';
import { locationParam } from './terminal-locations.js';
import { present } from './terminal-reader.present.js';
import { checkReachable, readerInPath } from './terminal-reader.state.js';

/** https://docs.stripe.com/terminal/payments/connect-reader?reader-type=simulated: codes of simulated readers. */
const DEVICE_TYPES: Record<string, string> = {
  'simulated-m425': 'simulated_verifone_m425',
  'simulated-p630': 'simulated_verifone_p630',
  'simulated-s700': 'simulated_stripe_s700',
  'simulated-s710': 'simulated_stripe_s710',
  'simulated-t600': 'simulated_stripe_t600',
  'simulated-ux700': 'simulated_verifone_ux700',
  'simulated-v660p': 'simulated_verifone_v660p',
  'simulated-wpe': 'simulated_wisepos_e',
};

/** The SDK has this type and does not export it. */
type ReaderPresentPaymentMethodParams = NonNullable<
  Parameters<Stripe['testHelpers']['terminal']['readers']['presentPaymentMethod']>[1]
>;

const create = operation<Stripe.Terminal.ReaderCreateParams>({
  method: 'POST',
  path: '/v1/terminal/readers',
  run({ world, params }) {
    const { registration_code: code, location } = params;
    const type = Object.hasOwn(DEVICE_TYPES, code) ? DEVICE_TYPES[code] : undefined;
    if (type === undefined) {
      throw invalidRequest(`Invalid registration code: ${code}. In test mode, use a simulated reader's code.`, {
        param: 'registration_code',
      });
    }
    const id = world.ids.next('tmr');
    const serial = `${code}-${world.ids.letters('serial', 12).toLowerCase()}`;
    const reader: Reader = {
      id,
      object: 'terminal.reader',
      action: null,
      device_sw_version: '',
      device_type: type,
      ip_address: '0.0.0.0',
      label: params.label ?? serial,
      last_seen_at: world.clock.now(),
      livemode: false,
      location: location === undefined ? null : locationParam(world, location).id,
      metadata: mergeMetadata({}, params.metadata),
      serial_number: serial,
      status: 'online',
    };
    world.store.put(world.tables.readerSecret, { id, trouble: null, allow_redisplay: 'unspecified' });
    return world.store.put(world.tables.reader, reader);
  },
});

const retrieve = operation<Stripe.Terminal.ReaderRetrieveParams>({
  method: 'GET',
  path: '/v1/terminal/readers/:reader',
  run: ({ world, path }) => world.tables.deletedReader.get(path['reader'] ?? '') ?? readerInPath(world, path['reader']),
});

const update = operation<Stripe.Terminal.ReaderUpdateParams>({
  method: 'POST',
  path: '/v1/terminal/readers/:reader',
  run({ world, path, params }) {
    const before = readerInPath(world, path['reader']);
    return world.store.put(world.tables.reader, {
      ...before,
      label: params.label === null ? before.serial_number : (params.label ?? before.label),
      metadata: mergeMetadata(before.metadata, params.metadata),
    });
  },
});

const remove = operation<Stripe.Terminal.ReaderDeleteParams>({
  method: 'DELETE',
  path: '/v1/terminal/readers/:reader',
  run({ world, path }) {
    const { id, device_type, serial_number } = readerInPath(world, path['reader']);
    world.store.delete(world.tables.reader, id);
    world.store.delete(world.tables.readerSecret, id);
    return world.store.put(world.tables.deletedReader, {
      id,
      object: 'terminal.reader',
      deleted: true,
      device_type,
      serial_number,
    });
  },
});

const listAll = operation<Stripe.Terminal.ReaderListParams>({
  method: 'GET',
  path: '/v1/terminal/readers',
  run({ world, params }) {
    const { device_type: type, location, serial_number: serial, status } = params;
    return list(
      {
        table: world.tables.reader,
        what: 'terminal.reader',
        url: '/v1/terminal/readers',
        index: location === undefined ? undefined : ['location', location],
        keep: (reader) =>
          (type === undefined || reader.device_type === type) &&
          (serial === undefined || reader.serial_number === serial) &&
          (status === undefined || reader.status === status),
      },
      params,
    );
  },
});

const presentMethod = operation<ReaderPresentPaymentMethodParams>({
  method: 'POST',
  path: '/v1/test_helpers/terminal/readers/:reader/present_payment_method',
  run({ world, path, params }) {
    const reader = readerInPath(world, path['reader']);
    checkReachable(world, reader);
    return present(world, reader, params);
  },
});

export const terminalReaderOperations = [create, retrieve, update, remove, listAll, presentMethod];
