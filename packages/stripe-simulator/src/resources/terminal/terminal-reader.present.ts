import { docUrl, invalidRequest } from '../../api/errors.js';
import type { Decline } from '../../cards/outcome.js';
import {
  DEFAULT_CARD_PRESENT,
  DEFAULT_INTERAC,
  declineByAmount,
  refundDeclineByAmount,
  type TerminalCard,
  terminalCard,
} from '../../cards/terminal-cards.js';
import type { PaymentIntent } from '../../objects/payment-intent.js';
import type { SetupIntent } from '../../objects/setup-intent.js';
import type { Reader, ReaderAction } from '../../objects/terminal.js';
import type { World } from '../../world.js';
import { chargeInPerson } from '../payment-intents/payment-intent.attempt.js';
import { chargeToRefund, makeRefund } from '../refunds/refund.make.js';
import { beginAttempt } from '../setup-intents/setup-attempts.js';
import { completeSetup, refuseSetup } from '../setup-intents/setup-intent.outcome.js';
import { checkNumber, generateCard, makePresentCard, type PresentType } from './terminal-card.make.js';
import { declineBody, failAction, succeedAction } from './terminal-reader.state.js';

export interface Presented {
  amount_tip?: number | undefined;
  card_present?: { number?: string | undefined } | undefined;
  interac_present?: { number?: string | undefined } | undefined;
  type?: string | undefined;
}

/** Somebody holds a card to a reader that waits for one. Throws Stripe's 400 if it does not wait. */
export function present(world: World, reader: Reader, sent: Presented): Reader {
  const { action } = reader;
  if (action?.status === 'in_progress') {
    if (action.process_payment_intent !== undefined) return pay(world, reader, action, sent);
    if (action.process_setup_intent !== undefined) return save(world, reader, action, sent);
    if (action.refund_payment !== undefined) return refund(world, reader, action, sent);
  }
  throw invalidRequest('This reader is not waiting for a payment method: it has no action in progress.', {
    code: 'intent_invalid_state',
  });
}

function pay(world: World, reader: Reader, action: ReaderAction, sent: Presented): Reader {
  const before = world.tables.paymentIntent.get(action.process_payment_intent?.payment_intent ?? '');
  if (before?.status !== 'requires_payment_method') {
    return failAction(world, reader, action, {
      code: 'intent_invalid_state',
      message: 'The PaymentIntent was confirmed or canceled meanwhile.',
    });
  }
  const intent = withTip(before, sent.amount_tip);
  const { made, type } = cardOf(sent, intent.payment_method_types);
  const method = makePresentCard(world, made, type);
  const { intent: after, error } = chargeInPerson(world, intent, method, {
    decline: made.card.behaviour.decline ?? declineByAmount(intent.amount),
    reader,
    verification: made.verification,
  });
  if (error !== null) return failAction(world, reader, action, error);
  keepCard(world, after, made);
  return succeedAction(world, reader, action);
}

/** A payment with `setup_future_usage` leaves the customer a card that can be charged without a reader. */
function keepCard(world: World, intent: PaymentIntent, made: TerminalCard): void {
  const charge = world.tables.charge.get(intent.latest_charge ?? '');
  const details = charge?.payment_method_details.card_present;
  if (charge === undefined || details === undefined) return;
  if (intent.setup_future_usage === null || intent.customer === null) return;
  const kept = { customer: intent.customer, allowRedisplay: 'unspecified' };
  const card = generateCard(world, made, kept, { charge: charge.id, details });
  world.store.put(world.tables.charge, {
    ...charge,
    payment_method_details: { card_present: { ...details, generated_card: card.id }, type: 'card_present' },
  });
}

function save(world: World, reader: Reader, action: ReaderAction, sent: Presented): Reader {
  const asked = action.process_setup_intent;
  const before = world.tables.setupIntent.get(asked?.setup_intent ?? '');
  if (asked === undefined || before?.status !== 'requires_payment_method') {
    return failAction(world, reader, action, {
      code: 'intent_invalid_state',
      message: 'The SetupIntent was confirmed or canceled meanwhile.',
    });
  }
  const { made, type } = cardOf(sent, before.payment_method_types);
  const method = makePresentCard(world, made, type);
  const attempt = beginAttempt(world, before, method);
  const intent: SetupIntent = { ...before, latest_attempt: attempt.id, payment_method: method.id };
  if (made.card.behaviour.decline !== undefined) {
    const code = 'setup_intent_authentication_failure';
    const error = {
      code,
      doc_url: docUrl(code),
      message: 'The card could not be verified. Please choose a different payment method and try again.',
      payment_method: method,
      type: 'invalid_request_error' as const,
    };
    refuseSetup(world, intent, error);
    return failAction(world, reader, action, error);
  }
  const allowRedisplay = world.tables.readerSecret.get(reader.id)?.allow_redisplay ?? 'unspecified';
  const kept = { customer: intent.customer, allowRedisplay };
  const card = generateCard(world, made, kept, { setupAttempt: attempt.id });
  completeSetup(world, intent, card, { generatedCard: card.id });
  return succeedAction(world, reader, { ...action, process_setup_intent: { ...asked, generated_card: card.id } });
}

function refund(world: World, reader: Reader, action: ReaderAction, sent: Presented): Reader {
  const asked = action.refund_payment ?? {};
  const charge = chargeToRefund(world, { charge: asked.charge });
  const { made } = cardOf(sent, [charge.payment_method_details.type]);
  const amount = asked.amount ?? charge.amount_captured - charge.amount_refunded;
  const partial = amount < charge.amount_captured;
  const decline: Decline | null = made.card.behaviour.decline ?? (partial ? refundDeclineByAmount(amount) : null);
  if (decline !== null) return failAction(world, reader, action, declineBody(decline));
  const done = makeRefund(world, charge, { amount: asked.amount, reason: null, metadata: asked.metadata ?? {} });
  return succeedAction(world, reader, { ...action, refund_payment: { ...asked, refund: done.id } });
}

/** The card that was presented: the number that was sent, or the default of what the intent takes. */
function cardOf(sent: Presented, types: readonly string[]): { made: TerminalCard; type: PresentType } {
  const onlyInterac = types.includes('interac_present') && !types.includes('card_present');
  const named = sent.interac_present !== undefined ? 'interac_present' : sent.type;
  const type = named === 'interac_present' || (named === undefined && onlyInterac) ? 'interac_present' : 'card_present';
  if (!types.includes(type)) {
    throw invalidRequest(`This reader does not wait for a payment method of type ${type}.`, { param: 'type' });
  }
  const number = type === 'interac_present' ? sent.interac_present?.number : sent.card_present?.number;
  if (number !== undefined) checkNumber(number, `${type}[number]`);
  return { made: terminalCard(number ?? (type === 'interac_present' ? DEFAULT_INTERAC : DEFAULT_CARD_PRESENT)), type };
}

function withTip(intent: PaymentIntent, tip: number | undefined): PaymentIntent {
  if (tip === undefined || tip === 0) return intent;
  if (tip < 0) {
    throw invalidRequest('This value must be greater than or equal to 0.', {
      code: 'parameter_invalid_integer',
      param: 'amount_tip',
    });
  }
  return { ...intent, amount: intent.amount + tip, amount_details: { tip: { amount: tip } } };
}
