import { invalidRequest, StripeError } from '../../api/errors.js';
import type { ErrorBody } from '../../objects/common.js';
import type { PaymentMethod } from '../../objects/payment-method.js';
import type { SetupIntent } from '../../objects/setup-intent.js';
import type { World } from '../../world.js';
import { emit } from '../events/events.js';
import { markSetUp } from '../payment-intents/payment-intent.attempt.js';
import { attachTo, checked } from '../payment-methods/payment-method.use.js';
import { noteAttempt } from './setup-attempts.js';

/** Stripe's 400 `setup_intent_unexpected_state` with the SetupIntent as it is. */
export function unexpectedState(intent: SetupIntent, message: string): StripeError {
  const error = invalidRequest(message, { code: 'setup_intent_unexpected_state' });
  return new StripeError(400, { ...error.body, setup_intent: intent });
}

/** The method is saved for later payments: the end of the intent. `saved` is what the customer keeps. */
export function completeSetup(
  world: World,
  intent: SetupIntent,
  saved: PaymentMethod,
  more: { authenticated?: boolean; generatedCard?: string } = {},
): SetupIntent {
  markSetUp(world, saved);
  if (intent.customer !== null) attachTo(world, saved, intent.customer);
  noteAttempt(world, intent, 'succeeded', { ...more, checks: checked(world, saved).card?.checks });
  const done = world.store.put(world.tables.setupIntent, { ...intent, next_action: null, status: 'succeeded' });
  emit(world, 'setup_intent.succeeded', done);
  return done;
}

/** The attempt failed: the intent waits for another method. */
export function refuseSetup(world: World, intent: SetupIntent, error: ErrorBody): SetupIntent {
  noteAttempt(world, intent, 'failed', { error });
  const open = world.store.put(world.tables.setupIntent, {
    ...intent,
    last_setup_error: error,
    mandate: null,
    next_action: null,
    payment_method: null,
    single_use_mandate: null,
    status: 'requires_payment_method',
  });
  emit(world, 'setup_intent.setup_failed', open);
  return open;
}
