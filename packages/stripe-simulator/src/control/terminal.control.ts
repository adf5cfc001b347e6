import { failAction } from '../resources/terminal/terminal-reader.state.js';
import type { Reader, ReaderSecret } from '../objects/terminal.js';
import type { World } from '../world.js';
import { type Json, onlyKnown, text } from './body.js';
import type { ControlRoute } from './control.js';
import { ControlError } from './control-error.js';

const STATUSES = ['offline', 'online'] as const;
const TROUBLES = ['busy', 'timeout', 'none'] as const;

function choice<const Values extends readonly string[]>(
  body: Json,
  name: string,
  values: Values,
): Values[number] | undefined {
  const sent = text(body, name);
  if (sent === undefined) return undefined;
  const found = values.find((value) => value === sent);
  if (found === undefined) throw new ControlError(400, `${name} must be one of ${values.join(', ')}.`);
  return found;
}

/** The customer presses the cancel key of a reader that shows one. */
function pressCancel(world: World, reader: Reader): Reader {
  const { action } = reader;
  const config =
    action?.process_payment_intent?.process_config ??
    action?.process_setup_intent?.process_config ??
    action?.refund_payment?.refund_payment_config;
  if (action?.status !== 'in_progress' || config?.enable_customer_cancellation !== true) {
    throw new ControlError(409, 'The reader shows no cancel key: ask for enable_customer_cancellation.');
  }
  return failAction(world, reader, action, {
    code: 'customer_canceled',
    message: 'This action could not be completed due to an error on the card reader: the customer canceled.',
  });
}

export const terminalRoutes: readonly ControlRoute[] = [
  {
    method: 'POST',
    path: '/_sim/terminal/readers/*',
    run({ parts: { world }, id, body }) {
      onlyKnown(body, ['status', 'trouble', 'press'], 'readers');
      const found = world.tables.reader.get(id);
      if (found === undefined) throw new ControlError(404, `There is no reader ${id}.`);
      const status = choice(body, 'status', STATUSES) ?? found.status;
      const sent = choice(body, 'trouble', TROUBLES);
      const press = choice(body, 'press', ['cancel']);
      return world.byItself(() => {
        const reader = world.store.put(world.tables.reader, { ...found, status });
        const secret: ReaderSecret = world.tables.readerSecret.get(id) ?? {
          id,
          trouble: null,
          allow_redisplay: 'unspecified',
        };
        const trouble = sent === undefined ? secret.trouble : sent === 'none' ? null : sent;
        world.store.put(world.tables.readerSecret, { ...secret, trouble });
        if (press !== undefined) pressCancel(world, reader);
        return { id, status, trouble };
      });
    },
  },
];
