import { invalidRequest, StripeError } from '../../api/errors.js';
import type { PaymentIntent, PaymentIntentStatus } from '../../objects/payment-intent.js';

const OPEN: readonly PaymentIntentStatus[] = ['requires_payment_method', 'requires_confirmation', 'requires_action'];
const CANCELABLE: readonly PaymentIntentStatus[] = [
  'requires_payment_method',
  'requires_capture',
  'requires_confirmation',
  'requires_action',
  'processing',
];

/** 400 `payment_intent_unexpected_state` with the PaymentIntent as it is. */
export function unexpectedState(intent: PaymentIntent, message: string): StripeError {
  const error = invalidRequest(message, { code: 'payment_intent_unexpected_state' });
  return new StripeError(400, { ...error.body, payment_intent: intent });
}

export function checkConfirmable(intent: PaymentIntent): void {
  if (OPEN.includes(intent.status)) return;
  if (intent.status === 'succeeded') {
    throw unexpectedState(
      intent,
      'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.',
    );
  }
  throw unexpectedState(
    intent,
    `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action.`,
  );
}

export function checkCancelable(intent: PaymentIntent): void {
  if (CANCELABLE.includes(intent.status)) return;
  throw unexpectedState(
    intent,
    `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: ${CANCELABLE.join(', ')}.`,
  );
}

export function checkCapturable(intent: PaymentIntent): void {
  if (intent.status === 'requires_capture') return;
  if (intent.status === 'succeeded') {
    throw unexpectedState(intent, 'This PaymentIntent could not be captured because it has already been captured.');
  }
  throw unexpectedState(
    intent,
    `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`,
  );
}

/** Amount, method and the like change only before money is on its way; description and metadata always. */
export function checkUpdatable(intent: PaymentIntent, changed: string): void {
  if (OPEN.includes(intent.status)) return;
  throw unexpectedState(
    intent,
    `This PaymentIntent's ${changed} could not be updated because it has a status of ${intent.status}. You may only update the ${changed} of a PaymentIntent with one of the following statuses: ${OPEN.join(', ')}.`,
  );
}

/** After a first of several captures there is money: what is left is released by a last capture of nothing. */
export function partlyCaptured(intent: PaymentIntent): StripeError {
  return unexpectedState(
    intent,
    'You cannot cancel this PaymentIntent because it has been partially captured. Capture it once more with final_capture to release the rest.',
  );
}
