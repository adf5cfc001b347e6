import type { PaymentIntent } from '../../objects/payment-intent.js';
import type { SetupIntent } from '../../objects/setup-intent.js';
import { currentAuthentication, PAGE } from '../../resources/authentication.js';
import type { World } from '../../world.js';

/** Open authentications looked at on the overview; older ones are on their payments' pages. */
const LOOKED_AT = 200;

/** Path of the page on which the cardholder is asked, if this waits for him. */
export function waitingPage(world: World, intent: PaymentIntent | SetupIntent): string | undefined {
  if (intent.status !== 'requires_action') return undefined;
  const source = currentAuthentication(world, intent.id)?.id;
  return source === undefined ? undefined : `${PAGE}?${new URLSearchParams({ source }).toString()}`;
}

/** The newest intents that wait for their cardholders. */
export function waiting(world: World, limit: number): { intent: PaymentIntent | SetupIntent; page: string }[] {
  const found: { intent: PaymentIntent | SetupIntent; page: string }[] = [];
  let looked = 0;
  for (const { id, intent: of } of world.tables.authentication.newest()) {
    if (looked++ === LOOKED_AT || found.length === limit) break;
    const intent = world.tables.paymentIntent.get(of) ?? world.tables.setupIntent.get(of);
    if (intent === undefined || currentAuthentication(world, of)?.id !== id) continue;
    const page = waitingPage(world, intent);
    if (page !== undefined) found.push({ intent, page });
  }
  return found;
}
