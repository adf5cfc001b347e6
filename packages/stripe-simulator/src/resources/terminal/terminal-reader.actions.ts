import type { Stripe } from 'stripe';
import { mergeMetadata } from '../../api/common-params.js';
import { invalidRequest, missing, missingParam } from '../../api/errors.js';
import { operation } from '../../api/operation.js';
import { checkCurrency } from '../../cards/currency.js';
import type { ReaderAction } from '../../objects/terminal.js';
import type { World } from '../../world.js';
import { later } from '../jobs.js';
import { chargeToRefund } from '../refunds/refund.make.js';
import { begin, checkIdle, checkReachable, readerInPath, succeedAction } from './terminal-reader.state.js';

/** A reader shows a cart within this time. */
const DISPLAYS_MS = 1_000;

/** At a reader only these can be paid with. */
const PRESENT: readonly string[] = ['card_present', 'interac_present'];

const processPaymentIntent = operation<Stripe.Terminal.ReaderProcessPaymentIntentParams>({
  method: 'POST',
  path: '/v1/terminal/readers/:reader/process_payment_intent',
  run({ world, path, params }) {
    const reader = readerInPath(world, path['reader']);
    const intent = world.tables.paymentIntent.get(params.payment_intent);
    if (intent === undefined) throw missing('payment_intent', params.payment_intent, 'payment_intent', 400);
    checkProcessable(intent);
    checkReachable(world, reader);
    checkIdle(reader, intent.id);
    const { allow_redisplay: _redisplay, ...config } = params.process_config ?? {};
    return begin(world, reader, {
      process_payment_intent: { payment_intent: intent.id, ...configured(config) },
      type: 'process_payment_intent',
    });
  },
});

const processSetupIntent = operation<Stripe.Terminal.ReaderProcessSetupIntentParams>({
  method: 'POST',
  path: '/v1/terminal/readers/:reader/process_setup_intent',
  run({ world, path, params }) {
    const reader = readerInPath(world, path['reader']);
    const intent = world.tables.setupIntent.get(params.setup_intent);
    if (intent === undefined) throw missing('setupintent', params.setup_intent, 'setup_intent', 400);
    checkProcessable(intent);
    checkReachable(world, reader);
    checkIdle(reader, intent.id);
    const secret = world.tables.readerSecret.get(reader.id) ?? { id: reader.id, trouble: null };
    world.store.put(world.tables.readerSecret, { ...secret, allow_redisplay: params.allow_redisplay });
    return begin(world, reader, {
      process_setup_intent: { ...configured(params.process_config ?? {}), setup_intent: intent.id },
      type: 'process_setup_intent',
    });
  },
});

const refundPayment = operation<Stripe.Terminal.ReaderRefundPaymentParams>({
  method: 'POST',
  path: '/v1/terminal/readers/:reader/refund_payment',
  run({ world, path, params }) {
    const reader = readerInPath(world, path['reader']);
    const charge = chargeToRefund(world, params);
    if (!PRESENT.includes(charge.payment_method_details.type)) {
      throw invalidRequest('Only payments made at a reader can be refunded at a reader.', {
        param: params.charge === undefined ? 'payment_intent' : 'charge',
      });
    }
    checkReachable(world, reader);
    checkIdle(reader);
    const { amount, metadata, refund_payment_config: config } = params;
    return begin(world, reader, {
      refund_payment: {
        ...(amount === undefined ? {} : { amount }),
        charge: charge.id,
        metadata: mergeMetadata({}, metadata),
        ...(charge.payment_intent === null ? {} : { payment_intent: charge.payment_intent }),
        ...(config === undefined ? {} : { refund_payment_config: config }),
      },
      type: 'refund_payment',
    });
  },
});

const setReaderDisplay = operation<Stripe.Terminal.ReaderSetReaderDisplayParams>({
  method: 'POST',
  path: '/v1/terminal/readers/:reader/set_reader_display',
  run({ world, path, params }) {
    const reader = readerInPath(world, path['reader']);
    const { cart } = params;
    if (cart === undefined) throw missingParam('cart');
    const shown = { ...cart, currency: checkCurrency(cart.currency), tax: cart.tax ?? null };
    checkReachable(world, reader);
    checkIdle(reader);
    later(world, DISPLAYS_MS, 'show_on_reader', reader.id);
    return begin(world, reader, {
      set_reader_display: { cart: shown, type: 'cart' },
      type: 'set_reader_display',
    });
  },
});

const cancelAction = operation<Stripe.Terminal.ReaderCancelActionParams>({
  method: 'POST',
  path: '/v1/terminal/readers/:reader/cancel_action',
  run({ world, path }) {
    const reader = readerInPath(world, path['reader']);
    checkReachable(world, reader);
    return world.store.put(world.tables.reader, { ...reader, action: null });
  },
});

/** Job: the reader shows the cart. */
export function showOnReader(world: World, id: string): void {
  const reader = world.tables.reader.get(id);
  const action: ReaderAction | null | undefined = reader?.action;
  if (reader === undefined || action?.type !== 'set_reader_display' || action.status !== 'in_progress') return;
  succeedAction(world, reader, action);
}

function checkProcessable(intent: {
  object: 'payment_intent' | 'setup_intent';
  payment_method_types: readonly string[];
  status: string;
}): void {
  const name = intent.object === 'payment_intent' ? 'PaymentIntent' : 'SetupIntent';
  if (!intent.payment_method_types.some((type) => PRESENT.includes(type))) {
    throw invalidRequest(
      `This ${name} cannot be processed by a reader: card_present must be one of its payment method types.`,
      { param: intent.object },
    );
  }
  if (intent.status === 'requires_payment_method') return;
  throw invalidRequest(
    `This ${name} cannot be processed by a reader because it has a status of ${intent.status}. Only a ${name} with the following status may be processed: requires_payment_method.`,
    { code: 'intent_invalid_state', param: intent.object },
  );
}

function configured<Config extends object>(config: Config): { process_config?: Config } {
  return Object.keys(config).length === 0 ? {} : { process_config: config };
}

export const terminalReaderActionOperations = [
  processPaymentIntent,
  processSetupIntent,
  refundPayment,
  setReaderDisplay,
  cancelAction,
];
