import { StripeError } from '../../api/errors.js';
import type { PaymentMethod } from '../../objects/payment-method.js';
import type { SetupIntent } from '../../objects/setup-intent.js';
import type { World } from '../../world.js';
import { emit } from '../events/events.js';
import { suspend } from '../mandates/mandates.js';
import { ended, judge, markVerified, type SentValues, sendMicrodeposits } from '../microdeposits/microdeposits.js';
import { noteAttempt } from './setup-attempts.js';
import { completeSetup, refuseSetup, unexpectedState } from './setup-intent.outcome.js';

/** The payer must tell what arrived on the account before it is saved. */
export function askForSetupMicrodeposits(world: World, intent: SetupIntent, method: PaymentMethod): SetupIntent {
  const id = intent.mandate ?? intent.single_use_mandate;
  const mandate = world.tables.mandate.get(id ?? '');
  if (mandate !== undefined) suspend(world, mandate);
  noteAttempt(world, intent, 'requires_action');
  const asked = world.store.put(world.tables.setupIntent, {
    ...intent,
    next_action: sendMicrodeposits(world, intent.id, method, id),
    status: 'requires_action',
  });
  emit(world, 'setup_intent.requires_action', asked);
  return asked;
}

/** The payer told what arrived. Throws Stripe's 400 for wrong values; when they were the last, the intent is open again. */
export function verifySetup(world: World, intent: SetupIntent, sent: SentValues): SetupIntent {
  const { row, method } = waiting(world, intent);
  if (row === undefined || method === undefined) {
    throw unexpectedState(
      intent,
      `You cannot verify microdeposits of this SetupIntent because it has a status of ${intent.status} and does not wait for them.`,
    );
  }
  const verdict = judge(world, row, method, sent);
  if (verdict !== 'verified') {
    const open = refuseSetup(world, intent, verdict);
    throw new StripeError(400, { ...verdict, setup_intent: open });
  }
  markVerified(world, method, row.mandate);
  return completeSetup(world, intent, method);
}

/** Job: the time for the payer's answer is over, or the deposits came back. */
export function endSetupMicrodeposits(world: World, intent: SetupIntent): void {
  const { row, method } = waiting(world, intent);
  const error = row === undefined || method === undefined ? undefined : ended(world, row, method);
  if (error !== undefined) refuseSetup(world, intent, error);
}

function waiting(world: World, intent: SetupIntent) {
  const open = intent.status === 'requires_action' && intent.next_action?.type === 'verify_with_microdeposits';
  const row = open ? world.tables.microdeposits.get(intent.id) : undefined;
  return { row, method: world.tables.paymentMethod.get(row?.method ?? '') };
}
