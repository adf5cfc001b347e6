import type { Stripe } from 'stripe';
import { mergeMetadata, toShipping } from '../../api/common-params.js';
import { cardError, invalidRequest, missing, missingParam } from '../../api/errors.js';
import type { Read } from '../../api/read-types.js';
import { checkAmount, checkCurrency } from '../../cards/currency.js';
import { AUTHENTICATION_REQUIRED, type Behaviour, type Decline } from '../../cards/outcome.js';
import type { Charge } from '../../objects/charge.js';
import type { TokenCard } from '../../objects/event.js';
import type { World } from '../../world.js';
import { settle } from './charge.book.js';
import { authorizationSeconds } from './charge.details.js';
import { type ChargeTerms, makeCharge } from './charge.make.js';
import { customerParam } from '../customers/customers.js';
import { openDispute } from '../disputes/dispute.make.js';
import { emit } from '../events/events.js';
import { later } from '../jobs.js';
import { cardFromToken, makeCard, type NewCard } from '../payment-methods/payment-method.make.js';
import { behaviour, secretOf } from '../payment-methods/payment-method.use.js';
import { unusedCard } from '../tokens/tokens.js';
import { cardFromMadeToken } from '../tokens/token.use.js';

type Params = Omit<Read<Stripe.ChargeCreateParams>, 'expand'>;

/** A charge without a PaymentIntent, as Stripe's old API makes it. Throws the 402 of a card that is refused. */
export function createCharge(world: World, params: Params): Charge {
  const terms = termsOf(world, params);
  const { card, source } = cardToCharge(world, params, terms.customer);
  const method = makeCard(world, card, { id: source.id });
  world.store.put(world.tables.paymentMethodSecret, { ...secretOf(world, method), consumed: true });
  const outcome = behaviour(world, method);
  const decline = declineOf(outcome);
  const captured = params.capture !== false;
  const status = decline === null ? 'succeeded' : 'failed';
  const attempt = { authenticated: false, behaviour: outcome, captured, decline, method, status } as const;
  const made = world.store.put(world.tables.charge, { ...makeCharge(world, terms, attempt), source });
  if (decline === null) return approved(world, made, outcome, authorizationSeconds(attempt));
  emit(world, 'charge.failed', made);
  throw cardError({ ...decline, charge: made.id });
}

function approved(world: World, made: Charge, outcome: Behaviour, seconds: number): Charge {
  if (!made.captured) {
    emit(world, 'charge.succeeded', made);
    later(world, seconds * 1000, 'expire_charge', made.id);
    return made;
  }
  const transaction = settle(world, made, made.amount);
  const settled = world.store.put(world.tables.charge, { ...made, balance_transaction: transaction.id });
  emit(world, 'charge.succeeded', settled);
  if (outcome.dispute !== undefined) openDispute(world, settled.id);
  return settled;
}

/** Takes the held money, or part of it; the rest is released. Throws Stripe's 400s. */
export function captureCharge(
  world: World,
  held: Charge,
  params: Omit<Read<Stripe.ChargeCaptureParams>, 'expand'>,
): Charge {
  checkHeld(held);
  const amount = params.amount ?? held.amount;
  if (amount < 1 || amount > held.amount) {
    throw invalidRequest('You cannot capture a charge for an amount greater than it already has.', { param: 'amount' });
  }
  const described: Charge = {
    ...held,
    receipt_email: params.receipt_email ?? held.receipt_email,
    statement_descriptor: params.statement_descriptor ?? held.statement_descriptor,
    statement_descriptor_suffix: params.statement_descriptor_suffix ?? held.statement_descriptor_suffix,
    transfer_group: params.transfer_group ?? held.transfer_group,
  };
  const captured = world.store.put(world.tables.charge, {
    ...described,
    amount_captured: amount,
    balance_transaction: settle(world, held, amount).id,
    captured: true,
  });
  emit(world, 'charge.captured', captured, held);
  const method = world.tables.paymentMethod.get(captured.payment_method);
  if (method !== undefined && behaviour(world, method).dispute !== undefined) openDispute(world, captured.id);
  return captured;
}

/** Job: nobody captured in time. */
export function expireCharge(world: World, id: string): void {
  const held = world.tables.charge.get(id);
  if (held === undefined || held.captured || held.refunded) return;
  const expired = world.store.put(world.tables.charge, { ...held, amount_refunded: held.amount, refunded: true });
  emit(world, 'charge.expired', expired, held);
}

function checkHeld(charge: Charge): void {
  if (charge.payment_intent !== null) {
    throw invalidRequest(
      `This charge was created by a PaymentIntent (${charge.payment_intent}): capture the PaymentIntent instead of the charge.`,
    );
  }
  if (charge.captured) {
    throw invalidRequest(`Charge ${charge.id} has already been captured.`, { code: 'charge_already_captured' });
  }
  if (charge.refunded) {
    throw invalidRequest(`Charge ${charge.id} has expired and cannot be captured.`, {
      code: 'charge_expired_for_capture',
    });
  }
  if (charge.status !== 'succeeded') throw invalidRequest(`Charge ${charge.id} has failed and cannot be captured.`);
}

function termsOf(world: World, params: Params): ChargeTerms {
  if (params.amount === undefined) throw missingParam('amount');
  if (params.currency === undefined) throw missingParam('currency');
  const currency = checkCurrency(params.currency);
  checkAmount(params.amount, currency);
  return {
    id: null,
    amount: params.amount,
    application_fee_amount: params.application_fee_amount ?? null,
    currency,
    customer: params.customer === undefined ? null : customerParam(world, params.customer).id,
    description: params.description ?? null,
    metadata: mergeMetadata({}, params.metadata),
    on_behalf_of: params.on_behalf_of ?? null,
    receipt_email: params.receipt_email ?? null,
    shipping: params.shipping === undefined ? null : toShipping(params.shipping),
    statement_descriptor: params.statement_descriptor ?? null,
    statement_descriptor_suffix: params.statement_descriptor_suffix ?? null,
    transfer_group: params.transfer_group ?? null,
  };
}

/** The card of a token. Customers have no sources here, so that one alone has nothing to charge. */
function cardToCharge(world: World, { source }: Params, customer: string | null): { card: NewCard; source: TokenCard } {
  if (source === undefined || source === null) {
    if (customer === null) {
      throw invalidRequest('Must provide source or customer.', { code: 'parameter_missing' });
    }
    throw cardError({ code: 'missing', message: 'Cannot charge a customer that has no active card', param: 'card' });
  }
  if (customer !== null) {
    throw cardError({
      code: 'missing',
      message: `Customer ${customer} does not have a linked source with ID ${source}.`,
      param: 'source',
    });
  }
  const token = world.tables.token.get(source);
  const made = cardFromMadeToken(world, source);
  if (token !== undefined && made !== undefined) return { card: made, source: token.card };
  const card = source.startsWith('tok_') ? cardFromToken(world, source) : undefined;
  if (card === undefined) throw missing('token', source, 'source', 400);
  return { card, source: unusedCard(world, card) };
}

/** Nobody can authenticate here. */
function declineOf(outcome: Behaviour): Decline | null {
  if (outcome.decline !== undefined) return outcome.decline;
  if (outcome.authentication === 'always' || outcome.authentication === 'unless_set_up') return AUTHENTICATION_REQUIRED;
  return outcome.declineAfterAuthentication ?? null;
}
