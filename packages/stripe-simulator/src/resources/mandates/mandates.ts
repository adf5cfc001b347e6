import type { Stripe } from 'stripe';
import { invalidRequest, missing, StripeError } from '../../api/errors.js';
import { operation } from '../../api/operation.js';
import type { Mandate } from '../../objects/mandate.js';
import type { PaymentIntent } from '../../objects/payment-intent.js';
import type { PaymentMethod } from '../../objects/payment-method.js';
import type { SetupIntent } from '../../objects/setup-intent.js';
import type { World } from '../../world.js';
import { emit } from '../events/events.js';
import { secretOf } from '../payment-methods/payment-method.use.js';

/** `mandate_data[customer_acceptance]`: how the payer agreed. */
interface Acceptance {
  accepted_at?: number | undefined;
  online?: { ip_address?: string | undefined; user_agent?: string | undefined } | undefined;
  type: string;
}

/** What a confirmation says about the payer's consent. */
export interface Consent {
  mandate?: string | undefined;
  mandate_data?: { customer_acceptance?: Acceptance | undefined } | null | undefined;
}

/** What the mandate is for: once this much, or any time again. */
export type Extent = { amount: number; currency: string } | 'multi_use';

const BANK_DEBITS: readonly string[] = ['us_bank_account', 'sepa_debit'];

/**
 * The mandate of a confirmation: the one it names, a new one of its `mandate_data`, or the method's own. Null for cards without.
 *
 * Throws Stripe's 400 for a bank debit without consent. A browser confirms with the page that showed the terms, so that its
 * consent is taken from the request, as Stripe.js does.
 */
export function mandateFor(
  world: World,
  intent: PaymentIntent | SetupIntent,
  method: PaymentMethod,
  sent: Consent,
  { extent, fromBrowser }: { extent: Extent; fromBrowser: boolean },
): Mandate | null {
  if (sent.mandate !== undefined) return existing(world, intent, method, sent.mandate);
  const acceptance = sent.mandate_data?.customer_acceptance;
  if (acceptance !== undefined) return make(world, method, acceptance, extent);
  if (!BANK_DEBITS.includes(method.type)) return null;
  const own = world.tables.mandate.get(secretOf(world, method).mandate ?? '');
  if (own !== undefined && own.status !== 'inactive') return own;
  if (fromBrowser) return make(world, method, { type: 'online', online: { ip_address: '127.0.0.1' } }, extent);
  throw required(intent);
}

/** The payer proved that the account is theirs: the mandate counts. */
export function activate(world: World, id: string | null): void {
  const mandate = world.tables.mandate.get(id ?? '');
  if (mandate?.status === 'pending') change(world, mandate, 'active');
}

/** Until the account is verified. */
export function suspend(world: World, mandate: Mandate): Mandate {
  return world.store.put(world.tables.mandate, { ...mandate, status: 'pending' });
}

/** A single-use mandate has been used. */
export function useUp(world: World, id: string | null | undefined): void {
  const mandate = world.tables.mandate.get(id ?? '');
  if (mandate?.type === 'single_use' && mandate.status === 'active') change(world, mandate, 'inactive');
}

/** The payer took back what they allowed: the bank said so, or the method was detached. */
export function revokeMandates(world: World, method: string): void {
  for (const mandate of [...world.tables.mandate.oldest('payment_method', method)]) {
    if (mandate.status !== 'inactive') change(world, mandate, 'inactive');
  }
}

function change(world: World, before: Mandate, status: Mandate['status']): void {
  const after = world.store.put(world.tables.mandate, { ...before, status });
  emit(world, 'mandate.updated', after, before);
}

function existing(world: World, intent: PaymentIntent | SetupIntent, method: PaymentMethod, id: string): Mandate {
  const mandate = world.tables.mandate.get(id);
  if (mandate === undefined) throw missing('mandate', id, 'mandate', 400);
  if (mandate.status === 'active' && mandate.payment_method === method.id) return mandate;
  const { code, name } = wording(intent);
  throw invalidRequest(
    `The provided mandate is invalid for this ${name}. It must be active and belong to the payment method.`,
    { code, param: 'mandate' },
  );
}

function make(world: World, method: PaymentMethod, acceptance: Acceptance, extent: Extent): Mandate {
  const id = world.ids.next('mandate');
  // SEPA knows no other mandates.
  const multiUse = extent === 'multi_use' || method.type === 'sepa_debit';
  const mandate = world.store.put(world.tables.mandate, {
    id,
    object: 'mandate',
    customer_acceptance: {
      accepted_at: acceptance.accepted_at ?? world.clock.seconds(),
      ...(acceptance.type === 'offline' ? { offline: {} } : { online: online(acceptance) }),
      type: acceptance.type,
    },
    livemode: false,
    ...(multiUse ? { multi_use: {} } : {}),
    payment_method: method.id,
    payment_method_details: details(world, method, id),
    ...(multiUse ? {} : { single_use: { amount: extent.amount, currency: extent.currency } }),
    status: 'active',
    type: multiUse ? 'multi_use' : 'single_use',
  });
  if (multiUse) world.store.put(world.tables.paymentMethodSecret, { ...secretOf(world, method), mandate: id });
  return mandate;
}

function online({ online: sent }: Acceptance) {
  return { ip_address: sent?.ip_address ?? null, user_agent: sent?.user_agent ?? null };
}

function details(world: World, method: PaymentMethod, id: string): Mandate['payment_method_details'] {
  if (method.type === 'us_bank_account') return { type: method.type, us_bank_account: {} };
  if (method.type !== 'sepa_debit') return { card: {}, type: 'card' };
  const reference = world.ids.letters('mandate_reference', 16).toUpperCase();
  return { sepa_debit: { reference, url: `${world.url}/mandates/${id}` }, type: method.type };
}

function wording(intent: PaymentIntent | SetupIntent): { code: string; name: string } {
  return intent.object === 'payment_intent'
    ? { code: 'payment_intent_mandate_invalid', name: 'PaymentIntent' }
    : { code: 'setup_intent_mandate_invalid', name: 'SetupIntent' };
}

function required(intent: PaymentIntent | SetupIntent): StripeError {
  const { body } = invalidRequest(
    `This ${wording(intent).name} requires a mandate, but no existing mandate was found. Collect mandate acceptance from the customer and try again, providing acceptance data in the mandate_data parameter.`,
  );
  return new StripeError(400, { ...body, [intent.object]: intent });
}

const retrieve = operation<Stripe.MandateRetrieveParams>({
  method: 'GET',
  path: '/v1/mandates/:mandate',
  run({ world, path }) {
    const id = path['mandate'] ?? '';
    const mandate = world.tables.mandate.get(id);
    if (mandate === undefined) throw missing('mandate', id, 'mandate');
    return mandate;
  },
});

export const mandateOperations = [retrieve];
