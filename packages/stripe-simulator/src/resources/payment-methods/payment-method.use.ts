import { cardError, invalidRequest, missing } from '../../api/errors.js';
import { bankBehaviourOf } from '../../cards/bank-accounts.js';
import { checkedBy } from '../../cards/checks.js';
import type { Behaviour } from '../../cards/outcome.js';
import { redirectMethod } from '../../cards/redirect-methods.js';
import { behaviourOf } from '../../cards/test-cards.js';
import { sepaBehaviourOf } from '../../cards/test-ibans.js';
import type { PaymentMethod, PaymentMethodSecret } from '../../objects/payment-method.js';
import type { World } from '../../world.js';
import { emit } from '../events/events.js';
import { makeAccountOfToken } from './bank-account.make.js';
import { cardFromToken, makeCard } from './payment-method.make.js';

/** The payment method a parameter names. A test token such as `pm_card_visa` becomes a new object on use. */
export function usable(world: World, id: string, param: string): PaymentMethod {
  const found = world.tables.paymentMethod.get(id) ?? madeFromToken(world, id);
  if (found === undefined) throw missing('PaymentMethod', id, param, 400);
  return found;
}

/** A new payment method for one of Stripe's test tokens; undefined if it is none. */
export function madeFromToken(world: World, token: string): PaymentMethod | undefined {
  const card = token.startsWith('pm_card_') ? cardFromToken(world, token) : undefined;
  return card === undefined ? makeAccountOfToken(world, token) : makeCard(world, card);
}

export function secretOf(world: World, method: PaymentMethod): PaymentMethodSecret {
  const secret = world.tables.paymentMethodSecret.get(method.id);
  if (secret === undefined) throw new Error(`payment method ${method.id} has no secret`);
  return secret;
}

export function behaviour(world: World, method: PaymentMethod): Behaviour {
  const { behaviour: name } = secretOf(world, method);
  return bankBehaviourOf(name) ?? sepaBehaviourOf(name) ?? behaviourOf(name);
}

/** Refuses what only a customer's own payment method may do. */
export function checkOwner(method: PaymentMethod, customer: string | null, secret: PaymentMethodSecret): void {
  if (method.customer !== null && customer === null) {
    throw invalidRequest(
      'The payment method you provided is attached to a customer so for security purposes you must provide the customer in the request.',
      { param: 'payment_method' },
    );
  }
  if (method.customer !== null && method.customer !== customer) {
    throw invalidRequest(
      `The customer does not have a payment method with the ID ${method.id}. The payment method must be attached to the customer.`,
      { code: 'resource_missing', param: 'payment_method' },
    );
  }
  if (method.customer === null && secret.consumed) throw usedUp();
}

/** Makes it the customer's. */
export function attachTo(world: World, method: PaymentMethod, customer: string): PaymentMethod {
  if (method.customer === customer) return method;
  checkAttachable(world, method);
  const attached = world.store.put(world.tables.paymentMethod, { ...checked(world, method), customer });
  emit(world, 'payment_method.attached', attached);
  return attached;
}

/** Saving a card has its bank look at it: the checks have results from here on. */
export function checked(world: World, method: PaymentMethod): PaymentMethod {
  const { card, billing_details: billing } = method;
  if (card === undefined) return method;
  return { ...method, card: { ...card, checks: checkedBy(behaviour(world, method), card.checks, billing) } };
}

/** Cards that decline are refused when they are attached already, except those made to fail later. */
export function checkAttachable(world: World, method: PaymentMethod): void {
  const inPerson = method.type === 'card_present' || method.type === 'interac_present';
  if (inPerson || redirectMethod(method.type) !== undefined) {
    throw invalidRequest(`PaymentMethods of type ${method.type} cannot be saved to customers.`, {
      param: 'payment_method',
    });
  }
  if (method.customer !== null) {
    throw invalidRequest('The payment method you provided has already been attached to a customer.', {
      code: 'payment_method_unexpected_state',
    });
  }
  if (secretOf(world, method).consumed) throw usedUp();
  const { decline, attaches } = behaviour(world, method);
  if (decline !== undefined && attaches !== true) throw cardError({ ...decline, payment_method: method });
}

/** Takes it from its customer; it can never be used again. */
export function detachFrom(world: World, method: PaymentMethod): PaymentMethod {
  const detached = world.store.put(world.tables.paymentMethod, { ...method, customer: null });
  world.store.put(world.tables.paymentMethodSecret, { ...secretOf(world, method), consumed: true });
  emit(world, 'payment_method.detached', detached, method);
  return detached;
}

function usedUp() {
  return invalidRequest(
    'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.',
    { param: 'payment_method' },
  );
}
