import type { World } from '../../world.js';
import { endIntentMicrodeposits } from '../payment-intents/payment-intent.debit.js';
import { endSetupMicrodeposits } from '../setup-intents/setup-intent.verify.js';

/** Job: the time for telling microdeposits is over, or they came back. `id` is a PaymentIntent's or a SetupIntent's. */
export function endMicrodeposits(world: World, id: string): void {
  const intent = world.tables.paymentIntent.get(id);
  if (intent !== undefined) endIntentMicrodeposits(world, intent);
  const setup = world.tables.setupIntent.get(id);
  if (setup !== undefined) endSetupMicrodeposits(world, setup);
}
