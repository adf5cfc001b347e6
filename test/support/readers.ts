import { TEST_STRIPE_KEY } from './test-keys.js';
import type { Simulator } from './simulator.js';

/** Calls Stripe's own API at the simulator, for what the product does not call. Throws when it is refused. */
export async function atStripe(
  { url }: Simulator,
  method: 'POST' | 'DELETE',
  path: string,
  form: Record<string, string> = {},
): Promise<{ id: string } & Record<string, unknown>> {
  const response = await fetch(`${url}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${TEST_STRIPE_KEY}`, 'content-type': 'application/x-www-form-urlencoded' },
    ...(method === 'DELETE' ? {} : { body: new URLSearchParams(form).toString() }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Stripe: ${method} ${path} answered ${response.status}: ${text}`);
  return JSON.parse(text) as { id: string };
}

/** A place of readers. @returns `tml_…` */
export async function madeLocation(simulator: Simulator): Promise<string> {
  const address = { 'address[line1]': '1 Main Street', 'address[country]': 'US' };
  return (await atStripe(simulator, 'POST', '/terminal/locations', { display_name: 'Shop', ...address })).id;
}

/** A reader that is switched on. @returns `tmr_…` */
export async function madeReader(simulator: Simulator, form: Record<string, string> = {}): Promise<string> {
  return (await atStripe(simulator, 'POST', '/terminal/readers', { registration_code: 'simulated-s700', ...form })).id;
}

/** Somebody holds a card to it: one that pays, unless a number says otherwise. */
export async function presentCard(simulator: Simulator, readerId: string, number = '4242424242424242'): Promise<void> {
  const form = { type: 'card_present', 'card_present[number]': number };
  await atStripe(simulator, 'POST', `/test_helpers/terminal/readers/${readerId}/present_payment_method`, form);
}
