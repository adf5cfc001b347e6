import { cardError, docUrl, invalidRequest, missing } from '../../api/errors.js';
import type { ErrorBody } from '../../objects/common.js';
import type { Reader, ReaderAction } from '../../objects/terminal.js';
import type { World } from '../../world.js';
import { emit } from '../events/events.js';

const GUIDE =
  'https://stripe.com/docs/terminal/payments/collect-payment?terminal-sdk-platform=server-driven#handle-errors';
const SEE = `Please reference the integration guide at ${GUIDE} for details on how to handle this error.`;

export function readerInPath(world: World, id = ''): Reader {
  const reader = world.tables.reader.get(id);
  if (reader === undefined) throw missing('terminal.reader', id, 'reader');
  return reader;
}

/** Refuses what a reader in trouble cannot be told. */
export function checkReachable(world: World, reader: Reader): void {
  const trouble = world.tables.readerSecret.get(reader.id)?.trouble ?? null;
  if (reader.status === 'offline') {
    throw invalidRequest(
      `Reader is currently unreachable, please ensure the reader is powered on and connected to the internet before retrying your request. ${SEE}`,
      { code: 'terminal_reader_offline' },
    );
  }
  if (trouble === 'timeout') {
    throw invalidRequest(`There was a timeout when sending this command to the reader. ${SEE}`, {
      code: 'terminal_reader_timeout',
    });
  }
  if (trouble === 'busy') throw busy();
}

/**
 * Refuses a second request while the reader waits for a card. The same intent again only shows its new amount:
 * "if you edit the PaymentIntent, you must call process_payment_intent".
 */
export function checkIdle(reader: Reader, subject?: string): void {
  const { action } = reader;
  if (action?.status !== 'in_progress' || action.type === 'set_reader_display') return;
  const intent = action.process_payment_intent?.payment_intent ?? action.process_setup_intent?.setup_intent;
  if (subject === undefined || intent !== subject) throw busy();
}

/** The reader begins to do this; it waits for a card. */
export function begin(
  world: World,
  reader: Reader,
  action: Pick<
    ReaderAction,
    'process_payment_intent' | 'process_setup_intent' | 'refund_payment' | 'set_reader_display' | 'type'
  >,
): Reader {
  return world.store.put(world.tables.reader, {
    ...reader,
    action: { api_error: null, failure_code: null, failure_message: null, ...action, status: 'in_progress' },
    last_seen_at: world.clock.now(),
  });
}

/** The reader is done. */
export function succeedAction(world: World, reader: Reader, action: ReaderAction): Reader {
  const done = world.store.put(world.tables.reader, {
    ...reader,
    action: { ...action, status: 'succeeded' },
    last_seen_at: world.clock.now(),
  });
  emit(world, 'terminal.reader.action_succeeded', done);
  return done;
}

/** The reader failed, because of `error` or because somebody pressed a key. */
export function failAction(
  world: World,
  reader: Reader,
  action: ReaderAction,
  error: ErrorBody | { code: string; message: string },
): Reader {
  const failed = world.store.put(world.tables.reader, {
    ...reader,
    action: {
      ...action,
      api_error: 'type' in error ? error : null,
      failure_code: error.code ?? null,
      failure_message: error.message,
      status: 'failed',
    },
    last_seen_at: world.clock.now(),
  });
  emit(world, 'terminal.reader.action_failed', failed);
  return failed;
}

/** The error of a decline that has no charge, such as that of a refund. */
export function declineBody(decline: { code: string; decline_code?: string; message: string }): ErrorBody {
  return { ...cardError(decline).body, doc_url: docUrl(decline.code) };
}

function busy() {
  return invalidRequest(`Reader is currently busy processing another request. ${SEE}`, {
    code: 'terminal_reader_busy',
  });
}
